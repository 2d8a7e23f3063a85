"""The ProfileService of the contract: members who read mail at a company."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from guild.profile.v1 import company_verification_pb2 as pb
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceServicer
from mesh.principal import current_user
from svc_profile.rpc import career_messages as messages
from svc_profile.usecases.company_verifications import CompanyVerifications


@dataclass(frozen=True)
class CompanyVerificationServicer(ProfileServiceServicer):
    """Unpack, ask, pack."""

    verifications: CompanyVerifications

    async def StartCompanyVerification(
        self, request: pb.StartCompanyVerificationRequest, context: Any
    ) -> pb.StartCompanyVerificationResponse:
        """Mail a token to an address at work."""
        await self.verifications.start(current_user(), UUID(request.position_id), request.email)
        return pb.StartCompanyVerificationResponse()

    async def ConfirmCompanyVerification(
        self, request: pb.ConfirmCompanyVerificationRequest, context: Any
    ) -> pb.ConfirmCompanyVerificationResponse:
        """Bring the token back."""
        part = await self.verifications.confirm(current_user(), request.token)
        return pb.ConfirmCompanyVerificationResponse(position=messages.position(part))

    async def DeleteCompanyVerification(
        self, request: pb.DeleteCompanyVerificationRequest, context: Any
    ) -> pb.DeleteCompanyVerificationResponse:
        """Take it back."""
        await self.verifications.delete(current_user(), UUID(request.position_id))
        return pb.DeleteCompanyVerificationResponse()
