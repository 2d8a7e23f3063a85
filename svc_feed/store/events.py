"""Facts as events of the contract, in the outbox of the transaction that makes them true."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from google.protobuf.message import Message

from guild.events.v1 import engagement_pb2, media_pb2, posts_pb2
from guild.feed.v1 import post_pb2
from guild.media.v1 import media_service_pb2
from mesh.contract import timestamp
from mesh.data import Transaction
from svc_feed.domain.facts import (
    CommentDeleted,
    CommentEdited,
    CommentReactionChanged,
    CommentWritten,
    Fact,
    MediaFact,
    MediumDeleted,
    MediumUploaded,
    PostDeleted,
    PostEdited,
    PostFact,
    PostPublished,
    PostRevised,
    PostShared,
    ReactionChanged,
    ShareDetached,
    VoteChanged,
)
from svc_feed.domain.ids import UserId
from svc_feed.domain.reaction import Reaction
from svc_feed.domain.visibility import Visibility

_REACTIONS: Mapping[Reaction, post_pb2.Reaction.ValueType] = {
    value: post_pb2.Reaction.Value(f"REACTION_{value.name}") for value in Reaction
}


def publish(tx: Transaction, fact: Fact, *, by: UserId) -> None:
    """Tell the other services, if and only if the transaction commits."""
    tx.emit(_event(fact), actor=by)


def _event(fact: Fact) -> Message:
    match fact:
        case PostPublished() | PostShared() | ShareDetached() | PostEdited() | PostRevised() | PostDeleted():
            return _post_event(fact)
        case CommentWritten() | CommentEdited() | CommentDeleted() | CommentReactionChanged():
            return _comment_event(fact)
        case ReactionChanged() | VoteChanged():
            return _answer_event(fact)
        case _:
            return _media_event(fact)


def _post_event(fact: PostFact) -> Message:
    match fact:
        case PostPublished(post, told):
            return posts_pb2.PostCreated(
                post_id=str(post.id),
                author_id=str(post.author_id),
                visibility=_visibility(post.visibility),
                kind=post_pb2.PostKind.Value(f"POST_KIND_{post.kind.name}"),
                created_at=timestamp(post.created_at),
                company_id=_text(post.company_id),
                shared_post_id=_text(post.shared_post_id),
                hashtags=post.topics,
                mentioned_user_ids=_texts(told),
            )
        case PostShared(share):
            return posts_pb2.PostShared(
                post_id=str(share.shared_post_id),
                post_author_id=str(share.shared_author_id),
                share_id=str(share.id),
                sharer_id=str(share.author_id),
                shared_at=timestamp(share.created_at),
            )
        case ShareDetached(share, at):
            return posts_pb2.ShareDetached(
                post_id=str(share.shared_post_id),
                post_author_id=str(share.shared_author_id),
                share_id=str(share.id),
                sharer_id=str(share.author_id),
                detached_at=timestamp(at),
            )
        case PostEdited(before, after, told):
            return posts_pb2.PostUpdated(
                post_id=str(after.id),
                author_id=str(after.author_id),
                visibility=_visibility(after.visibility),
                previous_visibility=_visibility(before.visibility),
                created_at=timestamp(after.created_at),
                updated_at=timestamp(after.updated_at),
                changed_fields=after.changed_since(before),
                revision=after.revision,
                hashtags=after.topics,
                mentioned_user_ids=_texts(told),
            )
        case PostRevised(post, revision, at, recipients, gone):
            return posts_pb2.PostRevised(
                post_id=str(post.post_id),
                author_id=str(post.author),
                revision=revision,
                edited_at=timestamp(at),
                recipient_ids=map(str, recipients),
                gone=gone,
            )
        case PostDeleted(post, at):
            return posts_pb2.PostDeleted(
                post_id=str(post.id),
                author_id=str(post.author_id),
                deleted_at=timestamp(at),
                shared_post_id=_text(post.shared_post_id),
            )


def _comment_event(fact: CommentWritten | CommentEdited | CommentDeleted | CommentReactionChanged) -> Message:
    comment = fact.comment
    ids = {
        "comment_id": str(comment.id),
        "post_id": str(comment.post_id),
        "post_author_id": str(comment.post_author_id),
        "author_id": str(comment.author_id),
    }
    if isinstance(fact, CommentDeleted):
        return posts_pb2.CommentDeleted(**ids, deleted_at=timestamp(fact.at))
    if isinstance(fact, CommentEdited):
        return posts_pb2.CommentEdited(**ids, edited_at=timestamp(fact.at), mentioned_user_ids=_texts(fact.told))
    if isinstance(fact, CommentReactionChanged):
        return _comment_reaction_event(fact, {**ids, "user_id": str(fact.user_id)})
    return posts_pb2.CommentCreated(
        **ids,
        parent_id=_text(comment.parent_id),
        parent_author_id=str(fact.parent.author_id) if fact.parent else None,
        created_at=timestamp(comment.created_at),
        mentioned_user_ids=_texts(fact.told),
    )


def _comment_reaction_event(fact: CommentReactionChanged, ids: Mapping[str, str]) -> Message:
    before, at = _REACTIONS[fact.before] if fact.before else None, timestamp(fact.at)
    if fact.after is not None:
        return engagement_pb2.CommentReacted(**ids, reaction=_REACTIONS[fact.after], previous=before, reacted_at=at)
    return engagement_pb2.CommentUnreacted(**ids, reaction=before or post_pb2.REACTION_UNSPECIFIED, unreacted_at=at)


def _answer_event(fact: ReactionChanged | VoteChanged) -> Message:
    return _reaction_event(fact) if isinstance(fact, ReactionChanged) else _vote_event(fact)


def _reaction_event(fact: ReactionChanged) -> Message:
    (author, post_id), user_id = fact.whose
    ids = {"post_id": str(post_id), "post_author_id": str(author), "user_id": str(user_id)}
    before, at = _REACTIONS[fact.before] if fact.before else None, timestamp(fact.at)
    if fact.after is not None:
        return engagement_pb2.PostReacted(**ids, reaction=_REACTIONS[fact.after], previous=before, reacted_at=at)
    return engagement_pb2.PostUnreacted(**ids, reaction=before or post_pb2.REACTION_UNSPECIFIED, unreacted_at=at)


def _vote_event(fact: VoteChanged) -> Message:
    return engagement_pb2.PollVoted(
        post_id=str(fact.post.post_id),
        post_author_id=str(fact.post.author),
        user_id=str(fact.user_id),
        voted_at=timestamp(fact.at),
        retracted=fact.retracted,
    )


def _media_event(fact: MediaFact) -> Message:
    at = timestamp(fact.at)
    if isinstance(fact, MediumDeleted):
        return media_pb2.MediaDeleted(media_id=str(fact.medium), owner_id=str(fact.owner), deleted_at=at)
    medium = fact.medium
    ids = {"media_id": str(medium.id), "owner_id": str(medium.owner_id)}
    if isinstance(fact, MediumUploaded):
        return media_pb2.MediaUploaded(**ids, uploaded_at=at)
    if medium.failure is not None:
        failure = media_service_pb2.MediaFailure.Value(f"MEDIA_FAILURE_{medium.failure.name}")
        return media_pb2.MediaFailed(**ids, failure=failure, failed_at=at)
    kind = media_service_pb2.MediaKind.Value(f"MEDIA_KIND_{medium.kind.name}")
    return media_pb2.MediaReady(**ids, kind=kind, ready_at=at)


def _text(value: UUID | None) -> str | None:
    return str(value) if value else None


def _texts(ids: Iterable[UUID]) -> list[str]:
    return [str(one) for one in ids]


def _visibility(value: Visibility) -> post_pb2.Visibility.ValueType:
    return post_pb2.Visibility.Value(f"VISIBILITY_{value.name}")
