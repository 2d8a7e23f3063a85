"""Open a session: what registration and login end with."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from mesh.auth import TokenSigner
from mesh.data import Transaction
from mesh.ids import uuid7
from svc_profile.domain.ids import SessionId, UserId
from svc_profile.domain.session import RefreshToken, Session
from svc_profile.domain.user import User
from svc_profile.store.sessions import SessionRepository


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A member with the tokens of their session."""

    user: User
    access_token: str
    refresh_token: str
    expires_in: timedelta


@dataclass(frozen=True)
class OpenSession:
    """Signs the access token and stores the session with its first refresh token."""

    sessions: SessionRepository
    signer: TokenSigner
    access_ttl: timedelta

    async def __call__(self, tx: Transaction, user: User, at: datetime) -> SignedIn:
        """The tokens of a new session, stored in the caller's transaction."""
        session = Session.open(user.id, SessionId(uuid7()), at)
        token = RefreshToken.new(user.id, session.id)
        await self.sessions.add(tx, session, token)
        return self.signed_in(user, token)

    def signed_in(self, user: User, token: RefreshToken) -> SignedIn:
        """The answer that carries `token` and a fresh access token of the same session."""
        access = self.signer.access_token(UserId(user.id), token.session_id, ttl=self.access_ttl)
        return SignedIn(user, access, str(token), self.access_ttl)
