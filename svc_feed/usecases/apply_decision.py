"""Show or keep back a piece of content, as was decided about it."""

from dataclasses import dataclass
from datetime import datetime

from mesh.data import Database, Transaction
from svc_feed.domain.facts import CommentWritten
from svc_feed.domain.ids import CommentId, DecisionId, UserId
from svc_feed.domain.tally import PostKey
from svc_feed.store.comments import CommentRepository
from svc_feed.store.events import publish
from svc_feed.store.posts import PostRepository
from svc_feed.usecases.announce_post import AnnouncePost
from svc_feed.usecases.mentioning import Mentioning, Told


@dataclass(frozen=True)
class ApplyDecision:
    """The latest decision holds. What was never shown is announced when it comes to be."""

    posts: PostRepository
    comments: CommentRepository
    announce: AnnouncePost
    mentioning: Mentioning

    async def told(self, db: Database, key: PostKey) -> Told:
        """Who may be told of a post when it is shown: asked before a transaction begins."""
        post = await db.transact(lambda tx: self.posts.lock_kept(tx, *key))
        return await self.mentioning.told(post.people if post else (), key.author)

    async def post(
        self, tx: Transaction, key: PostKey, told: Told, *, removed: bool, at: datetime, decision: DecisionId | None
    ) -> None:
        """Take a post down, or show it."""
        post = await self.posts.lock_kept(tx, *key)
        if post is None or not await self.posts.moderate(tx, *key, removed=removed, at=at, decision=decision):
            return
        if removed:
            await self.announce.index(tx, post, None)
        elif await self.posts.announced(tx, post):
            await self.announce.index(tx, None, post)
        else:
            await self.announce(tx, post, told)

    async def comment(
        self,
        tx: Transaction,
        key: PostKey,
        comment_id: CommentId,
        *,
        removed: bool,
        at: datetime,
        decision: DecisionId | None,
    ) -> None:
        """Take a comment down, or show it; counts follow."""
        post = await self.posts.lock_kept(tx, *key)
        comment = await self.comments.lock(tx, post, comment_id) if post else None
        if comment is None or (comment.moderated_at is not None and comment.moderated_at >= at):
            return
        self.comments.moderate(tx, comment, removed=removed, at=at, decision=decision)
        if more := comment.counts_more(removed=removed):
            self.posts.count(tx, "comment_count", key.author, key.post_id, more)
        if comment.held and not removed:
            parent = await self.comments.find(tx, post, comment.parent_id) if post and comment.parent_id else None
            publish(tx, CommentWritten(comment, parent), by=UserId(comment.author_id))
