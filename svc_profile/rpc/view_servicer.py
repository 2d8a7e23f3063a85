"""The ProfileService of the contract, as far as it tells members who looked at them."""

from dataclasses import dataclass
from typing import Any

from guild.common.v1.date_pb2 import Date
from guild.profile.v1 import profile_service_pb2 as pb
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceServicer
from mesh.principal import current_user
from svc_profile.rpc import messages
from svc_profile.usecases.profile_views import ProfileViews, Viewer


@dataclass(frozen=True)
class ViewServicer(ProfileServiceServicer):
    """Unpack, ask, pack."""

    views: ProfileViews

    async def ListProfileViewers(
        self, request: pb.ListProfileViewersRequest, context: Any
    ) -> pb.ListProfileViewersResponse:
        """List who looked at the own profile."""
        page = await self.views.viewers(current_user(), request.page_token, request.page_size)
        return pb.ListProfileViewersResponse(
            viewers=map(_viewer, page.items), next_page_token=page.next_page_token, total_size=page.total
        )

    async def GetProfileStats(self, request: pb.GetProfileStatsRequest, context: Any) -> pb.GetProfileStatsResponse:
        """Read the numbers of the own profile."""
        stats = await self.views.stats(current_user())
        return pb.GetProfileStatsResponse(
            connection_count=stats.connections,
            profile_views=stats.views,
            search_appearances=stats.appearances,
            endorsement_count=stats.endorsements,
            daily_views=[
                pb.DailyViews(day=Date(year=day.year, month=day.month, day=day.day), views=views)
                for day, views in stats.days
            ],
            viewer_companies=[pb.ViewerGroup(name=name, viewer_count=count) for name, count in stats.companies],
            viewer_occupations=[pb.ViewerGroup(name=name, viewer_count=count) for name, count in stats.occupations],
        )


def _viewer(viewer: Viewer) -> pb.ProfileViewer:
    return pb.ProfileViewer(
        user=messages.person(viewer.user) if viewer.user else None,
        anonymous=viewer.user is None,
        description=viewer.occupation,
        viewed_at=messages.moment(viewer.at),
    )
