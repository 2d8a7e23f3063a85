"""What operators decide about content that is held."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from mesh.clock import Clock
from mesh.data import Database, Page, Pager, Transaction
from mesh.ids import uuid7
from mesh.principal import current_operator
from svc_feed.domain.ids import CommentId, DecisionId, UserId
from svc_feed.domain.safety.review import HeldContentNotFound, Review
from svc_feed.peers.audit import OperatorLog
from svc_feed.store.comments import CommentRepository
from svc_feed.store.content_reviews import ReviewRepository
from svc_feed.store.posts import PostRepository
from svc_feed.usecases.apply_decision import ApplyDecision


class Held(NamedTuple):
    """Content that waits, with what it says."""

    review: Review
    text: str


@dataclass(frozen=True)
class HeldContent:
    """A decision is in the audit log before it is made; trust tells the author of a removal, who may object there."""

    db: Database
    posts: PostRepository
    comments: CommentRepository
    reviews: ReviewRepository
    apply: ApplyDecision
    audit: OperatorLog
    pager: Pager
    clock: Clock

    async def waiting(self, *, size: int, token: str) -> Page[Held]:
        """What waits for a decision, the oldest first; raises PageTokenInvalid."""

        async def dress(found: Sequence[Review]) -> list[Held | None]:
            texts = [await self.db.transact(lambda tx, one=one: self._text(tx, one)) for one in found]
            return [None if text is None else Held(one, text) for one, text in zip(found, texts, strict=True)]

        return await self.pager.page(token, size, "held content", self.reviews.held(self.db).dressed(dress))

    async def decide(self, author: UserId, content_id: UUID, *, removed: bool) -> Review:
        """Show it, or remove it; raises HeldContentNotFound, Unavailable."""
        await self.audit.note_held(author)
        found = await self.db.transact(lambda tx: self.reviews.lock(tx, author, content_id))
        if found is None:
            raise HeldContentNotFound(f"content {content_id} is not held")
        told = await self.apply.told(self.db, found.content.post, found.content.comment_id)

        async def work(tx: Transaction) -> Review:
            before, now = await self.reviews.lock(tx, author, content_id), self.clock.now()
            if before is None:
                raise HeldContentNotFound(f"content {content_id} is not held")
            after = before.decided(removed=removed, by=current_operator(), at=now, decision=DecisionId(uuid7()))
            if after is before:
                return before
            key, comment_id, decision = after.content.post, after.content.comment_id, after.decision_id
            if comment_id is None:
                await self.apply.post(tx, key, told, removed=removed, at=now, decision=decision)
            else:
                await self.apply.comment(tx, key, comment_id, told, removed=removed, at=now, decision=decision)
            self.reviews.put(tx, after)
            return after

        return await self.db.transact(work)

    async def _text(self, tx: Transaction, review: Review) -> str | None:
        return await read_text(tx, self.posts, self.comments, review)


async def read_text(tx: Transaction, posts: PostRepository, comments: CommentRepository, review: Review) -> str | None:
    """What the content says now; None where it is gone."""
    post = await posts.lock_kept(tx, *review.content.post)
    if post is None:
        return None
    if review.content.comment_id is None:
        return "\n".join(filter(None, (post.title, post.content)))
    comment = await comments.lock(tx, post, CommentId(review.content.comment_id))
    return None if comment is None or comment.deleted_at is not None else comment.content
