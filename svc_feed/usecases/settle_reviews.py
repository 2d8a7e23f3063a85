"""Look again at what nobody could look at, and tell trust what was found."""

from dataclasses import dataclass
from datetime import timedelta

from mesh.clock import Clock
from mesh.data import Database, Transaction
from mesh.lifecycle import one_by_one
from svc_feed.domain.ids import CommentId
from svc_feed.domain.safety.assessment import Outcome
from svc_feed.domain.safety.review import Review
from svc_feed.peers.trust import Trust
from svc_feed.store.comments import CommentRepository
from svc_feed.store.content_reviews import ReviewRepository
from svc_feed.store.posts import PostRepository
from svc_feed.usecases.content_safety import ContentSafety, Look
from svc_feed.usecases.held_content import read_text
from svc_feed.usecases.index_post import IndexPost

EVERY_SECONDS = 5.0
_AT_ONCE = 100
_OFFENCES, _WITHIN = 3, timedelta(days=30)
"""So much of a member is held or removed within so long that trust looks at the member."""


@dataclass(frozen=True)
class SettleReviews:
    """Done by workers; what fails is tried again in the next round."""

    db: Database
    posts: PostRepository
    comments: CommentRepository
    reviews: ReviewRepository
    safety: ContentSafety
    index: IndexPost
    trust: Trust
    clock: Clock

    async def __call__(self) -> None:
        """A round; what is left is for the next one."""
        due = await self.reviews.due(self.db, _AT_ONCE)
        await one_by_one("content reviews", due, self._settle)

    async def _settle(self, review: Review) -> None:
        if review.known:
            await self.trust.suspect_content(review)
            author, now = review.content.author, self.clock.now()
            offences = await self.reviews.offences(self.db, author, now - _WITHIN)
            if offences >= _OFFENCES:
                await self.trust.suspect_member(author, offences)
            await self.db.transact(lambda tx: self._told(tx, review))
            return
        text = await self.db.transact(lambda tx: read_text(tx, self.posts, self.comments, review))
        look = await self.safety.look(review.content.author, text, content_id=review.content.id)
        if look.found.known:
            await self.db.transact(lambda tx: self._found(tx, review, look))

    async def _told(self, tx: Transaction, review: Review) -> None:
        """Unless something else was found or decided meanwhile."""
        if await self.reviews.lock(tx, review.content.author, review.content.id) == review:
            self.reviews.told(tx, review, self.clock.now())

    async def _found(self, tx: Transaction, review: Review, look: Look) -> None:
        """Keep back what is not allowed, as if it had been looked at when it was written."""
        post = await self.posts.lock_kept(tx, *review.content.post)
        if await self.reviews.lock(tx, review.content.author, review.content.id) != review:
            return
        now, comment_id = self.clock.now(), review.content.comment_id
        self.safety.note(tx, review.content, look, now)
        if look.found.outcome is Outcome.ALLOW:
            self.reviews.put(tx, Review.of(review.content, look.found, now, None))
        if post is not None and comment_id is None and look.found.outcome is not Outcome.ALLOW:
            judged = post.judged(look.found, look.decision)
            self.posts.judge(tx, judged, now, announced=True)
            await self.index(tx, post, None)
        elif post is not None and comment_id is not None:
            comment = await self.comments.lock(tx, post, CommentId(comment_id))
            if comment is not None and comment.shown and look.found.withheld:
                self.comments.judge(tx, comment.judged(look.found, look.decision), now)
                self.posts.count(tx, "comment_count", *review.content.post, -1)
