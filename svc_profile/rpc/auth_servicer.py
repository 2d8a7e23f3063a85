"""The AuthService of the contract: who is signed in."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from guild.auth.v1 import auth_service_pb2 as pb
from guild.auth.v1.auth_service_pb2_grpc import AuthServiceServicer
from mesh.principal import current, current_user
from svc_profile.domain.ids import SessionId
from svc_profile.rpc import factor_messages, messages
from svc_profile.usecases.login import Login
from svc_profile.usecases.register import Register
from svc_profile.usecases.sessions import Sessions
from svc_profile.usecases.signing_keys import SigningKeys


@dataclass(frozen=True)
class AuthServicer(AuthServiceServicer):
    """Unpack, ask, pack."""

    register: Register
    login: Login
    sessions: Sessions
    keys: SigningKeys

    async def Register(self, request: pb.RegisterRequest, context: Any) -> pb.RegisterResponse:
        """Create an account."""
        client, token = messages.client(current()), request.challenge_token
        signed_in = await self.register(request.email, request.password, request.name, client, current(), token)
        return messages.tokens(pb.RegisterResponse, signed_in)

    async def Login(self, request: pb.LoginRequest, context: Any) -> pb.LoginResponse:
        """Sign a member in."""
        client, token = messages.client(current(), request.device_name), request.challenge_token
        outcome = await self.login(request.email, request.password, client, current(), token)
        return factor_messages.login(pb.LoginResponse, outcome)

    async def RefreshToken(self, request: pb.RefreshTokenRequest, context: Any) -> pb.RefreshTokenResponse:
        """Exchange a refresh token."""
        signed_in = await self.sessions.refresh(request.refresh_token, messages.client(current()))
        return messages.tokens(pb.RefreshTokenResponse, signed_in)

    async def Logout(self, request: pb.LogoutRequest, context: Any) -> pb.LogoutResponse:
        """End the session of this call."""
        await self.sessions.logout(current())
        return pb.LogoutResponse()

    async def LogoutEverywhere(self, request: pb.LogoutEverywhereRequest, context: Any) -> pb.LogoutEverywhereResponse:
        """End all sessions of the caller."""
        return pb.LogoutEverywhereResponse(revoked_count=await self.sessions.logout_everywhere(current_user()))

    async def ListSessions(self, request: pb.ListSessionsRequest, context: Any) -> pb.ListSessionsResponse:
        """List the open sessions of the caller."""
        page = await self.sessions.list(current_user(), request.page_token, request.page_size)
        listed = [messages.session(one, current().session_id) for one in page.items]
        return pb.ListSessionsResponse(sessions=listed, next_page_token=page.next_page_token)

    async def RevokeSession(self, request: pb.RevokeSessionRequest, context: Any) -> pb.RevokeSessionResponse:
        """End one session of the caller."""
        await self.sessions.revoke(current_user(), SessionId(UUID(request.session_id)))
        return pb.RevokeSessionResponse()

    async def RotateSigningKey(self, request: pb.RotateSigningKeyRequest, context: Any) -> pb.RotateSigningKeyResponse:
        """Make a new key that signs access tokens."""
        rotation = await self.keys.rotate()
        return pb.RotateSigningKeyResponse(
            kid=rotation.kid,
            signs_from=messages.moment(rotation.signs_from),
            others_retire_at=messages.moment(rotation.others_retire_at),
        )

    async def GetJwks(self, request: pb.GetJwksRequest, context: Any) -> pb.GetJwksResponse:
        """Give the public keys."""
        return pb.GetJwksResponse(keys=[pb.Jwk(**key) for key in self.keys.public()])
