"""Typed stubs of the generated gRPC classes. Generated, do not edit."""

import collections.abc as _abc
import typing as _typing

import grpc.aio as _aio

from guild.feed.v1 import feed_service_pb2 as _guild_feed_v1_feed_service_pb2

class FeedServiceStub:
    """What members see when they open the product. Permission is checked on every read: a post that stopped being visible to the
    caller is left out, even when the feed was built earlier.
    """
    def __init__(self, channel: _aio.Channel) -> None: ...
    GetFeed: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_feed_service_pb2.GetFeedRequest, _guild_feed_v1_feed_service_pb2.GetFeedResponse]
    CountNewPosts: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_feed_service_pb2.CountNewPostsRequest, _guild_feed_v1_feed_service_pb2.CountNewPostsResponse]
    RecordInteractions: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_feed_service_pb2.RecordInteractionsRequest, _guild_feed_v1_feed_service_pb2.RecordInteractionsResponse]
    ListUserPosts: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_feed_service_pb2.ListUserPostsRequest, _guild_feed_v1_feed_service_pb2.ListUserPostsResponse]
    ListCompanyPosts: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_feed_service_pb2.ListCompanyPostsRequest, _guild_feed_v1_feed_service_pb2.ListCompanyPostsResponse]
    RebuildFeed: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_feed_service_pb2.RebuildFeedRequest, _guild_feed_v1_feed_service_pb2.RebuildFeedResponse]
    ExplainFeed: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_feed_service_pb2.ExplainFeedRequest, _guild_feed_v1_feed_service_pb2.ExplainFeedResponse]

class FeedServiceServicer:
    """What members see when they open the product. Permission is checked on every read: a post that stopped being visible to the
    caller is left out, even when the feed was built earlier.
    """
    async def GetFeed(
        self, request: _guild_feed_v1_feed_service_pb2.GetFeedRequest, context: _aio.ServicerContext[_guild_feed_v1_feed_service_pb2.GetFeedRequest, _guild_feed_v1_feed_service_pb2.GetFeedResponse]
    ) -> _guild_feed_v1_feed_service_pb2.GetFeedResponse:
        """Reads the caller's feed, best first or newest first. A page token stays on the snapshot of the first page and in its
        order, so that scrolling neither repeats nor skips; an offset reads the feed as it is now. A page is empty only at the end, or behind hundreds of posts that
        may not be shown; it ends early when its posts weigh much. While the graph does not answer, the first page holds the
        caller's own posts and those of authors of whom it was told a moment ago, says so in `quality`, and has no next one.

        Callers: members. Errors: PAGE_TOKEN_INVALID, PAGE_TOKEN_EXPIRED. Reads only.
        """
        ...
    async def CountNewPosts(
        self, request: _guild_feed_v1_feed_service_pb2.CountNewPostsRequest, context: _aio.ServicerContext[_guild_feed_v1_feed_service_pb2.CountNewPostsRequest, _guild_feed_v1_feed_service_pb2.CountNewPostsResponse]
    ) -> _guild_feed_v1_feed_service_pb2.CountNewPostsResponse:
        """Counts what others published that the caller's feed would show now, since a moment, up to 99.

        Callers: members. Reads only.
        """
        ...
    async def RecordInteractions(
        self, request: _guild_feed_v1_feed_service_pb2.RecordInteractionsRequest, context: _aio.ServicerContext[_guild_feed_v1_feed_service_pb2.RecordInteractionsRequest, _guild_feed_v1_feed_service_pb2.RecordInteractionsResponse]
    ) -> _guild_feed_v1_feed_service_pb2.RecordInteractionsResponse:
        """Tells what came of posts that a client shows, up to 100 things at once: what was seen is not the first thing the caller
        reads in FEED_ORDER_RANKED for two to four weeks, unless there is nothing else, or much is answered to it since; whom
        they pass over again and again sinks; what they hide is gone with the next read. Things about posts that are not there,
        or that the caller may not see, are left out.

        Callers: members. Errors: TOO_MANY_FEED_PREFERENCES. What is told twice counts once.
        """
        ...
    async def ListUserPosts(
        self, request: _guild_feed_v1_feed_service_pb2.ListUserPostsRequest, context: _aio.ServicerContext[_guild_feed_v1_feed_service_pb2.ListUserPostsRequest, _guild_feed_v1_feed_service_pb2.ListUserPostsResponse]
    ) -> _guild_feed_v1_feed_service_pb2.ListUserPostsResponse:
        """Lists the posts of one member that the caller may see, newest first.

        Callers: everybody; who is not signed in sees what is for everybody, without what posts share. Errors: USER_NOT_FOUND,
        PAGE_TOKEN_INVALID. Reads only.
        """
        ...
    async def ListCompanyPosts(
        self, request: _guild_feed_v1_feed_service_pb2.ListCompanyPostsRequest, context: _aio.ServicerContext[_guild_feed_v1_feed_service_pb2.ListCompanyPostsRequest, _guild_feed_v1_feed_service_pb2.ListCompanyPostsResponse]
    ) -> _guild_feed_v1_feed_service_pb2.ListCompanyPostsResponse:
        """Lists what a company published, newest first; nothing of one that does not exist.

        Callers: members. Errors: PAGE_TOKEN_INVALID. Reads only.
        """
        ...
    async def RebuildFeed(
        self, request: _guild_feed_v1_feed_service_pb2.RebuildFeedRequest, context: _aio.ServicerContext[_guild_feed_v1_feed_service_pb2.RebuildFeedRequest, _guild_feed_v1_feed_service_pb2.RebuildFeedResponse]
    ) -> _guild_feed_v1_feed_service_pb2.RebuildFeedResponse:
        """Throws a member's stored feed away and builds it anew.

        Callers: operators. Errors: USER_NOT_FOUND. A repeat changes nothing.
        """
        ...
    async def ExplainFeed(
        self, request: _guild_feed_v1_feed_service_pb2.ExplainFeedRequest, context: _aio.ServicerContext[_guild_feed_v1_feed_service_pb2.ExplainFeedRequest, _guild_feed_v1_feed_service_pb2.ExplainFeedResponse]
    ) -> _guild_feed_v1_feed_service_pb2.ExplainFeedResponse:
        """Tells why each item of a member's feed is where it is: the terms of its score and how it came in; and how the member's own
        posts reach the feeds of others.

        Callers: operators. Errors: USER_NOT_FOUND. Reads only.
        """
        ...

def add_FeedServiceServicer_to_server(
    servicer: FeedServiceServicer, server: _typing.Any
) -> None: ...
