"""The AnalyticsService of the contract."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from guild.common.v1.date_pb2 import Date
from guild.feed.v1 import analytics_service_pb2 as pb
from guild.feed.v1.analytics_service_pb2_grpc import AnalyticsServiceServicer
from mesh.principal import current_user
from svc_feed.domain.analytics import Counts
from svc_feed.domain.ids import PostId
from svc_feed.usecases.read_analytics import ReadAnalytics


@dataclass(frozen=True)
class AnalyticsServicer(AnalyticsServiceServicer):
    """Unpack, ask, pack."""

    analytics: ReadAnalytics

    async def GetPostAnalytics(self, request: pb.GetPostAnalyticsRequest, context: Any) -> pb.GetPostAnalyticsResponse:
        """Count what came of one post."""
        found = await self.analytics.of_post(current_user(), PostId(UUID(request.post_id)), request.days)
        return pb.GetPostAnalyticsResponse(days=_days(found.days), total=_counts(found.total))

    async def GetAuthorAnalytics(
        self, request: pb.GetAuthorAnalyticsRequest, context: Any
    ) -> pb.GetAuthorAnalyticsResponse:
        """Count what came of all posts of the caller, and who came to follow them."""
        found = await self.analytics.of_author(current_user(), request.days)
        followers = [pb.FollowerDay(day=_day(day), **one._asdict()) for day, one in found.followers.items()]
        return pb.GetAuthorAnalyticsResponse(
            days=_days(found.days), total=_counts(found.total), follower_days=followers
        )


def _days(days: Mapping[date, Counts]) -> list[pb.AnalyticsDay]:
    return [pb.AnalyticsDay(day=_day(day), counts=_counts(counts)) for day, counts in days.items()]


def _day(day: date) -> Date:
    return Date(year=day.year, month=day.month, day=day.day)


def _counts(counts: Counts) -> pb.AnalyticsCounts:
    return pb.AnalyticsCounts(views=counts.views, unique_viewers=counts.viewers, **counts.answers._asdict())
