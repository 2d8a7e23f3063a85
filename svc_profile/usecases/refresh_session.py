"""Exchange a refresh token for new tokens."""

import dataclasses
from dataclasses import dataclass

from mesh.clock import Clock
from mesh.data import Database, Transaction
from svc_profile.domain.session import LIFETIME, InvalidRefreshToken, RefreshToken, RefreshTokenReused
from svc_profile.store.sessions import SessionRepository
from svc_profile.store.users import UserRepository
from svc_profile.usecases.end_session import EndSession
from svc_profile.usecases.open_session import OpenSession, SignedIn


@dataclass(frozen=True)
class RefreshSession:
    """Each refresh token is good once; a second use means that it was copied and ends the session."""

    db: Database
    users: UserRepository
    sessions: SessionRepository
    open_session: OpenSession
    end_session: EndSession
    clock: Clock

    async def __call__(self, text: str) -> SignedIn:
        """The member with a new access and a new refresh token of the same session.

        Raises:
            InvalidRefreshToken: malformed, unknown, or the session is over.
            RefreshTokenReused: used before; the session is revoked.
        """
        old = RefreshToken.parse(text)

        async def work(tx: Transaction) -> SignedIn | None:
            now = self.clock.now()
            session = await self.sessions.lock(tx, old.user_id, old.session_id)
            user = await self.users.find(tx, old.user_id)
            if session is None or user is None or not session.is_live(now):
                raise InvalidRefreshToken
            used = await self.sessions.token_was_used(tx, old)
            if used is None:
                raise InvalidRefreshToken
            if used:
                await self.end_session.within(tx, old.user_id, old.session_id)
                return None  # the revocation must commit, so the failure is raised outside
            new = RefreshToken.new(old.user_id, old.session_id)
            prolonged = dataclasses.replace(session, last_used_at=now, expires_at=now + LIFETIME)
            await self.sessions.rotate(tx, prolonged, old, new)
            return self.open_session.signed_in(user, new)

        signed_in = await self.db.transact(work)
        if signed_in is None:
            raise RefreshTokenReused
        return signed_in
