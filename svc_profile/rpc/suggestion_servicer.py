"""The ConnectionService of the contract: people the caller may know."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from guild.common.v1.answer_quality_pb2 import COMPLETENESS_FULL, AnswerQuality
from guild.common.v1.person_pb2 import Person
from guild.graph.v1 import connection_service_pb2 as pb
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceServicer
from mesh.principal import current_user
from svc_profile.domain.suggestions import Reason, ReasonKind
from svc_profile.domain.user import Card
from svc_profile.rpc import messages
from svc_profile.usecases.suggestions import Suggested, Suggestions

_KIND = {one: pb.SuggestionReason.Value(f"SUGGESTION_REASON_{one.name}") for one in ReasonKind}


@dataclass(frozen=True)
class SuggestionServicer(ConnectionServiceServicer):
    """Unpack, ask, pack."""

    suggestions: Suggestions

    async def ListSuggestions(self, request: pb.ListSuggestionsRequest, context: Any) -> pb.ListSuggestionsResponse:
        """List people the caller may know."""
        page = await self.suggestions.page(current_user(), request.page_token, request.page_size)
        return pb.ListSuggestionsResponse(
            suggestions=[_message(one) for one in page.items],
            next_page_token=page.next_page_token,
            quality=AnswerQuality(completeness=COMPLETENESS_FULL),
        )

    async def DismissSuggestion(
        self, request: pb.DismissSuggestionRequest, context: Any
    ) -> pb.DismissSuggestionResponse:
        """Suggest somebody no more."""
        await self.suggestions.dismiss(current_user(), messages.user_id(request.user_id))
        return pb.DismissSuggestionResponse()


@lru_cache(maxsize=16_384)  # some 10 MB
def _person(card: Card) -> Person:
    return messages.person(card)


def _message(one: Suggested) -> pb.Suggestion:
    first = one.reasons[0]
    return pb.Suggestion(
        user=_person(one.user),
        mutual_count=one.shared,
        reason=_KIND[first.kind],
        detail=_detail(first),
        reasons=[
            pb.Suggestion.Reason(
                kind=_KIND[each.kind], count=each.count, subject=str(each.subject or ""), name=each.name
            )
            for each in one.reasons
        ],
    )


def _detail(reason: Reason) -> str:
    if reason.kind is ReasonKind.MUTUAL_CONNECTIONS:
        return f"{reason.count} mutual connection{'s' if reason.count > 1 else ''}"
    return "From contacts" if reason.kind is ReasonKind.CONTACT else reason.name
