"""Show or keep back a piece of content, as was decided about it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from mesh.data import Database, Transaction
from svc_feed.domain.facts import CommentEdited, CommentWritten, PostEdited
from svc_feed.domain.ids import CommentId, DecisionId, UserId
from svc_feed.domain.mention import people_in
from svc_feed.domain.post import PostStatus
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

    async def told(self, db: Database, key: PostKey, comment_id: CommentId | None = None) -> Told:
        """Who may be told of a post, or a comment on it, when it is shown: asked before a transaction begins."""
        people, authors = await db.transact(lambda tx: self._named(tx, key, comment_id))
        return await self.mentioning.told(people, *authors)

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
            if post.status is PostStatus.HELD:  # by an edit, of which nobody was told
                publish(tx, PostEdited(post, post, told.of_post(post)), by=post.author_id)
        else:
            await self.announce(tx, post, told)

    async def comment(
        self,
        tx: Transaction,
        key: PostKey,
        comment_id: CommentId,
        told: Told,
        *,
        removed: bool,
        at: datetime,
        decision: DecisionId | None,
    ) -> None:
        """Take a comment down, or show it; counts follow."""
        post = await self.posts.lock_kept(tx, *key)
        comment = await self.comments.lock(tx, post, comment_id) if post else None
        if post is None or comment is None or (comment.moderated_at is not None and comment.moderated_at >= at):
            return
        self.comments.moderate(tx, comment, removed=removed, at=at, decision=decision)
        if more := comment.counts_more(removed=removed):
            self.posts.count(tx, "comment_count", key.author, key.post_id, more)
        if not comment.held or removed:
            return
        named = told.of_comment(comment, post)
        if comment.edited_at is not None:  # held by an edit: what is held from the beginning is edited by nobody
            publish(tx, CommentEdited(comment, comment.edited_at, named), by=comment.author_id)
            return
        parent = await self.comments.find(tx, post, comment.parent_id) if comment.parent_id else None
        publish(tx, CommentWritten(comment, parent, named), by=comment.author_id)

    async def _named(
        self, tx: Transaction, key: PostKey, comment_id: CommentId | None
    ) -> tuple[Collection[UserId], Sequence[UserId]]:
        """Whom the content mentions, and who wrote it and what it is on."""
        post = await self.posts.lock_kept(tx, *key)
        if post is None or comment_id is None:
            return post.people if post else (), [key.author]
        comment = await self.comments.lock(tx, post, comment_id)
        return (people_in(comment.mentions), [key.author, comment.author_id]) if comment else ((), [key.author])
