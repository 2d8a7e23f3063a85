"""Look at what was written before a rule existed."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from mesh.clock import Clock
from mesh.data import Database, Querier, Transaction
from svc_feed.domain.safety.assessment import UNKNOWN, Classifier, Writing
from svc_feed.domain.safety.review import Review
from svc_feed.store.content_reviews import ReviewRepository
from svc_feed.store.unlooked import Unlooked, UnlookedRepository

ROUND_SECONDS = 60.0
_AT_ONCE, _MOST = 100, 20  # texts that are looked for at once, and how often in a round


@dataclass(frozen=True)
class LookAgain:
    """Posts and comments of before the version of the rules rose, and those that came in bulk, the newest first.

    Each carries the version that looked at it: any number of processes go on wherever the work stopped. What the rules
    find something in is left to `SettleReviews` as what nobody could look at; what was decided about stays as it is.
    """

    db: Database
    unlooked: UnlookedRepository
    reviews: ReviewRepository
    rules: Classifier
    clock: Clock

    async def __call__(self) -> None:
        """A round; what is left is for the next one."""
        for of in (self.unlooked.posts, self.unlooked.comments):
            await self._look(of)

    async def _look(self, of: Callable[[Querier, int], Awaitable[Sequence[Unlooked]]]) -> None:
        for _ in range(_MOST):
            texts = await of(self.db, _AT_ONCE)
            for one in texts:
                found = one.text and await self.rules(Writing(one.content.author, one.text, one.content.id))
                await self.db.transact(partial(self._note, one, suspicious=bool(found)))
            if len(texts) < _AT_ONCE:
                return

    async def _note(self, one: Unlooked, tx: Transaction, *, suspicious: bool) -> None:
        self.unlooked.looked_at(tx, one.content)
        if suspicious:
            self.reviews.doubt(tx, Review.of(one.content, UNKNOWN, self.clock.now(), None))
