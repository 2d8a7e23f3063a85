"""Typed stubs of the generated gRPC classes. Generated, do not edit."""

import collections.abc as _abc
import typing as _typing

import grpc.aio as _aio

from guild.feed.v1 import feed_preference_service_pb2 as _guild_feed_v1_feed_preference_service_pb2

class FeedPreferenceServiceStub:
    """A preference holds on all devices of its member, from the next read of the feed on, and is known to nobody else. What is
    hidden or snoozed is left out of the feed in any order, of promoted items and of what is counted as new; what the caller
    wants to see less of comes later in FEED_ORDER_RANKED and is not promoted to them.
    """
    def __init__(self, channel: _aio.Channel) -> None: ...
    SetFeedPreference: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_feed_preference_service_pb2.SetFeedPreferenceRequest, _guild_feed_v1_feed_preference_service_pb2.SetFeedPreferenceResponse]
    RemoveFeedPreference: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_feed_preference_service_pb2.RemoveFeedPreferenceRequest, _guild_feed_v1_feed_preference_service_pb2.RemoveFeedPreferenceResponse]
    ListFeedPreferences: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_feed_preference_service_pb2.ListFeedPreferencesRequest, _guild_feed_v1_feed_preference_service_pb2.ListFeedPreferencesResponse]

class FeedPreferenceServiceServicer:
    """A preference holds on all devices of its member, from the next read of the feed on, and is known to nobody else. What is
    hidden or snoozed is left out of the feed in any order, of promoted items and of what is counted as new; what the caller
    wants to see less of comes later in FEED_ORDER_RANKED and is not promoted to them.
    """
    async def SetFeedPreference(
        self, request: _guild_feed_v1_feed_preference_service_pb2.SetFeedPreferenceRequest, context: _aio.ServicerContext[_guild_feed_v1_feed_preference_service_pb2.SetFeedPreferenceRequest, _guild_feed_v1_feed_preference_service_pb2.SetFeedPreferenceResponse]
    ) -> _guild_feed_v1_feed_preference_service_pb2.SetFeedPreferenceResponse:
        """States a preference. Of a member: sees less of their posts, or none for 30 days. Of a topic or a kind: sees less of such
        posts. Of a post: does not see it any more, nor shares of it, for 90 days.

        Callers: members; a hidden post is one that they may see. Errors: USER_NOT_FOUND, POST_NOT_FOUND, TOPIC_INVALID,
        TOO_MANY_FEED_PREFERENCES. A repeat answers with the same preference; where it ends, it begins anew.
        """
        ...
    async def RemoveFeedPreference(
        self, request: _guild_feed_v1_feed_preference_service_pb2.RemoveFeedPreferenceRequest, context: _aio.ServicerContext[_guild_feed_v1_feed_preference_service_pb2.RemoveFeedPreferenceRequest, _guild_feed_v1_feed_preference_service_pb2.RemoveFeedPreferenceResponse]
    ) -> _guild_feed_v1_feed_preference_service_pb2.RemoveFeedPreferenceResponse:
        """Takes a preference back.

        Callers: members. Changes nothing where there is no such preference of the caller, so a repeat changes nothing.
        """
        ...
    async def ListFeedPreferences(
        self, request: _guild_feed_v1_feed_preference_service_pb2.ListFeedPreferencesRequest, context: _aio.ServicerContext[_guild_feed_v1_feed_preference_service_pb2.ListFeedPreferencesRequest, _guild_feed_v1_feed_preference_service_pb2.ListFeedPreferencesResponse]
    ) -> _guild_feed_v1_feed_preference_service_pb2.ListFeedPreferencesResponse:
        """Lists the caller's preferences that hold, those stated last first.

        Callers: members. Errors: PAGE_TOKEN_INVALID. Reads only.
        """
        ...

def add_FeedPreferenceServiceServicer_to_server(
    servicer: FeedPreferenceServiceServicer, server: _typing.Any
) -> None: ...
