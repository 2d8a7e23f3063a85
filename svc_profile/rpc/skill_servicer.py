"""The ProfileService of the contract, as far as it is about skills and endorsements."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from guild.profile.v1 import profile_service_pb2 as pb
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceServicer
from mesh.principal import current_user
from svc_profile.domain.career import Skill
from svc_profile.rpc import messages
from svc_profile.rpc.career_messages import skill
from svc_profile.usecases.endorsements import Endorsements
from svc_profile.usecases.profile_parts import ProfileParts


@dataclass(frozen=True)
class SkillServicer(ProfileServiceServicer):
    """Unpack, ask, pack."""

    parts: ProfileParts
    endorsements: Endorsements

    async def AddSkill(self, request: pb.AddSkillRequest, context: Any) -> pb.AddSkillResponse:
        """Add a skill."""
        concept = UUID(request.skill_id) if request.skill_id else None
        added = await self.parts.add_skill(current_user(), request.name, concept)
        return pb.AddSkillResponse(skill=skill(added, endorsed=False))

    async def RemoveSkill(self, request: pb.RemoveSkillRequest, context: Any) -> pb.RemoveSkillResponse:
        """Remove a skill."""
        await self.parts.delete(current_user(), Skill, UUID(request.skill_id))
        return pb.RemoveSkillResponse()

    async def EndorseSkill(self, request: pb.EndorseSkillRequest, context: Any) -> pb.EndorseSkillResponse:
        """Endorse a connection's skill."""
        user_id, skill_id = messages.user_id(request.user_id), UUID(request.skill_id)
        endorsed = await self.endorsements.endorse(current_user(), user_id, skill_id)
        return pb.EndorseSkillResponse(skill=skill(endorsed, endorsed=True))

    async def UnendorseSkill(self, request: pb.UnendorseSkillRequest, context: Any) -> pb.UnendorseSkillResponse:
        """Take an endorsement back."""
        user_id, skill_id = messages.user_id(request.user_id), UUID(request.skill_id)
        left = await self.endorsements.unendorse(current_user(), user_id, skill_id)
        return pb.UnendorseSkillResponse(skill=skill(left, endorsed=False))

    async def ListEndorsements(self, request: pb.ListEndorsementsRequest, context: Any) -> pb.ListEndorsementsResponse:
        """List who endorses a skill."""
        user_id, skill_id = messages.user_id(request.user_id), UUID(request.skill_id)
        page = await self.endorsements.of_skill(
            current_user(), user_id, skill_id, request.page_token, request.page_size
        )
        found = [
            pb.Endorsement(
                endorser=messages.person(user), created_at=messages.moment(one.created_at), weight=one.weight
            )
            for user, one in page.items
        ]
        return pb.ListEndorsementsResponse(
            endorsements=found, next_page_token=page.next_page_token, total_size=page.total
        )
