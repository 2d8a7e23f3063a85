"""Typed stubs of the generated gRPC classes. Generated, do not edit."""

import collections.abc as _abc
import typing as _typing

import grpc.aio as _aio

from guild.trust.v1 import content_author_service_pb2 as _guild_trust_v1_content_author_service_pb2

class ContentAuthorServiceStub:
    """What every service that keeps content of members serves for its kinds of content: the feed service for posts and comments,
    the messaging service for messages, the jobs service for jobs and companies, the profile service for profiles.
    """
    def __init__(self, channel: _aio.Channel) -> None: ...
    GetContentAuthor: _aio.UnaryUnaryMultiCallable[_guild_trust_v1_content_author_service_pb2.GetContentAuthorRequest, _guild_trust_v1_content_author_service_pb2.GetContentAuthorResponse]

class ContentAuthorServiceServicer:
    """What every service that keeps content of members serves for its kinds of content: the feed service for posts and comments,
    the messaging service for messages, the jobs service for jobs and companies, the profile service for profiles.
    """
    async def GetContentAuthor(
        self, request: _guild_trust_v1_content_author_service_pb2.GetContentAuthorRequest, context: _aio.ServicerContext[_guild_trust_v1_content_author_service_pb2.GetContentAuthorRequest, _guild_trust_v1_content_author_service_pb2.GetContentAuthorResponse]
    ) -> _guild_trust_v1_content_author_service_pb2.GetContentAuthorResponse:
        """Says who wrote a piece of content that a member may see as it is now.

        Services only. Errors: NOT_FOUND (CONTENT_NOT_FOUND: there is none, the member may not see it, or it is of another
        service, without a difference). Reads only.
        """
        ...

def add_ContentAuthorServiceServicer_to_server(
    servicer: ContentAuthorServiceServicer, server: _typing.Any
) -> None: ...
