"""The AuthService of the contract: what proves more than a password does."""

from dataclasses import dataclass
from typing import Any

from guild.auth.v1 import second_factor_pb2 as pb
from guild.auth.v1.auth_service_pb2_grpc import AuthServiceServicer
from mesh.principal import current, current_session, current_user
from svc_profile.domain.ids import SessionId
from svc_profile.rpc import factor_messages, messages
from svc_profile.usecases.factor_changes import FactorChanges
from svc_profile.usecases.second_step import SecondStep
from svc_profile.usecases.step_up import StepUp


@dataclass(frozen=True)
class FactorServicer(AuthServiceServicer):
    """Unpack, ask, pack."""

    changes: FactorChanges
    second_step: SecondStep
    step_up: StepUp

    async def CompleteSecondFactor(
        self, request: pb.CompleteSecondFactorRequest, context: Any
    ) -> pb.CompleteSecondFactorResponse:
        """Open the session of a sign-in."""
        proof, client = factor_messages.proof(request), messages.client(current())
        signed_in = await self.second_step.complete(request.token, proof, client)
        return messages.tokens(pb.CompleteSecondFactorResponse, signed_in)

    async def StepUp(self, request: pb.StepUpRequest, context: Any) -> pb.StepUpResponse:
        """Prove once more who calls."""
        proof, client = factor_messages.any_proof(request), messages.client(current())
        token, ttl = await self.step_up(current_user(), SessionId(current_session()), proof, client)
        return pb.StepUpResponse(access_token=token, expires_in=int(ttl.total_seconds()))

    async def GetSecondFactors(self, request: pb.GetSecondFactorsRequest, context: Any) -> pb.GetSecondFactorsResponse:
        """Tell which second factors there are."""
        return factor_messages.factors(*await self.step_up.factors_of(current_user(), SessionId(current_session())))

    async def StartTotp(self, request: pb.StartTotpRequest, context: Any) -> pb.StartTotpResponse:
        """Make a secret for an authenticator app."""
        new = await self.changes.start_totp(current_user())
        return pb.StartTotpResponse(
            secret=new.secret, otpauth_uri=new.address, expires_at=messages.moment(new.expires_at)
        )

    async def ConfirmTotp(self, request: pb.ConfirmTotpRequest, context: Any) -> pb.ConfirmTotpResponse:
        """Let an authenticator app count."""
        codes = await self.changes.confirm_totp(current_user(), request.totp_code, messages.client(current()))
        return pb.ConfirmTotpResponse(recovery_codes=codes)

    async def DisableTotp(self, request: pb.DisableTotpRequest, context: Any) -> pb.DisableTotpResponse:
        """Remove the authenticator app."""
        await self.changes.disable_totp(current_user())
        return pb.DisableTotpResponse()

    async def RegenerateRecoveryCodes(
        self, request: pb.RegenerateRecoveryCodesRequest, context: Any
    ) -> pb.RegenerateRecoveryCodesResponse:
        """Make new recovery codes."""
        return pb.RegenerateRecoveryCodesResponse(recovery_codes=await self.changes.regenerate(current_user()))
