"""Typed stubs of the generated gRPC classes. Generated, do not edit."""

import collections.abc as _abc
import typing as _typing

import grpc.aio as _aio

from guild.feed.v1 import analytics_service_pb2 as _guild_feed_v1_analytics_service_pb2

class AnalyticsServiceStub:
    """Counts by day, in UTC. Nobody is told who saw a post: of views a day tells only where at least five members saw it, and how
    many members they were is an estimate. A view is told some seconds late, and counts once for each member and post.
    """
    def __init__(self, channel: _aio.Channel) -> None: ...
    GetPostAnalytics: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_analytics_service_pb2.GetPostAnalyticsRequest, _guild_feed_v1_analytics_service_pb2.GetPostAnalyticsResponse]
    GetAuthorAnalytics: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_analytics_service_pb2.GetAuthorAnalyticsRequest, _guild_feed_v1_analytics_service_pb2.GetAuthorAnalyticsResponse]

class AnalyticsServiceServicer:
    """Counts by day, in UTC. Nobody is told who saw a post: of views a day tells only where at least five members saw it, and how
    many members they were is an estimate. A view is told some seconds late, and counts once for each member and post.
    """
    async def GetPostAnalytics(
        self, request: _guild_feed_v1_analytics_service_pb2.GetPostAnalyticsRequest, context: _aio.ServicerContext[_guild_feed_v1_analytics_service_pb2.GetPostAnalyticsRequest, _guild_feed_v1_analytics_service_pb2.GetPostAnalyticsResponse]
    ) -> _guild_feed_v1_analytics_service_pb2.GetPostAnalyticsResponse:
        """Counts what came of one post.

        Callers: its author. Errors: POST_NOT_FOUND, NOT_THE_AUTHOR. Reads only.
        """
        ...
    async def GetAuthorAnalytics(
        self, request: _guild_feed_v1_analytics_service_pb2.GetAuthorAnalyticsRequest, context: _aio.ServicerContext[_guild_feed_v1_analytics_service_pb2.GetAuthorAnalyticsRequest, _guild_feed_v1_analytics_service_pb2.GetAuthorAnalyticsResponse]
    ) -> _guild_feed_v1_analytics_service_pb2.GetAuthorAnalyticsResponse:
        """Counts what came of all posts of the caller, and who came to follow them.

        Callers: members, about themselves. Reads only.
        """
        ...

def add_AnalyticsServiceServicer_to_server(
    servicer: AnalyticsServiceServicer, server: _typing.Any
) -> None: ...
