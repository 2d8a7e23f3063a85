"""Typed stubs of the generated gRPC classes. Generated, do not edit."""

import collections.abc as _abc
import typing as _typing

import grpc.aio as _aio

from guild.feed.v1 import draft_service_pb2 as _guild_feed_v1_draft_service_pb2

class DraftServiceStub:
    """Drafts of the caller: to everybody else they do not exist. A draft may lack what a post needs; whether it can be a post
    is asked when it is published or scheduled. Once it is published it says for 30 days which post it became, and nothing else.
    """
    def __init__(self, channel: _aio.Channel) -> None: ...
    CreateDraft: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_draft_service_pb2.CreateDraftRequest, _guild_feed_v1_draft_service_pb2.CreateDraftResponse]
    GetDraft: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_draft_service_pb2.GetDraftRequest, _guild_feed_v1_draft_service_pb2.GetDraftResponse]
    ListDrafts: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_draft_service_pb2.ListDraftsRequest, _guild_feed_v1_draft_service_pb2.ListDraftsResponse]
    UpdateDraft: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_draft_service_pb2.UpdateDraftRequest, _guild_feed_v1_draft_service_pb2.UpdateDraftResponse]
    DeleteDraft: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_draft_service_pb2.DeleteDraftRequest, _guild_feed_v1_draft_service_pb2.DeleteDraftResponse]
    PublishDraft: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_draft_service_pb2.PublishDraftRequest, _guild_feed_v1_draft_service_pb2.PublishDraftResponse]
    ScheduleDraft: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_draft_service_pb2.ScheduleDraftRequest, _guild_feed_v1_draft_service_pb2.ScheduleDraftResponse]
    UnscheduleDraft: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_draft_service_pb2.UnscheduleDraftRequest, _guild_feed_v1_draft_service_pb2.UnscheduleDraftResponse]

class DraftServiceServicer:
    """Drafts of the caller: to everybody else they do not exist. A draft may lack what a post needs; whether it can be a post
    is asked when it is published or scheduled. Once it is published it says for 30 days which post it became, and nothing else.
    """
    async def CreateDraft(
        self, request: _guild_feed_v1_draft_service_pb2.CreateDraftRequest, context: _aio.ServicerContext[_guild_feed_v1_draft_service_pb2.CreateDraftRequest, _guild_feed_v1_draft_service_pb2.CreateDraftResponse]
    ) -> _guild_feed_v1_draft_service_pb2.CreateDraftResponse:
        """Keeps a draft.

        Callers: members. Errors: TOO_MANY_DRAFTS (100 are kept), MEDIA_NOT_FOUND, MEDIA_NOT_READY (its bytes are not there yet, or
        it failed), AUDIENCE_LIST_NOT_FOUND. Repeatable with an idempotency key.
        """
        ...
    async def GetDraft(
        self, request: _guild_feed_v1_draft_service_pb2.GetDraftRequest, context: _aio.ServicerContext[_guild_feed_v1_draft_service_pb2.GetDraftRequest, _guild_feed_v1_draft_service_pb2.GetDraftResponse]
    ) -> _guild_feed_v1_draft_service_pb2.GetDraftResponse:
        """Reads one draft.

        Callers: members; it is their own. Errors: DRAFT_NOT_FOUND. Reads only.
        """
        ...
    async def ListDrafts(
        self, request: _guild_feed_v1_draft_service_pb2.ListDraftsRequest, context: _aio.ServicerContext[_guild_feed_v1_draft_service_pb2.ListDraftsRequest, _guild_feed_v1_draft_service_pb2.ListDraftsResponse]
    ) -> _guild_feed_v1_draft_service_pb2.ListDraftsResponse:
        """Lists the caller's drafts that are not published, those begun last first.

        Callers: members. Errors: PAGE_TOKEN_INVALID. Reads only.
        """
        ...
    async def UpdateDraft(
        self, request: _guild_feed_v1_draft_service_pb2.UpdateDraftRequest, context: _aio.ServicerContext[_guild_feed_v1_draft_service_pb2.UpdateDraftRequest, _guild_feed_v1_draft_service_pb2.UpdateDraftResponse]
    ) -> _guild_feed_v1_draft_service_pb2.UpdateDraftResponse:
        """Changes a draft. One that is scheduled stays so, and has to be what can be published then.

        Callers: members; it is their own. Errors: DRAFT_NOT_FOUND, DRAFT_PUBLISHED, FIELD_NOT_UPDATABLE, ETAG_MISMATCH,
        MEDIA_NOT_FOUND, MEDIA_NOT_READY, AUDIENCE_LIST_NOT_FOUND; of a scheduled one CONTENT_MISSING, CONTENT_TOO_LONG,
        POLL_INCOMPLETE, POLL_END_INVALID, MENTION_INVALID. Repeatable with an idempotency key.
        """
        ...
    async def DeleteDraft(
        self, request: _guild_feed_v1_draft_service_pb2.DeleteDraftRequest, context: _aio.ServicerContext[_guild_feed_v1_draft_service_pb2.DeleteDraftRequest, _guild_feed_v1_draft_service_pb2.DeleteDraftResponse]
    ) -> _guild_feed_v1_draft_service_pb2.DeleteDraftResponse:
        """Forgets a draft, scheduled or not; one that is not there is forgotten already.

        Callers: members; it is their own. Errors: DRAFT_PUBLISHED (delete the post instead), ETAG_MISMATCH. A repeat changes
        nothing.
        """
        ...
    async def PublishDraft(
        self, request: _guild_feed_v1_draft_service_pb2.PublishDraftRequest, context: _aio.ServicerContext[_guild_feed_v1_draft_service_pb2.PublishDraftRequest, _guild_feed_v1_draft_service_pb2.PublishDraftResponse]
    ) -> _guild_feed_v1_draft_service_pb2.PublishDraftResponse:
        """Publishes a draft now, scheduled or not; of one that is published, the post it became. When it is refused the draft stays as
        it is.

        Callers: members; it is their own. Errors: DRAFT_NOT_FOUND, ETAG_MISMATCH, POST_NOT_FOUND (what it shares, or what it
        became, is gone), POST_NOT_SHAREABLE, ANSWERS_CLOSED, CONTENT_MISSING, CONTENT_TOO_LONG, POLL_INCOMPLETE, POLL_END_INVALID, MENTION_INVALID,
        MEDIA_NOT_FOUND, MEDIA_NOT_READY, AUDIENCE_LIST_NOT_FOUND. A repeat answers with the same post.
        """
        ...
    async def ScheduleDraft(
        self, request: _guild_feed_v1_draft_service_pb2.ScheduleDraftRequest, context: _aio.ServicerContext[_guild_feed_v1_draft_service_pb2.ScheduleDraftRequest, _guild_feed_v1_draft_service_pb2.ScheduleDraftResponse]
    ) -> _guild_feed_v1_draft_service_pb2.ScheduleDraftResponse:
        """Sets when a draft is published, in place of an earlier time. It is published within a minute of then. What cannot be
        published at that time becomes a draft again, which says why.

        Callers: members; it is their own. Errors: DRAFT_NOT_FOUND, DRAFT_PUBLISHED, ETAG_MISMATCH, PUBLISH_TIME_INVALID (from a
        minute to a year ahead), TOO_MANY_SCHEDULED_DRAFTS (25 are), and those of PublishDraft about its fields. A repeat
        changes nothing.
        """
        ...
    async def UnscheduleDraft(
        self, request: _guild_feed_v1_draft_service_pb2.UnscheduleDraftRequest, context: _aio.ServicerContext[_guild_feed_v1_draft_service_pb2.UnscheduleDraftRequest, _guild_feed_v1_draft_service_pb2.UnscheduleDraftResponse]
    ) -> _guild_feed_v1_draft_service_pb2.UnscheduleDraftResponse:
        """Makes a scheduled draft a draft again; one that is not scheduled stays as it is.

        Callers: members; it is their own. Errors: DRAFT_NOT_FOUND, DRAFT_PUBLISHED. A repeat changes nothing.
        """
        ...

def add_DraftServiceServicer_to_server(
    servicer: DraftServiceServicer, server: _typing.Any
) -> None: ...
