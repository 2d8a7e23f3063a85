"""The ProfileService of the contract, as far as it is about positions, education, languages, certifications."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from guild.profile.v1 import career_pb2, profile_service_pb2
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceServicer
from mesh.principal import current_user
from svc_profile.domain.career import Certification, Education, Language, Position
from svc_profile.rpc import career_messages as messages
from svc_profile.usecases.profile_parts import ProfileParts


@dataclass(frozen=True)
class CareerServicer(ProfileServiceServicer):
    """Unpack, ask, pack."""

    parts: ProfileParts

    async def CreatePosition(
        self, request: profile_service_pb2.CreatePositionRequest, context: Any
    ) -> profile_service_pb2.CreatePositionResponse:
        """Add a position."""
        part = await self.parts.create(current_user(), Position, messages.changes(request.position))
        return profile_service_pb2.CreatePositionResponse(position=messages.position(part))

    async def UpdatePosition(
        self, request: profile_service_pb2.UpdatePositionRequest, context: Any
    ) -> profile_service_pb2.UpdatePositionResponse:
        """Change a position."""
        part_id, changes = UUID(request.position.id), messages.changes(request.position, request.update_mask)
        part = await self.parts.update(current_user(), Position, part_id, changes, request.etag)
        return profile_service_pb2.UpdatePositionResponse(position=messages.position(part))

    async def DeletePosition(
        self, request: profile_service_pb2.DeletePositionRequest, context: Any
    ) -> profile_service_pb2.DeletePositionResponse:
        """Remove a position."""
        await self.parts.delete(current_user(), Position, UUID(request.position_id))
        return profile_service_pb2.DeletePositionResponse()

    async def CreateEducation(
        self, request: profile_service_pb2.CreateEducationRequest, context: Any
    ) -> profile_service_pb2.CreateEducationResponse:
        """Add studies."""
        part = await self.parts.create(current_user(), Education, messages.changes(request.education))
        return profile_service_pb2.CreateEducationResponse(education=messages.education(part))

    async def UpdateEducation(
        self, request: profile_service_pb2.UpdateEducationRequest, context: Any
    ) -> profile_service_pb2.UpdateEducationResponse:
        """Change studies."""
        part_id, changes = UUID(request.education.id), messages.changes(request.education, request.update_mask)
        part = await self.parts.update(current_user(), Education, part_id, changes, request.etag)
        return profile_service_pb2.UpdateEducationResponse(education=messages.education(part))

    async def DeleteEducation(
        self, request: profile_service_pb2.DeleteEducationRequest, context: Any
    ) -> profile_service_pb2.DeleteEducationResponse:
        """Remove studies."""
        await self.parts.delete(current_user(), Education, UUID(request.education_id))
        return profile_service_pb2.DeleteEducationResponse()

    async def CreateLanguage(
        self, request: career_pb2.CreateLanguageRequest, context: Any
    ) -> career_pb2.CreateLanguageResponse:
        """Add a language."""
        part = await self.parts.create(current_user(), Language, messages.changes(request.language))
        return career_pb2.CreateLanguageResponse(language=messages.language(part))

    async def UpdateLanguage(
        self, request: career_pb2.UpdateLanguageRequest, context: Any
    ) -> career_pb2.UpdateLanguageResponse:
        """Change a language."""
        part_id, changes = UUID(request.language.id), messages.changes(request.language, request.update_mask)
        part = await self.parts.update(current_user(), Language, part_id, changes, request.etag)
        return career_pb2.UpdateLanguageResponse(language=messages.language(part))

    async def DeleteLanguage(
        self, request: career_pb2.DeleteLanguageRequest, context: Any
    ) -> career_pb2.DeleteLanguageResponse:
        """Remove a language."""
        await self.parts.delete(current_user(), Language, UUID(request.language_id))
        return career_pb2.DeleteLanguageResponse()

    async def CreateCertification(
        self, request: career_pb2.CreateCertificationRequest, context: Any
    ) -> career_pb2.CreateCertificationResponse:
        """Add a certification."""
        part = await self.parts.create(current_user(), Certification, messages.changes(request.certification))
        return career_pb2.CreateCertificationResponse(certification=messages.certification(part))

    async def UpdateCertification(
        self, request: career_pb2.UpdateCertificationRequest, context: Any
    ) -> career_pb2.UpdateCertificationResponse:
        """Change a certification."""
        part_id, changes = UUID(request.certification.id), messages.changes(request.certification, request.update_mask)
        part = await self.parts.update(current_user(), Certification, part_id, changes, request.etag)
        return career_pb2.UpdateCertificationResponse(certification=messages.certification(part))

    async def DeleteCertification(
        self, request: career_pb2.DeleteCertificationRequest, context: Any
    ) -> career_pb2.DeleteCertificationResponse:
        """Remove a certification."""
        await self.parts.delete(current_user(), Certification, UUID(request.certification_id))
        return career_pb2.DeleteCertificationResponse()
