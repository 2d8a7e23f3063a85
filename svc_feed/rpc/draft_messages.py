"""Drafts between the domain and the contract's messages; pure."""

from typing import Any
from uuid import UUID

from guild.errors.v1.reason_pb2 import ErrorReason
from guild.feed.v1 import draft_service_pb2 as pb
from mesh.contract import moment, timestamp
from svc_feed.domain.answers import AnswerAudience
from svc_feed.domain.ids import ListId, MediaId, PostId
from svc_feed.domain.mention import unnamed
from svc_feed.domain.poll import Question
from svc_feed.domain.post import Draft, Kind
from svc_feed.domain.saved_draft import DraftState, Refusal, SavedDraft
from svc_feed.domain.visibility import Visibility
from svc_feed.rpc.messages import (
    ANSWERS,
    ANSWERS_OUT,
    KIND,
    KIND_OUT,
    VISIBILITY,
    VISIBILITY_OUT,
    mentions,
    mentions_from,
)

_STATE_OUT = {state: pb.DraftState.Value(f"DRAFT_STATE_{state.name}") for state in DraftState}


def content_of(message: pb.Draft) -> Draft:
    """What a draft says; what it leaves out is as in a post."""
    return Draft(
        content=message.content,
        visibility=VISIBILITY[message.visibility] if message.HasField("visibility") else Visibility.CONNECTIONS,
        kind=KIND[message.kind] if message.HasField("kind") else Kind.POST,
        title=message.title or None,
        media_ids=tuple(MediaId(UUID(medium)) for medium in message.media_ids),
        list_id=ListId(UUID(message.list_id)) if message.list_id else None,
        comment_audience=ANSWERS.get(message.comment_audience, AnswerAudience.EVERYBODY),
        quote_audience=ANSWERS.get(message.quote_audience, AnswerAudience.EVERYBODY),
        question=_question(message.poll) if message.HasField("poll") else None,
        mentions=mentions_from(message.mentions),
        cover_media_id=MediaId(UUID(message.cover_media_id)) if message.cover_media_id else None,
    )


def sharing(message: pb.Draft) -> PostId | None:
    """The post it is to share."""
    return PostId(UUID(message.shared_post_id)) if message.shared_post_id else None


def changes(request: pb.UpdateDraftRequest) -> dict[str, Any]:
    """The fields an update names: those of its mask, or without a mask those that are set."""
    named = request.update_mask.paths or [field.name for field, _ in request.draft.ListFields() if field.name != "id"]
    given = content_of(request.draft)
    fields = ("question" if name == "poll" else name for name in named)
    return {name: getattr(given, name, None) for name in fields}


def draft(value: SavedDraft) -> pb.Draft:
    """A draft, as its author sees it."""
    said = value.draft
    return pb.Draft(
        id=str(value.id),
        kind=KIND_OUT[said.kind],
        title=said.title,
        content=said.content,
        media_ids=map(str, said.media_ids),
        visibility=VISIBILITY_OUT[said.visibility],
        list_id=str(said.list_id) if said.list_id else None,
        cover_media_id=str(said.cover_media_id) if said.cover_media_id else None,
        comment_audience=ANSWERS_OUT[said.comment_audience],
        quote_audience=ANSWERS_OUT[said.quote_audience],
        poll=_poll(said.question) if said.question else None,
        mentions=mentions(unnamed(said.mentions)),
        shared_post_id=str(value.shared_post_id) if value.shared_post_id else None,
        state=_STATE_OUT[value.state],
        publish_at=timestamp(value.publish_at) if value.publish_at else None,
        refusal=_refusal(value.refusal) if value.refusal else None,
        post_id=str(value.post_id) if value.post_id else None,
        created_at=timestamp(value.created_at),
        updated_at=timestamp(value.updated_at),
        etag=value.etag,
    )


def _question(asked: pb.DraftPoll) -> Question:
    return Question(asked.question, tuple(asked.options), moment(asked.ends_at) if asked.HasField("ends_at") else None)


def _poll(value: Question) -> pb.DraftPoll:
    ends_at = timestamp(value.ends_at) if value.ends_at else None
    return pb.DraftPoll(question=value.question, options=value.options, ends_at=ends_at)


def _refusal(value: Refusal) -> pb.DraftRefusal:
    return pb.DraftRefusal(
        reason=ErrorReason.Value(value.reason), message=value.message, refused_at=timestamp(value.at)
    )
