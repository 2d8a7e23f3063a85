"""The ProfileService of the contract, as far as members look for others."""

from dataclasses import dataclass
from typing import Any

from guild.common.v1.answer_quality_pb2 import COMPLETENESS_FULL, AnswerQuality
from guild.common.v1.facet_pb2 import Facet, FacetValue
from guild.profile.v1 import profile_service_pb2 as pb
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceServicer
from mesh.principal import current_user
from svc_profile.domain.findable import COUNTED
from svc_profile.rpc import messages
from svc_profile.usecases.search_people import Question, SearchPeople


@dataclass(frozen=True)
class PeopleServicer(ProfileServiceServicer):
    """Unpack, ask, pack."""

    search: SearchPeople

    async def SearchPeople(self, request: pb.SearchPeopleRequest, context: Any) -> pb.SearchPeopleResponse:
        """Search for members."""
        filters = {filter_: list(getattr(request, filter_.name.lower())) for filter_ in COUNTED}
        question = Question(request.q, filters, frozenset(request.degrees))
        people = await self.search(current_user(), question, request.page_token, request.page_size)
        return pb.SearchPeopleResponse(
            users=[messages.summary(user, degree) for user, degree in people.page.items],
            next_page_token=people.page.next_page_token,
            total_size=people.page.total,
            total_is_lower_bound=people.is_lower_bound,
            facets=[
                Facet(name=filter_.name.lower(), values=[FacetValue(value=value, count=hits) for value, hits in values])
                for filter_, values in people.facets.items()
            ],
            quality=AnswerQuality(completeness=COMPLETENESS_FULL),
        )
