"""The FeedPreferenceService of the contract."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from guild.feed.v1 import feed_preference_service_pb2 as pb
from guild.feed.v1.feed_preference_service_pb2_grpc import FeedPreferenceServiceServicer
from mesh.principal import current_user
from svc_feed.domain.preference import PreferenceId
from svc_feed.rpc import preference_messages as messages
from svc_feed.usecases.preferences import Preferences


@dataclass(frozen=True)
class PreferenceServicer(FeedPreferenceServiceServicer):
    """Unpack, ask, pack."""

    preferences: Preferences

    async def SetFeedPreference(
        self, request: pb.SetFeedPreferenceRequest, context: Any
    ) -> pb.SetFeedPreferenceResponse:
        """State a preference."""
        stated = await self.preferences.state(current_user(), messages.wish(request))
        return pb.SetFeedPreferenceResponse(preference=messages.preference(stated))

    async def RemoveFeedPreference(
        self, request: pb.RemoveFeedPreferenceRequest, context: Any
    ) -> pb.RemoveFeedPreferenceResponse:
        """Take a preference back."""
        await self.preferences.remove(current_user(), PreferenceId(UUID(request.preference_id)))
        return pb.RemoveFeedPreferenceResponse()

    async def ListFeedPreferences(
        self, request: pb.ListFeedPreferencesRequest, context: Any
    ) -> pb.ListFeedPreferencesResponse:
        """List the caller's preferences."""
        page = await self.preferences.list(
            current_user(), messages.effects(request.effect), size=request.page_size, token=request.page_token
        )
        return pb.ListFeedPreferencesResponse(
            preferences=map(messages.preference, page.items), next_page_token=page.next_page_token
        )
