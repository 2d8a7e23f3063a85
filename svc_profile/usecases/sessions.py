"""The sessions of members: opened by who proved who they are, kept alive, ended."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime, timedelta

from mesh.auth import Revocations, TokenSigner
from mesh.clock import Clock
from mesh.data import Database, Transaction
from mesh.errors import Unauthenticated
from mesh.ids import uuid7
from mesh.principal import Principal
from svc_profile.domain.access import Standing
from svc_profile.domain.facts import SessionEnded
from svc_profile.domain.ids import SessionId
from svc_profile.domain.networks import fingerprint
from svc_profile.domain.session import LIFETIME, InvalidRefreshToken, RefreshToken, RefreshTokenReused, Session
from svc_profile.domain.user import User
from svc_profile.store.events import publish
from svc_profile.store.sessions import SessionRepository
from svc_profile.store.users import UserRepository


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A member with the tokens of their session."""

    user: User
    access_token: str
    refresh_token: str
    expires_in: timedelta


@dataclass(frozen=True)
class Sessions:
    """PostgreSQL is the truth about them; every process is told of an end after the commit."""

    db: Database
    users: UserRepository
    sessions: SessionRepository
    signer: TokenSigner
    revocations: Revocations
    access_ttl: timedelta
    clock: Clock

    async def open(self, tx: Transaction, user: User, at: datetime) -> SignedIn:
        """The tokens of a new session, stored in the caller's transaction."""
        session = Session.open(user.id, SessionId(uuid7()), at)
        token = RefreshToken.new(user.id, session.id)
        await self.sessions.add(tx, session, token)
        return self._signed_in(user, token)

    async def refresh(self, text: str, address: str | None) -> SignedIn:
        """New tokens of the same session; each refresh token is good once, a second use ends the session.

        A client that repeats the use at once is given the same successor again.

        Raises:
            InvalidRefreshToken: malformed, unknown, or the session is over.
            RefreshTokenReused: used before; the session is revoked.
        """
        old = RefreshToken.parse(text)

        async def work(tx: Transaction) -> SignedIn | None:
            now = self.clock.now()
            session = await self.sessions.lock(tx, old.user_id, old.session_id)
            found = await self.users.find(tx, old.user_id)
            if session is None or found is None or not session.is_live(now):
                raise InvalidRefreshToken
            user, member = found
            suspended = member.standing is Standing.SUSPENDED
            trade, client = await self.sessions.trade_of(tx, old), fingerprint(session.id, address)
            if trade is None:
                raise InvalidRefreshToken
            if sealed := trade.successor_for(client, now):
                return self._signed_in(user, old.unsealed(sealed), suspended=suspended)
            if trade.at is not None:
                await self._end(tx, session)
                return None  # the revocation must commit, so the failure is raised outside
            new = RefreshToken.new(old.user_id, old.session_id)
            prolonged = dataclasses.replace(session, last_used_at=now, expires_at=now + LIFETIME)
            await self.sessions.rotate(tx, prolonged, old, new, client)
            return self._signed_in(user, new, suspended=suspended)

        signed_in = await self.db.transact(work)
        if signed_in is None:
            raise RefreshTokenReused
        return signed_in

    async def logout(self, caller: Principal) -> None:
        """End the session whose access token made the call; raises Unauthenticated for a call without one."""
        user_id, session_id = caller.user_id, caller.session_id
        if user_id is None or session_id is None:
            raise Unauthenticated("there is no session to end: the call carries no access token")

        async def work(tx: Transaction) -> None:
            session = await self.sessions.lock(tx, user_id, SessionId(session_id))
            if session is not None:
                await self._end(tx, session)

        await self.db.transact(work)

    async def _end(self, tx: Transaction, session: Session) -> None:
        now = self.clock.now()
        await self.sessions.revoke(tx, session.user_id, session.id, now)
        publish(tx, SessionEnded(session.user_id, session.id, now + self.access_ttl), by=session.user_id)
        tx.on_commit(lambda: self.revocations.revoke(session.id))

    def _signed_in(self, user: User, token: RefreshToken, *, suspended: bool = False) -> SignedIn:
        claims = {"suspended": True} if suspended else {}
        access = self.signer.access_token(user.id, token.session_id, ttl=self.access_ttl, **claims)
        return SignedIn(user, access, str(token), self.access_ttl)
