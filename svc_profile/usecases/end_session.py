"""End a session: its tokens stop working at once, everywhere."""

from dataclasses import dataclass
from datetime import timedelta

from guild.events.v1 import users_pb2
from mesh.auth import Revocations
from mesh.clock import Clock
from mesh.contract import timestamp
from mesh.data import Database, Transaction
from svc_profile.domain.ids import SessionId, UserId
from svc_profile.store.sessions import SessionRepository


@dataclass(frozen=True)
class EndSession:
    """Revokes in PostgreSQL, which is the truth, and tells every process after the commit."""

    db: Database
    sessions: SessionRepository
    revocations: Revocations
    access_ttl: timedelta
    clock: Clock

    async def __call__(self, user_id: UserId, session_id: SessionId) -> None:
        """End one session of a member; ending it twice is no error."""

        async def work(tx: Transaction) -> None:
            await self.within(tx, user_id, session_id)

        await self.db.transact(work)

    async def within(self, tx: Transaction, user_id: UserId, session_id: SessionId) -> None:
        """The same inside the caller's transaction."""
        now = self.clock.now()
        await self.sessions.revoke(tx, user_id, session_id, now)
        event = users_pb2.SessionRevoked(
            user_id=str(user_id), session_id=str(session_id), expires_at=timestamp(now + self.access_ttl)
        )
        tx.emit(event, key=session_id, actor=user_id)
        tx.on_commit(lambda: self.revocations.revoke(session_id, self.access_ttl))
