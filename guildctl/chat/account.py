"""The signed-in member of a chat: who they are, whom they know by name, how their token is renewed."""

from collections.abc import Iterable
from typing import Any

from guild.auth.v1 import auth_service_pb2 as auth
from guild.auth.v1.auth_service_pb2_grpc import AuthServiceStub
from guild.profile.v1 import profile_service_pb2 as profile
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceStub
from mesh.errors import Failure


class Account:
    """Signs in with a password or a token."""

    def __init__(self, channel: Any) -> None:
        self._auth = AuthServiceStub(channel)
        self._profiles = ProfileServiceStub(channel)
        self._refresh_token = ""
        self._names: dict[str, str] = {}
        self.token = ""
        self.user_id = ""

    async def sign_in(self, email: str, password: str) -> None:
        """Sign in; raises the Failure of a wrong password."""
        reply = await self._auth.Login(auth.LoginRequest(email=email, password=password))
        self._keep(reply)
        self._names[reply.user.id] = reply.user.name

    async def use(self, token: str) -> None:
        """Take an access token from elsewhere."""
        self.token = token
        me = await self._profiles.GetMe(profile.GetMeRequest(), metadata=self.metadata)
        self.user_id, self._names[me.user.id] = me.user.id, me.user.name

    @property
    def renewable(self) -> bool:
        """Whether `renew` has something to renew with."""
        return bool(self._refresh_token)

    async def renew(self) -> str:
        """Take a new access token."""
        self._keep(await self._auth.RefreshToken(auth.RefreshTokenRequest(refresh_token=self._refresh_token)))
        return self.token

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        """The proof of identity of a call."""
        return (("authorization", f"Bearer {self.token}"),)

    async def learn(self, user_ids: Iterable[str]) -> None:
        """Look up names that are not known yet; who cannot be looked up keeps the id."""
        unknown = sorted(set(user_ids) - self._names.keys() - {""})[:200]
        if not unknown:
            return
        try:
            found = await self._profiles.BatchGetUsers(
                profile.BatchGetUsersRequest(user_ids=unknown), metadata=self.metadata
            )
        except Failure:
            return
        self._names.update({user.id: user.name for user in found.users})

    def name(self, user_id: str) -> str:
        """What a member is called."""
        if user_id == self.user_id:
            return "you"
        return self._names.get(user_id, user_id[-8:]) or "somebody"

    def _keep(self, reply: auth.LoginResponse | auth.RefreshTokenResponse) -> None:
        self.token, self._refresh_token = reply.access_token, reply.refresh_token
        if reply.user.id:
            self.user_id = reply.user.id
