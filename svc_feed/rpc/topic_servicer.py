"""The TopicService of the contract."""

from dataclasses import dataclass
from typing import Any

from guild.feed.v1 import topic_service_pb2 as pb
from guild.feed.v1.topic_service_pb2_grpc import TopicServiceServicer
from mesh.principal import current_user
from svc_feed.domain.topic import Topic
from svc_feed.rpc import messages
from svc_feed.usecases.topics import Topics


@dataclass(frozen=True)
class TopicServicer(TopicServiceServicer):
    """Unpack, ask, pack."""

    topics: Topics

    async def GetTopic(self, request: pb.GetTopicRequest, context: Any) -> pb.GetTopicResponse:
        """Read a topic."""
        return pb.GetTopicResponse(topic=_topic(await self.topics.get(current_user(), request.topic)))

    async def SuggestTopics(self, request: pb.SuggestTopicsRequest, context: Any) -> pb.SuggestTopicsResponse:
        """List topics by how they begin."""
        found = await self.topics.suggest(current_user(), request.prefix, request.limit)
        return pb.SuggestTopicsResponse(topics=map(_topic, found))

    async def ListTopicPosts(self, request: pb.ListTopicPostsRequest, context: Any) -> pb.ListTopicPostsResponse:
        """List the posts of a topic."""
        page = await self.topics.posts(current_user(), request.topic, size=request.page_size, token=request.page_token)
        return pb.ListTopicPostsResponse(items=map(messages.item, page.items), next_page_token=page.next_page_token)

    async def FollowTopic(self, request: pb.FollowTopicRequest, context: Any) -> pb.FollowTopicResponse:
        """Follow a topic."""
        return pb.FollowTopicResponse(topic=_topic(await self.topics.follow(current_user(), request.topic)))

    async def UnfollowTopic(self, request: pb.UnfollowTopicRequest, context: Any) -> pb.UnfollowTopicResponse:
        """Follow a topic no longer."""
        await self.topics.unfollow(current_user(), request.topic)
        return pb.UnfollowTopicResponse()

    async def ListFollowedTopics(
        self, request: pb.ListFollowedTopicsRequest, context: Any
    ) -> pb.ListFollowedTopicsResponse:
        """List the topics the caller follows."""
        page = await self.topics.followed(current_user(), size=request.page_size, token=request.page_token)
        return pb.ListFollowedTopicsResponse(topics=map(_topic, page.items), next_page_token=page.next_page_token)


def _topic(value: Topic) -> pb.Topic:
    return pb.Topic(
        name=value.name,
        post_count=value.post_count,
        follower_count=value.follower_count,
        following=value.following,
    )
