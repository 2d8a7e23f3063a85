"""Typed stubs of the generated gRPC classes. Generated, do not edit."""

import collections.abc as _abc
import typing as _typing

import grpc.aio as _aio

from guild.feed.v1 import topic_service_pb2 as _guild_feed_v1_topic_service_pb2

class TopicServiceStub:
    """A topic is a hashtag: what follows # in titles and texts of public posts, in lower case, without accents. It exists once
    somebody wrote it.
    """
    def __init__(self, channel: _aio.Channel) -> None: ...
    GetTopic: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_topic_service_pb2.GetTopicRequest, _guild_feed_v1_topic_service_pb2.GetTopicResponse]
    SuggestTopics: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_topic_service_pb2.SuggestTopicsRequest, _guild_feed_v1_topic_service_pb2.SuggestTopicsResponse]
    ListTopicPosts: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_topic_service_pb2.ListTopicPostsRequest, _guild_feed_v1_topic_service_pb2.ListTopicPostsResponse]
    FollowTopic: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_topic_service_pb2.FollowTopicRequest, _guild_feed_v1_topic_service_pb2.FollowTopicResponse]
    UnfollowTopic: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_topic_service_pb2.UnfollowTopicRequest, _guild_feed_v1_topic_service_pb2.UnfollowTopicResponse]
    ListFollowedTopics: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_topic_service_pb2.ListFollowedTopicsRequest, _guild_feed_v1_topic_service_pb2.ListFollowedTopicsResponse]

class TopicServiceServicer:
    """A topic is a hashtag: what follows # in titles and texts of public posts, in lower case, without accents. It exists once
    somebody wrote it.
    """
    async def GetTopic(
        self, request: _guild_feed_v1_topic_service_pb2.GetTopicRequest, context: _aio.ServicerContext[_guild_feed_v1_topic_service_pb2.GetTopicRequest, _guild_feed_v1_topic_service_pb2.GetTopicResponse]
    ) -> _guild_feed_v1_topic_service_pb2.GetTopicResponse:
        """Reads a topic; one that nobody wrote of has no posts.

        Callers: members. Errors: TOPIC_INVALID. Reads only.
        """
        ...
    async def SuggestTopics(
        self, request: _guild_feed_v1_topic_service_pb2.SuggestTopicsRequest, context: _aio.ServicerContext[_guild_feed_v1_topic_service_pb2.SuggestTopicsRequest, _guild_feed_v1_topic_service_pb2.SuggestTopicsResponse]
    ) -> _guild_feed_v1_topic_service_pb2.SuggestTopicsResponse:
        """Lists topics that begin with some letters, the most used of the last 30 days first.

        Callers: members. Reads only.
        """
        ...
    async def ListTopicPosts(
        self, request: _guild_feed_v1_topic_service_pb2.ListTopicPostsRequest, context: _aio.ServicerContext[_guild_feed_v1_topic_service_pb2.ListTopicPostsRequest, _guild_feed_v1_topic_service_pb2.ListTopicPostsResponse]
    ) -> _guild_feed_v1_topic_service_pb2.ListTopicPostsResponse:
        """Lists the public posts of a topic that the caller may see, newest first.

        Callers: members. Errors: TOPIC_INVALID, PAGE_TOKEN_INVALID. Reads only.
        """
        ...
    async def FollowTopic(
        self, request: _guild_feed_v1_topic_service_pb2.FollowTopicRequest, context: _aio.ServicerContext[_guild_feed_v1_topic_service_pb2.FollowTopicRequest, _guild_feed_v1_topic_service_pb2.FollowTopicResponse]
    ) -> _guild_feed_v1_topic_service_pb2.FollowTopicResponse:
        """Brings posts of a topic into the caller's feed.

        Callers: members. Errors: TOPIC_INVALID, TOO_MANY_TOPICS. A repeat changes nothing.
        """
        ...
    async def UnfollowTopic(
        self, request: _guild_feed_v1_topic_service_pb2.UnfollowTopicRequest, context: _aio.ServicerContext[_guild_feed_v1_topic_service_pb2.UnfollowTopicRequest, _guild_feed_v1_topic_service_pb2.UnfollowTopicResponse]
    ) -> _guild_feed_v1_topic_service_pb2.UnfollowTopicResponse:
        """Brings posts of a topic into the caller's feed no longer.

        Callers: members. Errors: TOPIC_INVALID. A repeat changes nothing.
        """
        ...
    async def ListFollowedTopics(
        self, request: _guild_feed_v1_topic_service_pb2.ListFollowedTopicsRequest, context: _aio.ServicerContext[_guild_feed_v1_topic_service_pb2.ListFollowedTopicsRequest, _guild_feed_v1_topic_service_pb2.ListFollowedTopicsResponse]
    ) -> _guild_feed_v1_topic_service_pb2.ListFollowedTopicsResponse:
        """Lists the topics the caller follows, those followed last first.

        Callers: members. Errors: PAGE_TOKEN_INVALID. Reads only.
        """
        ...

def add_TopicServiceServicer_to_server(
    servicer: TopicServiceServicer, server: _typing.Any
) -> None: ...
