"""A comment on a post, or a reply to another comment."""

from dataclasses import dataclass
from datetime import datetime

from mesh.errors import NotFound
from svc_feed.domain.ids import CommentId, PostId, UserId


class CommentNotFound(NotFound):
    """There is no such comment on this post."""

    reason = "COMMENT_NOT_FOUND"

    def __init__(self, comment_id: CommentId) -> None:
        super().__init__(f"comment {comment_id} does not exist", metadata={"commentId": str(comment_id)})


@dataclass(frozen=True, slots=True)
class Comment:
    """As stored.

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
