"""The AuthService of the contract."""

from dataclasses import dataclass
from typing import Any

from guild.auth.v1 import auth_service_pb2 as pb
from guild.auth.v1.auth_service_pb2_grpc import AuthServiceServicer
from mesh.auth import KeyRing
from mesh.principal import current
from svc_profile.rpc import messages
from svc_profile.usecases.login import Login
from svc_profile.usecases.register import Register
from svc_profile.usecases.sessions import Sessions


@dataclass(frozen=True)
class AuthServicer(AuthServiceServicer):
    """Unpack, ask, pack."""

    register: Register
    login: Login
    sessions: Sessions
    keys: KeyRing

    async def Register(self, request: pb.RegisterRequest, context: Any) -> pb.RegisterResponse:
        """Create an account."""
        signed_in = await self.register(request.email, request.password, request.name)
        return messages.tokens(pb.RegisterResponse, signed_in)

    async def Login(self, request: pb.LoginRequest, context: Any) -> pb.LoginResponse:
        """Sign a member in."""
        signed_in = await self.login(request.email, request.password, current().address)
        return messages.tokens(pb.LoginResponse, signed_in)

    async def RefreshToken(self, request: pb.RefreshTokenRequest, context: Any) -> pb.RefreshTokenResponse:
        """Exchange a refresh token."""
        signed_in = await self.sessions.refresh(request.refresh_token, current().address)
        return messages.tokens(pb.RefreshTokenResponse, signed_in)

    async def Logout(self, request: pb.LogoutRequest, context: Any) -> pb.LogoutResponse:
        """End the session of this call."""
        await self.sessions.logout(current())
        return pb.LogoutResponse()

    async def GetJwks(self, request: pb.GetJwksRequest, context: Any) -> pb.GetJwksResponse:
        """Give the public keys."""
        return pb.GetJwksResponse(keys=[pb.Jwk(**key) for key in self.keys.jwks()["keys"]])
