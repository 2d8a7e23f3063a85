"""The AuthService of the contract: keys that a device keeps for a member."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from guild.auth.v1 import passkey_pb2 as pb
from guild.auth.v1.auth_service_pb2_grpc import AuthServiceServicer
from mesh.principal import current, current_session, current_user
from svc_profile.domain.ids import PasskeyId, SessionId
from svc_profile.rpc import factor_messages, messages
from svc_profile.usecases.passkey_login import PasskeyLogin
from svc_profile.usecases.passkeys import Passkeys


@dataclass(frozen=True)
class PasskeyServicer(AuthServiceServicer):
    """Unpack, ask, pack."""

    passkeys: Passkeys
    login: PasskeyLogin

    async def StartPasskeyRegistration(
        self, request: pb.StartPasskeyRegistrationRequest, context: Any
    ) -> pb.StartPasskeyRegistrationResponse:
        """Ask for a new passkey."""
        options = await self.passkeys.start(current_user(), SessionId(current_session()))
        return pb.StartPasskeyRegistrationResponse(
            options_json=options.json, expires_at=messages.moment(options.expires_at)
        )

    async def FinishPasskeyRegistration(
        self, request: pb.FinishPasskeyRegistrationRequest, context: Any
    ) -> pb.FinishPasskeyRegistrationResponse:
        """Let a passkey count."""
        session, client = SessionId(current_session()), messages.client(current())
        added = await self.passkeys.finish(current_user(), session, request.credential_json, request.name, client)
        passkey, codes = factor_messages.passkey(added.passkey), added.recovery_codes
        return pb.FinishPasskeyRegistrationResponse(passkey=passkey, recovery_codes=codes)

    async def ListPasskeys(self, request: pb.ListPasskeysRequest, context: Any) -> pb.ListPasskeysResponse:
        """List the passkeys of the caller."""
        page = await self.passkeys.mine(current_user(), request.page_token, request.page_size)
        listed = [factor_messages.passkey(one) for one in page.items]
        return pb.ListPasskeysResponse(passkeys=listed, next_page_token=page.next_page_token)

    async def DeletePasskey(self, request: pb.DeletePasskeyRequest, context: Any) -> pb.DeletePasskeyResponse:
        """Remove a passkey of the caller."""
        await self.passkeys.delete(current_user(), PasskeyId(UUID(request.passkey_id)))
        return pb.DeletePasskeyResponse()

    async def StartPasskeyLogin(
        self, request: pb.StartPasskeyLoginRequest, context: Any
    ) -> pb.StartPasskeyLoginResponse:
        """Ask for a proof by any passkey."""
        options = self.login.start(messages.client(current()))
        return pb.StartPasskeyLoginResponse(options_json=options.json, expires_at=messages.moment(options.expires_at))

    async def FinishPasskeyLogin(
        self, request: pb.FinishPasskeyLoginRequest, context: Any
    ) -> pb.FinishPasskeyLoginResponse:
        """Sign a member in."""
        outcome = await self.login.finish(request.credential_json, messages.client(current(), request.device_name))
        return factor_messages.login(pb.FinishPasskeyLoginResponse, outcome)
