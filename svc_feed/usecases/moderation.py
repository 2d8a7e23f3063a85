"""Take down what moderation decided against, and show it again when the decision is undone."""

from dataclasses import dataclass
from datetime import datetime

from mesh.data import Database, Transaction
from svc_feed.domain.ids import CommentId, DecisionId, PostId
from svc_feed.store.comments import CommentRepository
from svc_feed.store.posts import PostRepository
from svc_feed.usecases.fan_out_post import FanOutPost
from svc_feed.usecases.index_post import IndexPost


@dataclass(frozen=True)
class Moderation:
    """The latest decision about a piece of content holds, however late and often others arrive.

    It is read with the next answer to anybody. What was deleted meanwhile stays deleted.
    """

    db: Database
    posts: PostRepository
    comments: CommentRepository
    fan_out: FanOutPost
    index: IndexPost

    async def post(self, post_id: PostId, *, removed: bool, at: datetime, decision: DecisionId | None = None) -> None:
        """Take a post down, or show it again: it comes back into the feeds that dropped it meanwhile."""
        author = await self.posts.author_of(self.db, post_id)
        if author is None:
            return

        async def work(tx: Transaction) -> None:
            post = await self.posts.lock_kept(tx, author, post_id)
            if post is not None and await self.posts.moderate(
                tx, author, post_id, removed=removed, at=at, decision=decision
            ):
                await self.index(tx, *((post, None) if removed else (None, post)))

        await self.db.transact(work)
        if not removed:
            await self.fan_out(author, post_id)

    async def comment(
        self,
        post_id: PostId,
        comment_id: CommentId,
        *,
        removed: bool,
        at: datetime,
        decision: DecisionId | None = None,
    ) -> None:
        """Take a comment down, or show it again; counts follow."""
        author = await self.posts.author_of(self.db, post_id)
        if author is None:
            return

        async def work(tx: Transaction) -> None:
            post = await self.posts.lock_kept(tx, author, post_id)
            comment = await self.comments.lock(tx, post, comment_id) if post else None
            if comment is None or (comment.moderated_at is not None and comment.moderated_at >= at):
                return
            self.comments.moderate(tx, comment, removed=removed, at=at, decision=decision)
            if more := comment.counts_more(removed=removed):
                self.posts.count(tx, "comment_count", author, post_id, more)

        await self.db.transact(work)
