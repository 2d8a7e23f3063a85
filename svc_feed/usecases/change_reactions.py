"""Set reactions and take them back: what members do at once is one transaction."""

from collections.abc import Sequence
from typing import NamedTuple

from mesh.clock import Clock
from mesh.data import Call, Database, SharedWrites, Transaction
from svc_feed.domain.facts import ReactionChanged
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.post import PostNotFound
from svc_feed.domain.reaction import Reacted, Reaction
from svc_feed.domain.tally import PostKey, Whose
from svc_feed.store.engagement import EngagementRepository
from svc_feed.store.events import publish
from svc_feed.usecases.find_post import FindPost, Place


class _Change(NamedTuple):
    place: Place
    wanted: Reaction | None

    @property
    def whose(self) -> Whose:
        return Whose(PostKey(self.place.author, self.place.post_id), self.place.viewer)


class ChangeReactions:
    """Rows and counts change together under the posts' locks, so the counts are exact; the same again changes nothing.

    A post that everybody reacts to is locked once for all who wait for it.
    """

    def __init__(self, db: Database, engagement: EngagementRepository, find: FindPost, clock: Clock) -> None:
        self._engagement = engagement
        self._find = find
        self._clock = clock
        self._changes: SharedWrites[_Change, Reacted] = SharedWrites(db, self._write, name="reactions")

    async def __call__(self, me: UserId, post_id: PostId, wanted: Reaction | None) -> Reacted:
        """Set the caller's reaction in place of an earlier one, None takes it back; raises PostNotFound."""
        return await self._changes.submit(_Change(await self._find.place(me, post_id), wanted))

    async def _write(self, tx: Transaction, calls: Sequence[Call[_Change]]) -> Sequence[Reacted | Exception]:
        tally = await self._engagement.lock(tx, {call.item.whose for call in calls})
        outcomes: list[Reacted | Exception] = []
        now = self._clock.now()
        for call in calls:
            (place, wanted), whose = call.item, call.item.whose
            audience = tally.found.get(whose.post)
            if audience is None or not place.verdict.shows(*audience):
                outcomes.append(PostNotFound(place.post_id))
                continue
            self._find.remember(place)
            previous, reacted = tally.change(whose, wanted, now)
            if wanted is not previous:
                call.run(publish, tx, ReactionChanged(whose, previous, wanted, now), by=place.viewer)
            outcomes.append(reacted)
        self._engagement.save(tx, tally)
        return outcomes
