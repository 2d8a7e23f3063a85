"""What this service tells the others: facts of its domain as events of the contract."""

from datetime import datetime

from guild.events.v1 import engagement_pb2, posts_pb2
from guild.feed.v1 import post_pb2
from mesh.contract import timestamp
from svc_feed.domain.comment import Comment
from svc_feed.domain.ids import UserId
from svc_feed.domain.post import Post
from svc_feed.domain.reaction import Reaction
from svc_feed.domain.visibility import Visibility


def post_created(post: Post) -> posts_pb2.PostCreated:
    """A post was published."""
    return posts_pb2.PostCreated(
        post_id=str(post.id),
        author_id=str(post.author_id),
        visibility=_visibility(post.visibility),
        kind=post_pb2.PostKind.Value(f"POST_KIND_{post.kind.name}"),
        created_at=timestamp(post.created_at),
        shared_post_id=str(post.shared_post_id) if post.shared_post_id else None,
    )


def post_updated(before: Post, after: Post) -> posts_pb2.PostUpdated:
    """Its author changed a post."""
    return posts_pb2.PostUpdated(
        post_id=str(after.id),
        author_id=str(after.author_id),
        visibility=_visibility(after.visibility),
        previous_visibility=_visibility(before.visibility),
        created_at=timestamp(after.created_at),
        updated_at=timestamp(after.updated_at),
        changed_fields=after.changed_since(before),
        revision=after.revision,
    )


def post_deleted(post: Post, at: datetime) -> posts_pb2.PostDeleted:
    """Its author deleted a post."""
    return posts_pb2.PostDeleted(
        post_id=str(post.id),
        author_id=str(post.author_id),
        deleted_at=timestamp(at),
        shared_post_id=str(post.shared_post_id) if post.shared_post_id else None,
    )


def post_shared(original: Post, share: Post) -> posts_pb2.PostShared:
    """A member published a post that shares another."""
    return posts_pb2.PostShared(
        post_id=str(original.id),
        post_author_id=str(original.author_id),
        share_id=str(share.id),
        sharer_id=str(share.author_id),
        shared_at=timestamp(share.created_at),
    )


def comment_created(comment: Comment, parent: Comment | None) -> posts_pb2.CommentCreated:
    """A comment was written, to `parent` when it is a reply."""
    return posts_pb2.CommentCreated(
        comment_id=str(comment.id),
        post_id=str(comment.post_id),
        post_author_id=str(comment.post_author_id),
        author_id=str(comment.author_id),
        parent_id=str(parent.id) if parent else None,
        parent_author_id=str(parent.author_id) if parent else None,
        created_at=timestamp(comment.created_at),
    )


def comment_deleted(comment: Comment, at: datetime) -> posts_pb2.CommentDeleted:
    """A comment was deleted."""
    return posts_pb2.CommentDeleted(
        comment_id=str(comment.id),
        post_id=str(comment.post_id),
        post_author_id=str(comment.post_author_id),
        author_id=str(comment.author_id),
        deleted_at=timestamp(at),
    )


def post_reacted(
    post: Post, user: UserId, reaction: Reaction, previous: Reaction | None, at: datetime
) -> engagement_pb2.PostReacted:
    """A member reacted to a post, for the first time when there is no previous reaction."""
    return engagement_pb2.PostReacted(
        post_id=str(post.id),
        post_author_id=str(post.author_id),
        user_id=str(user),
        reaction=_reaction(reaction),
        previous=_reaction(previous) if previous else None,
        reacted_at=timestamp(at),
    )


def post_unreacted(post: Post, user: UserId, reaction: Reaction, at: datetime) -> engagement_pb2.PostUnreacted:
    """A member took a reaction back."""
    return engagement_pb2.PostUnreacted(
        post_id=str(post.id),
        post_author_id=str(post.author_id),
        user_id=str(user),
        reaction=_reaction(reaction),
        unreacted_at=timestamp(at),
    )


def _visibility(value: Visibility) -> post_pb2.Visibility.ValueType:
    return post_pb2.Visibility.Value(f"VISIBILITY_{value.name}")


def _reaction(value: Reaction) -> post_pb2.Reaction.ValueType:
    return post_pb2.Reaction.Value(f"REACTION_{value.name}")
