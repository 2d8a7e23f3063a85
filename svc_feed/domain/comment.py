"""A comment on a post, or a reply to another comment."""

from dataclasses import dataclass
from datetime import datetime

from mesh.errors import NotFound
from mesh.etags import check_etag, etag
from mesh.ids import uuid7
from svc_feed.domain.ids import CommentId, PostId, UserId
from svc_feed.domain.post import NotTheAuthor, Post


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

    @classmethod
    def written(
        cls, post: Post, parent: "Comment | None", content: str, sequence: int, *, by: UserId, at: datetime
    ) -> "Comment":
        """A new comment; raises CommentNotFound for a parent that is not shown."""
        if parent is not None and not parent.shown:
            raise CommentNotFound(parent.id)
        return cls(
            id=CommentId(uuid7(at)),
            post_id=post.id,
            post_author_id=post.author_id,
            author_id=by,
            parent_id=parent.id if parent else None,
            content=content,
            created_at=at,
            sequence=sequence,
            thread=parent.thread if parent else sequence,
        )

    @property
    def is_nobodys(self) -> bool:
        """Whether its author's account is erased: what is left is an empty place for everybody who sees the post."""
        return self.author_id.int == 0

    def counts_more(self, *, removed: bool) -> int:
        """What is added to counts when moderation takes it down or shows it again; what was deleted counts nowhere."""
        return 0 if self.deleted_at is not None else int(self.removed) - int(removed)

    @property
    def shown(self) -> bool:
        """Whether its text is: it was neither deleted nor taken down."""
        return self.deleted_at is None and not self.removed

    @property
    def etag(self) -> str:
        """Changes with the text; the number of its replies is left out."""
        return etag(self.id, self.content, self.deleted_at, self.removed)

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
