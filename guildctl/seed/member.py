"""A person who is signed in."""

import asyncio
import time
from typing import Protocol

from guild.auth.v1 import auth_service_pb2 as auth
from guild.auth.v1.auth_service_pb2_grpc import AuthServiceStub
from guild.profile.v1.user_pb2 import User
from guildctl.seed.caller import Calls
from guildctl.seed.plan import PASSWORD
from guildctl.seed.population import Person
from mesh.errors import AlreadyExists, Unauthenticated

_MARGIN_SECONDS = 60.0  # a token this close to its end is traded before it is used


class _SignedIn(Protocol):
    @property
    def user(self) -> User: ...
    @property
    def access_token(self) -> str: ...
    @property
    def refresh_token(self) -> str: ...
    @property
    def expires_in(self) -> int: ...


class Member:
    """Keeps the session of a person open; `new` tells that this run registered them."""

    def __init__(self, person: Person, auth_service: AuthServiceStub, calls: Calls) -> None:
        self.person = person
        self.id = ""
        self.user = User()
        self.new = False
        self._auth = auth_service
        self._calls = calls
        self._lock = asyncio.Lock()
        self._access = self._refresh = ""
        self._expires_at = 0.0

    async def join(self, *, expect_account: bool) -> None:
        """Register, or log in where there is an account; first the way that is expected, for each costs a hash.

        Raises:
            Unauthenticated: the address belongs to somebody with another password.
        """
        if expect_account:
            try:
                return await self.log_in()
            except Unauthenticated:
                pass
        request = auth.RegisterRequest(email=self.person.email, password=PASSWORD, name=self.person.name)
        try:
            self._keep(await self._calls(self._auth.Register, request))
        except AlreadyExists:
            return await self.log_in()
        self.new = True
        return None

    async def authorization(self) -> str:
        """Return a token that is good for a while."""
        if time.monotonic() > self._expires_at - _MARGIN_SECONDS:
            await self.renew(f"Bearer {self._access}")
        return f"Bearer {self._access}"

    async def renew(self, refused: str) -> None:
        """Trade the refresh token, or log in again; nothing when another call has done so meanwhile."""
        async with self._lock:
            if refused != f"Bearer {self._access}":
                return
            request = auth.RefreshTokenRequest(refresh_token=self._refresh)
            try:
                self._keep(await self._calls(self._auth.RefreshToken, request))
            except Unauthenticated:
                await self.log_in()

    async def log_in(self) -> None:
        """Open a session; raises Unauthenticated when there is no account with this password."""
        request = auth.LoginRequest(email=self.person.email, password=PASSWORD, device_name="guild seed")
        self._keep(await self._calls(self._auth.Login, request))

    def _keep(self, reply: _SignedIn) -> None:
        self.id, self.user = reply.user.id, reply.user
        self._access, self._refresh = reply.access_token, reply.refresh_token
        self._expires_at = time.monotonic() + reply.expires_in
