"""The AuthService of the contract: what is left to who lost all second factors."""

from dataclasses import dataclass
from typing import Any

from guild.auth.v1 import second_factor_pb2 as pb
from guild.auth.v1.auth_service_pb2_grpc import AuthServiceServicer
from mesh.principal import current, current_user
from svc_profile.rpc import messages
from svc_profile.usecases.factor_recovery import FactorRecovery


@dataclass(frozen=True)
class FactorRecoveryServicer(AuthServiceServicer):
    """Unpack, ask, pack."""

    recovery: FactorRecovery

    async def StartSecondFactorRecovery(
        self, request: pb.StartSecondFactorRecoveryRequest, context: Any
    ) -> pb.StartSecondFactorRecoveryResponse:
        """Begin to wait."""
        due_at = await self.recovery.start(request.token, messages.client(current()))
        return pb.StartSecondFactorRecoveryResponse(due_at=messages.moment(due_at))

    async def FinishSecondFactorRecovery(
        self, request: pb.FinishSecondFactorRecoveryRequest, context: Any
    ) -> pb.FinishSecondFactorRecoveryResponse:
        """Remove all second factors."""
        await self.recovery.finish(request.token, messages.client(current()))
        return pb.FinishSecondFactorRecoveryResponse()

    async def CancelSecondFactorRecovery(
        self, request: pb.CancelSecondFactorRecoveryRequest, context: Any
    ) -> pb.CancelSecondFactorRecoveryResponse:
        """End a request, signed in."""
        await self.recovery.cancel(current_user())
        return pb.CancelSecondFactorRecoveryResponse()

    async def CancelSecondFactorRecoveryByMail(
        self, request: pb.CancelSecondFactorRecoveryByMailRequest, context: Any
    ) -> pb.CancelSecondFactorRecoveryByMailResponse:
        """End a request by the link of the mail."""
        await self.recovery.cancel_by_mail(request.token)
        return pb.CancelSecondFactorRecoveryByMailResponse()
