"""What happened, as the other services hear of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from svc_feed.domain.comment import Comment
from svc_feed.domain.ids import MediaId, UserId
from svc_feed.domain.medium import Medium
from svc_feed.domain.post import Post
from svc_feed.domain.reaction import Reaction
from svc_feed.domain.tally import PostKey, Whose


@dataclass(frozen=True, slots=True)
class PostPublished:
    """There is a new post, which may be a share; `told` of those whom it mentions."""

    post: Post
    told: Sequence[UserId] = ()


@dataclass(frozen=True, slots=True)
class PostShared:
    """A post is carried by a share."""

    share: Post


@dataclass(frozen=True, slots=True)
class ShareDetached:
    """The author of a post took it out of a share, which is as it was before."""

    share: Post
    at: datetime


@dataclass(frozen=True, slots=True)
class PostEdited:
    """Its author changed a post; `told` of those whom it mentions now."""

    before: Post
    after: Post
    told: Sequence[UserId] = ()


@dataclass(frozen=True, slots=True)
class PostRevised:
    """Some who answered a post are to be told of an edit, or that there is nothing to tell any more."""

    post: PostKey
    revision: int
    at: datetime
    recipients: tuple[UserId, ...]
    gone: bool


@dataclass(frozen=True, slots=True)
class PostDeleted:
    """Its author deleted a post."""

    post: Post
    at: datetime


@dataclass(frozen=True, slots=True)
class CommentWritten:
    """There is a new comment, a reply when it has a parent."""

    comment: Comment
    parent: Comment | None
    told: Sequence[UserId] = ()


@dataclass(frozen=True, slots=True)
class CommentEdited:
    """A comment says something else."""

    comment: Comment
    at: datetime
    told: Sequence[UserId] = ()


@dataclass(frozen=True, slots=True)
class CommentReactionChanged:
    """A member's reaction to a comment is another one, None where there is none."""

    comment: Comment
    user_id: UserId
    before: Reaction | None
    after: Reaction | None
    at: datetime


@dataclass(frozen=True, slots=True)
class CommentDeleted:
    """A comment is without its text."""

    comment: Comment
    at: datetime


@dataclass(frozen=True, slots=True)
class ReactionChanged:
    """A member's reaction to a post is another one, None where there is none."""

    whose: Whose
    before: Reaction | None
    after: Reaction | None
    at: datetime


@dataclass(frozen=True, slots=True)
class VoteChanged:
    """A member answered a poll, otherwise than before or no more."""

    post: PostKey
    user_id: UserId
    at: datetime
    retracted: bool


@dataclass(frozen=True, slots=True)
class MediumUploaded:
    """The bytes of a medium are there."""

    medium: Medium
    at: datetime


@dataclass(frozen=True, slots=True)
class MediumSettled:
    """A medium is ready, or failed."""

    medium: Medium
    at: datetime


@dataclass(frozen=True, slots=True)
class MediumDeleted:
    """A medium is gone."""

    owner: UserId
    medium: MediaId
    at: datetime


MediaFact: TypeAlias = MediumUploaded | MediumSettled | MediumDeleted
PostFact: TypeAlias = PostPublished | PostShared | ShareDetached | PostEdited | PostRevised | PostDeleted
Fact: TypeAlias = (
    PostFact
    | CommentWritten
    | CommentEdited
    | CommentReactionChanged
    | CommentDeleted
    | ReactionChanged
    | VoteChanged
    | MediaFact
)
