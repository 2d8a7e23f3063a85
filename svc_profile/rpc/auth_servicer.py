"""The AuthService of the contract."""

from dataclasses import dataclass
from typing import Any, TypeVar

from guild.auth.v1 import auth_service_pb2 as pb
from guild.auth.v1.auth_service_pb2_grpc import AuthServiceServicer
from mesh.auth import KeyRing
from mesh.principal import current
from svc_profile.rpc import messages
from svc_profile.usecases.login import Login
from svc_profile.usecases.logout import Logout
from svc_profile.usecases.open_session import SignedIn
from svc_profile.usecases.refresh_session import RefreshSession
from svc_profile.usecases.register import Register

_Reply = TypeVar("_Reply", pb.RegisterResponse, pb.LoginResponse, pb.RefreshTokenResponse)


@dataclass(frozen=True)
class AuthServicer(AuthServiceServicer):
    """Unpack, ask, pack."""

    register: Register
    login: Login
    refresh: RefreshSession
    logout: Logout
    keys: KeyRing

    async def Register(self, request: pb.RegisterRequest, context: Any) -> pb.RegisterResponse:
        """Create an account."""
        return _tokens(pb.RegisterResponse, await self.register(request.email, request.password, request.name))

    async def Login(self, request: pb.LoginRequest, context: Any) -> pb.LoginResponse:
        """Sign a member in."""
        signed_in = await self.login(request.email, request.password, current().address)
        return _tokens(pb.LoginResponse, signed_in)

    async def RefreshToken(self, request: pb.RefreshTokenRequest, context: Any) -> pb.RefreshTokenResponse:
        """Exchange a refresh token."""
        return _tokens(pb.RefreshTokenResponse, await self.refresh(request.refresh_token))

    async def Logout(self, request: pb.LogoutRequest, context: Any) -> pb.LogoutResponse:
        """End the session of this call."""
        await self.logout(current())
        return pb.LogoutResponse()

    async def GetJwks(self, request: pb.GetJwksRequest, context: Any) -> pb.GetJwksResponse:
        """Give the public keys."""
        return pb.GetJwksResponse(keys=[pb.Jwk(**key) for key in self.keys.jwks()["keys"]])


def _tokens(reply: type[_Reply], signed_in: SignedIn) -> _Reply:
    return reply(
        user=messages.own_summary(signed_in.user),
        access_token=signed_in.access_token,
        refresh_token=signed_in.refresh_token,
        expires_in=int(signed_in.expires_in.total_seconds()),
    )
