"""A comment on a post, or a reply to another comment."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from mesh.errors import NotFound
from mesh.etags import check_etag, etag
from mesh.ids import uuid7
from svc_feed.domain.ids import CommentId, DecisionId, PostId, UserId
from svc_feed.domain.mention import Mention, ShownMention, mentions_of
from svc_feed.domain.post import NotTheAuthor, Post
from svc_feed.domain.reaction import Reaction
from svc_feed.domain.safety.assessment import Assessment, Outcome


class CommentOrder(StrEnum):
    """How comments are listed: all of them in their threads, or those on the post itself."""

    THREADS = "threads"
    NEWEST = "newest"
    RELEVANT = "relevant"
    """Those with the most reactions and replies first."""


class Words(NamedTuple):
    """What somebody says, with whom they mention."""

    content: str
    mentions: tuple[Mention, ...] = ()

    @property
    def checked_mentions(self) -> tuple[Mention, ...]:
        """Its mentions in their order; raises MentionInvalid."""
        return mentions_of(self.content, self.mentions)


class CommentNotFound(NotFound):
    """There is no such comment on this post."""

    reason = "COMMENT_NOT_FOUND"

    def __init__(self, comment_id: CommentId) -> None:
        super().__init__(f"comment {comment_id} does not exist", metadata={"commentId": str(comment_id)})


@dataclass(frozen=True, slots=True)
class Comment:
    """As stored; without a text once deleted.

    `sequence` counts the comments of the post in the order of their commits; `thread` is the sequence of the comment
    that began the thread. Sorted by both, a list of comments never changes its order: new ones only come in at an end.
    """

    id: CommentId
    post_id: PostId
    post_author_id: UserId
    author_id: UserId
    parent_id: CommentId | None
    content: str
    created_at: datetime
    sequence: int
    thread: int
    reply_count: int = 0
    deleted_at: datetime | None = None
    removed: bool = False
    moderated_at: datetime | None = None
    """When moderation decided last whether it is removed."""
    reaction_count: int = 0
    reaction_counts: tuple[int, ...] = ()
    """By kind, in the order of `Reaction`."""
    edited_at: datetime | None = None
    revision: int = 1
    hidden: bool = False
    """Whether the post's author hid it."""
    decision_id: DecisionId | None = None
    """The decision of moderation that took it down."""
    held: bool = False
    """Whether somebody has to look at it first."""
    held_for: str | None = None
    mentions: tuple[Mention, ...] = ()
    """In the order of the text."""

    @classmethod
    def written(
        cls, post: Post, parent: "Comment | None", words: "Words", sequence: int, *, by: UserId, at: datetime
    ) -> "Comment":
        """A new comment; raises CommentNotFound for a parent that is not shown to its author, MentionInvalid."""
        if parent is not None:
            parent.check_shown_to(by)
        return cls(
            id=CommentId(uuid7(at)),
            post_id=post.id,
            post_author_id=post.author_id,
            author_id=by,
            parent_id=parent.id if parent else None,
            content=words.content,
            mentions=words.checked_mentions,
            created_at=at,
            sequence=sequence,
            thread=parent.thread if parent else sequence,
        )

    @property
    def is_nobodys(self) -> bool:
        """Whether its author's account is erased: what is left is an empty place for everybody who sees the post."""
        return self.author_id.int == 0

    def counts_more(self, *, removed: bool) -> int:
        """What is added to counts when it is decided about; what was deleted counts nowhere, nor what is held."""
        return 0 if self.deleted_at is not None else int(not removed) - int(self.shown)

    @property
    def shown(self) -> bool:
        """Whether its text is shown at all: it was neither deleted nor taken down, nor is it held."""
        return self.deleted_at is None and not self.removed and not self.held

    def shown_to(self, viewer: UserId) -> bool:
        """Whether its text is: what the post's author hid is for those two alone."""
        return self.shown and (not self.hidden or viewer in {self.author_id, self.post_author_id})

    def told_to(self, viewer: UserId) -> bool:
        """Whether its text may be read: by its author, what moderation keeps from others as well."""
        return self.shown_to(viewer) or (self.deleted_at is None and viewer == self.author_id)

    def check_shown_to(self, viewer: UserId) -> None:
        """Raise CommentNotFound where its text is not for the viewer."""
        if not self.shown_to(viewer):
            raise CommentNotFound(self.id)

    @property
    def etag(self) -> str:
        """Changes with the text and what became of it; the numbers of its answers are left out."""
        return etag(self.id, self.content, self.deleted_at, self.removed, self.revision, self.hidden)

    def edited(self, words: "Words", *, by: UserId, at: datetime, etag: str) -> "Comment":
        """The comment with another text; itself when it says so already.

        Raises NotTheAuthor for anybody but its author, CommentNotFound where its text is not shown, EtagMismatch for
        another state than it is in, MentionInvalid.
        """
        if by != self.author_id:
            raise NotTheAuthor(f"comment {self.id} can be changed only by its author")
        self.check_shown_to(by)
        check_etag(etag, self.etag)
        mentions = words.checked_mentions
        if (words.content, mentions) == (self.content, self.mentions):
            return self
        changed = {"content": words.content, "mentions": mentions}
        return replace(self, **changed, edited_at=at, revision=self.revision + 1)

    @property
    def withheld(self) -> bool:
        """Whether its author alone sees its text, until somebody decides otherwise."""
        return self.held or self.removed

    def judged(self, found: Assessment, decision: DecisionId | None) -> "Comment":
        """The comment as what was found in it has it: shown, or its author's alone."""
        if not found.withheld:
            return self
        removed, reason = found.outcome is Outcome.REMOVE, found.reason.value if found.reason else None
        return replace(self, removed=removed, held=not removed, held_for=reason, decision_id=decision)

    def hidden_by(self, by: UserId, *, hidden: bool) -> "Comment":
        """The comment as the post's author shows it; raises NotTheAuthor for others, CommentNotFound when deleted."""
        if by != self.post_author_id:
            raise NotTheAuthor(f"comment {self.id} can be hidden only by the post's author")
        if self.deleted_at is not None:
            raise CommentNotFound(self.id)
        return self if hidden is self.hidden else replace(self, hidden=hidden)

    def is_to_delete(self, by: UserId, etag: str) -> bool:
        """Whether there is something left to delete.

        Raises NotTheAuthor for anybody but its author and the post's, EtagMismatch for another state than it is in.
        """
        if by not in {self.author_id, self.post_author_id}:
            raise NotTheAuthor(f"comment {self.id} can be deleted only by its author and by the post's")
        if self.deleted_at is not None:
            return False
        check_etag(etag, self.etag)
        return True


class SeenComment(NamedTuple):
    """A comment with the viewer's reaction, and those of its mentions that the viewer may see."""

    comment: Comment
    reaction: Reaction | None = None
    mentions: tuple[ShownMention, ...] = ()
