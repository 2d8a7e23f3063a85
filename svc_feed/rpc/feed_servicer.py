"""The FeedService of the contract."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from google.protobuf.duration_pb2 import Duration

from guild.feed.v1 import feed_service_pb2 as pb
from guild.feed.v1.feed_service_pb2_grpc import FeedServiceServicer
from mesh.contract import moment
from mesh.principal import current, current_user
from svc_feed.domain.ids import CompanyId, UserId
from svc_feed.rpc import messages
from svc_feed.rpc.wire import FeedWriter
from svc_feed.usecases.company_posts import CompanyPosts
from svc_feed.usecases.count_new_posts import CountNewPosts
from svc_feed.usecases.get_feed import GetFeed
from svc_feed.usecases.operate_feeds import OperateFeeds
from svc_feed.usecases.posts import Posts
from svc_feed.usecases.record_interactions import RecordInteractions


@dataclass(frozen=True)
class FeedServicer(FeedServiceServicer):
    """Unpack, ask, pack."""

    get_feed: GetFeed
    posts: Posts
    company_posts: CompanyPosts
    operate: OperateFeeds
    count_new_posts: CountNewPosts
    record_interactions: RecordInteractions
    write: FeedWriter

    async def GetFeed(self, request: pb.GetFeedRequest, context: Any) -> Any:
        """Read the caller's feed; the reply is serialised already."""
        me = current_user()
        page = await self.get_feed(
            me,
            limit=request.limit,
            offset=request.offset,
            token=request.page_token,
            order=messages.order(request),
        )
        return self.write(page)

    async def CountNewPosts(self, request: pb.CountNewPostsRequest, context: Any) -> pb.CountNewPostsResponse:
        """Count what is new in the caller's feed."""
        since = moment(request.since)
        return pb.CountNewPostsResponse(count=await self.count_new_posts(current_user(), since))

    async def RecordInteractions(
        self, request: pb.RecordInteractionsRequest, context: Any
    ) -> pb.RecordInteractionsResponse:
        """Take in what came of posts."""
        taken = await self.record_interactions(current_user(), [messages.told(one) for one in request.interactions])
        return pb.RecordInteractionsResponse(recorded_count=taken)

    async def ListCompanyPosts(self, request: pb.ListCompanyPostsRequest, context: Any) -> pb.ListCompanyPostsResponse:
        """List a company's posts."""
        page = await self.company_posts.list(
            current_user(), CompanyId(UUID(request.company_id)), size=request.page_size, token=request.page_token
        )
        return pb.ListCompanyPostsResponse(items=map(messages.item, page.items), next_page_token=page.next_page_token)

    async def ListUserPosts(self, request: pb.ListUserPostsRequest, context: Any) -> pb.ListUserPostsResponse:
        """List a member's posts."""
        page = await self.posts.of_member(
            current().user_id,
            UserId(UUID(request.user_id)),
            kinds=messages.kinds(request.kind),
            size=request.page_size,
            token=request.page_token,
        )
        return pb.ListUserPostsResponse(items=map(messages.item, page.items), next_page_token=page.next_page_token)

    async def RebuildFeed(self, request: pb.RebuildFeedRequest, context: Any) -> pb.RebuildFeedResponse:
        """Build a member's feed anew."""
        feed = await self.operate.rebuild(UserId(UUID(request.user_id)))
        took = Duration()
        took.FromTimedelta(timedelta(seconds=feed.took))
        return pb.RebuildFeedResponse(item_count=len(feed.entries), took=took)

    async def ExplainFeed(self, request: pb.ExplainFeedRequest, context: Any) -> pb.ExplainFeedResponse:
        """Tell why a member's feed is as it is."""
        return messages.explained(await self.operate.explain(UserId(UUID(request.user_id)), limit=request.limit))
