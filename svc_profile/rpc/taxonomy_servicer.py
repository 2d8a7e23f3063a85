"""The TaxonomyService of the contract."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from guild.profile.v1 import taxonomy_service_pb2 as pb
from guild.profile.v1.taxonomy_service_pb2_grpc import TaxonomyServiceServicer
from svc_profile.domain.taxonomy import Concept
from svc_profile.usecases.taxonomy import TaxonomySearch


@dataclass(frozen=True)
class TaxonomyServicer(TaxonomyServiceServicer):
    """Unpack, ask, pack."""

    search: TaxonomySearch

    async def SearchSkills(self, request: pb.SearchSkillsRequest, context: Any) -> pb.SearchSkillsResponse:
        """Search skills by name."""
        occupation = UUID(request.occupation_id) if request.occupation_id else None
        page = self.search.skills(request.q, occupation, request.page_token, request.page_size)
        return pb.SearchSkillsResponse(
            skills=map(_concept, page.items), next_page_token=page.next_page_token, total_size=page.total
        )

    async def SearchOccupations(
        self, request: pb.SearchOccupationsRequest, context: Any
    ) -> pb.SearchOccupationsResponse:
        """Search occupations by name."""
        skill = UUID(request.skill_id) if request.skill_id else None
        page = self.search.occupations(request.q, skill, request.page_token, request.page_size)
        return pb.SearchOccupationsResponse(
            occupations=map(_concept, page.items), next_page_token=page.next_page_token, total_size=page.total
        )

    async def BatchGetSkills(self, request: pb.BatchGetSkillsRequest, context: Any) -> pb.BatchGetSkillsResponse:
        """Read skills by id."""
        found = self.search.taxonomy.now.skills.many(map(UUID, request.ids))
        return pb.BatchGetSkillsResponse(skills=map(_concept, found))

    async def BatchGetOccupations(
        self, request: pb.BatchGetOccupationsRequest, context: Any
    ) -> pb.BatchGetOccupationsResponse:
        """Read occupations by id."""
        found = self.search.taxonomy.now.occupations.many(map(UUID, request.ids))
        return pb.BatchGetOccupationsResponse(occupations=map(_concept, found))


def _concept(concept: Concept) -> pb.Concept:
    return pb.Concept(
        id=str(concept.id),
        name=concept.name,
        aliases=concept.aliases,
        group=concept.group,
        skill_ids=map(str, concept.skills),
    )
