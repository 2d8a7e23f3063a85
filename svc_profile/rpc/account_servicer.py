"""The AuthService of the contract: what proves that an account is somebody's."""

from dataclasses import dataclass
from typing import Any

from guild.auth.v1 import auth_service_pb2 as pb
from guild.auth.v1.auth_service_pb2_grpc import AuthServiceServicer
from mesh.principal import current, current_user
from svc_profile.domain.ids import SessionId
from svc_profile.rpc import messages
from svc_profile.usecases.account_passwords import AccountPasswords
from svc_profile.usecases.addresses import Addresses
from svc_profile.usecases.phones import Phones


@dataclass(frozen=True)
class AccountServicer(AuthServiceServicer):
    """Unpack, ask, pack."""

    addresses: Addresses
    passwords: AccountPasswords
    phones: Phones

    async def VerifyEmail(self, request: pb.VerifyEmailRequest, context: Any) -> pb.VerifyEmailResponse:
        """Verify an address."""
        return pb.VerifyEmailResponse(email=await self.addresses.verify(request.token))

    async def ResendVerification(
        self, request: pb.ResendVerificationRequest, context: Any
    ) -> pb.ResendVerificationResponse:
        """Mail the token once more."""
        await self.addresses.resend(current_user())
        return pb.ResendVerificationResponse()

    async def RequestEmailChange(
        self, request: pb.RequestEmailChangeRequest, context: Any
    ) -> pb.RequestEmailChangeResponse:
        """Ask another address whether the account may move there."""
        client = messages.client(current())
        await self.addresses.request_change(current_user(), request.email, request.current_password, client)
        return pb.RequestEmailChangeResponse()

    async def ConfirmEmailChange(
        self, request: pb.ConfirmEmailChangeRequest, context: Any
    ) -> pb.ConfirmEmailChangeResponse:
        """Move the account to another address."""
        return pb.ConfirmEmailChangeResponse(email=await self.addresses.confirm_change(request.token))

    async def UndoEmailChange(self, request: pb.UndoEmailChangeRequest, context: Any) -> pb.UndoEmailChangeResponse:
        """Give the account back to its old address."""
        return pb.UndoEmailChangeResponse(email=await self.addresses.undo_change(request.token))

    async def ChangePassword(self, request: pb.ChangePasswordRequest, context: Any) -> pb.ChangePasswordResponse:
        """Replace the password."""
        caller = current()
        session = SessionId(caller.session_id) if caller.session_id else None
        ended = await self.passwords.change(
            current_user(), session, request.current_password, request.new_password, messages.client(caller)
        )
        return pb.ChangePasswordResponse(revoked_count=ended)

    async def RequestPasswordReset(
        self, request: pb.RequestPasswordResetRequest, context: Any
    ) -> pb.RequestPasswordResetResponse:
        """Mail a token for a new password."""
        await self.passwords.request_reset(request.email)
        return pb.RequestPasswordResetResponse()

    async def ResetPassword(self, request: pb.ResetPasswordRequest, context: Any) -> pb.ResetPasswordResponse:
        """Set a password by a mailed token."""
        await self.passwords.reset(request.token, request.new_password, messages.client(current()))
        return pb.ResetPasswordResponse()

    async def StartPhoneVerification(
        self, request: pb.StartPhoneVerificationRequest, context: Any
    ) -> pb.StartPhoneVerificationResponse:
        """Send a code to a phone number."""
        expires_at = await self.phones.start(current_user(), request.phone_number)
        return pb.StartPhoneVerificationResponse(expires_at=messages.moment(expires_at))

    async def ConfirmPhoneVerification(
        self, request: pb.ConfirmPhoneVerificationRequest, context: Any
    ) -> pb.ConfirmPhoneVerificationResponse:
        """Make a phone number the one of the account."""
        await self.phones.confirm(current_user(), request.phone_number, request.phone_code)
        return pb.ConfirmPhoneVerificationResponse(phone_number=request.phone_number)

    async def RemovePhoneNumber(
        self, request: pb.RemovePhoneNumberRequest, context: Any
    ) -> pb.RemovePhoneNumberResponse:
        """Forget the phone number."""
        await self.phones.remove(current_user())
        return pb.RemovePhoneNumberResponse()
