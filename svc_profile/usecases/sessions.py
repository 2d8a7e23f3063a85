"""The sessions of members: opened by who proved who they are, kept alive, ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mesh.auth import Revocations, SessionRevoked, TokenSigner
from mesh.clock import Clock
from mesh.data import Database, Page, Pager, Transaction
from mesh.errors import Unauthenticated
from mesh.ids import uuid7
from mesh.principal import Principal
from svc_profile.domain.devices import Client
from svc_profile.domain.facts import SessionEnded, SessionOpened
from svc_profile.domain.ids import SessionId, UserId
from svc_profile.domain.networks import fingerprint
from svc_profile.domain.second_factors import STEPPED_UP_FOR
from svc_profile.domain.session import InvalidRefreshToken, RefreshToken, RefreshTokenReused, Session, SessionNotFound
from svc_profile.domain.standing import Standing
from svc_profile.domain.user import User
from svc_profile.store.devices import Devices
from svc_profile.store.events import publish
from svc_profile.store.factor_recoveries import FactorRecoveries
from svc_profile.store.sessions import SessionRepository
from svc_profile.store.sign_in_steps import SignInSteps
from svc_profile.store.users import UserRepository
from svc_profile.usecases.account_mail import AccountMail
from svc_profile.usecases.recovery_end import end_recovery

_SHORTEST = timedelta(seconds=1)


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
    steps: SignInSteps
    recoveries: FactorRecoveries
    devices: Devices
    mail: AccountMail
    pager: Pager
    signer: TokenSigner
    revocations: Revocations
    access_ttl: timedelta
    clock: Clock

    async def open(self, tx: Transaction, user: User, standing: Standing, at: datetime, client: Client) -> SignedIn:
        """The tokens of a new session, stored in the caller's transaction; a new device is told of by mail."""
        session = Session.open(user.id, SessionId(uuid7()), at, client)
        token = RefreshToken.new(user.id, session.id)
        await self.sessions.add(tx, session, token)
        new_device = await self.devices.see(tx, user.id, client.fingerprint(user.id), at)
        publish(tx, SessionOpened(user.id, session.id, new_device, at), by=user.id)
        if new_device:
            self.mail.new_device(tx, user, client, at)
        return self._signed_in(user, token, standing)

    async def refresh(self, text: str, client: Client) -> SignedIn:
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
            trade, place = await self.sessions.trade_of(tx, old), fingerprint(session.id, client.address)
            if trade is None:
                raise InvalidRefreshToken
            if sealed := trade.successor_for(place, now):
                return self._signed_in(user, old.unsealed(sealed), member.standing)
            if trade.at is not None:
                await self._end(tx, user.id, session.id)
                return None  # the revocation must commit, so the failure is raised outside
            new = RefreshToken.new(old.user_id, old.session_id)
            await self.sessions.rotate(tx, session.used(now, client), old, new, place)
            return self._signed_in(user, new, member.standing)

        signed_in = await self.db.transact(work)
        if signed_in is None:
            raise RefreshTokenReused
        return signed_in

    async def list(self, me: UserId, token: str, size: int) -> Page[Session]:
        """A page of the open sessions of a member, the most recently used first; raises PageTokenInvalid."""
        listing = self.sessions.open_of(self.db, me, self.clock.now())
        return await self.pager.page(token, size, f"sessions/{me}", listing)

    async def logout(self, caller: Principal) -> None:
        """End the session whose access token made the call; raises Unauthenticated for a call without one."""
        user_id, session_id = caller.user_id, caller.session_id
        if user_id is None or session_id is None:
            raise Unauthenticated("there is no session to end: the call carries no access token")

        async def work(tx: Transaction) -> None:
            if await self.sessions.lock(tx, user_id, SessionId(session_id)) is not None:
                await self._end(tx, user_id, SessionId(session_id))

        await self.db.transact(work)

    async def revoke(self, me: UserId, session_id: SessionId) -> None:
        """End one session of a member; a repeat changes nothing. Raises SessionNotFound, also for those of others."""

        async def work(tx: Transaction) -> None:
            session = await self.sessions.lock(tx, me, session_id)
            if session is None:
                raise SessionNotFound(session_id)
            if session.is_live(self.clock.now()):
                await self._end(tx, me, session_id)

        await self.db.transact(work)

    async def logout_everywhere(self, me: UserId) -> int:
        """End all sessions of a member; returns how many were open."""

        async def work(tx: Transaction) -> int:
            return await self.end_all(tx, me)

        return await self.db.transact(work)

    async def step_up(
        self, tx: Transaction, user_id: UserId, session_id: SessionId, standing: Standing, how: tuple[str, ...]
    ) -> tuple[str, timedelta]:
        """An access token that says that its member proved once more who they are, and how; and how long it is good.

        Raises:
            SessionRevoked: the session was ended.
        """
        now, session = self.clock.now(), await self.sessions.lock(tx, user_id, session_id)
        if session is None or not session.is_live(now):
            raise SessionRevoked("the session was ended: sign in again")
        until = int((now + STEPPED_UP_FOR).timestamp())
        said = {"stepped_up_until": until, "auth_time": int(now.timestamp()), "amr": how}
        return self._access(user_id, session_id, standing, STEPPED_UP_FOR, said)

    async def end_all(self, tx: Transaction, user_id: UserId, *, but: SessionId | None = None) -> int:
        """End all sessions of a member, or all but one, in the caller's transaction; returns how many were open.

        Nor can a sign-in be completed, or second factors be removed, by who knew a password before.
        """
        self.steps.drop(tx, user_id)
        now = self.clock.now()
        await end_recovery(tx, self.recoveries, user_id, now)
        ended = await self.sessions.revoke_all(tx, user_id, now, but=but)
        self._tell(tx, user_id, ended)
        return len(ended)

    async def _end(self, tx: Transaction, user_id: UserId, session_id: SessionId) -> None:
        await self.sessions.revoke(tx, user_id, session_id, self.clock.now())
        self._tell(tx, user_id, [session_id])

    def _tell(self, tx: Transaction, user_id: UserId, ended: Sequence[SessionId]) -> None:
        until = self.clock.now() + self.access_ttl
        for session_id in ended:
            publish(tx, SessionEnded(user_id, session_id, until), by=user_id)
        if ended:
            tx.on_commit(lambda: self.revocations.revoke(*ended))

    def _signed_in(self, user: User, token: RefreshToken, standing: Standing) -> SignedIn:
        access, ttl = self._access(user.id, token.session_id, standing, self.access_ttl, {})
        return SignedIn(user, access, str(token), ttl)

    def _access(
        self, user_id: UserId, session_id: SessionId, standing: Standing, longest: timedelta, said: Mapping[str, object]
    ) -> tuple[str, timedelta]:
        """What a token says of the standing is true for as long as it lives."""
        now = self.clock.now()
        restricted = {"suspended": standing.is_suspended(now), "limited": standing.is_limited(now)}
        claims = {**said, **{name: True for name, holds in restricted.items() if holds}}
        changes = [until - now for until in (standing.suspended_until, standing.limited_until) if until and until > now]
        ttl = max(min([longest, *changes]), _SHORTEST)
        return self.signer.access_token(user_id, session_id, ttl=ttl, **claims), ttl
