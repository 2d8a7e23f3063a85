"""Take in what members tell of the posts their clients show."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from mesh.clock import Clock
from mesh.data import Database
from svc_feed.domain.feed import Entry
from svc_feed.domain.history import READ_FOR, Act
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.item import NOTHING_OWN, Seen
from svc_feed.domain.scoring import Scoring
from svc_feed.domain.tally import PostKey
from svc_feed.peers.graph import Graph
from svc_feed.store.feed_cache import FeedCache
from svc_feed.store.history_cache import HistoryCache, Shown
from svc_feed.store.hydration import Hydration
from svc_feed.store.posts import PostRepository
from svc_feed.usecases.count_views import CountViews
from svc_feed.usecases.preferences import Preferences


class Told(NamedTuple):
    """What a client tells of a post; `dwell` is how long it was in view."""

    post_id: PostId
    act: Act
    dwell: timedelta = timedelta()

    @property
    def acted(self) -> bool:
        """Whether its reader did more than see it."""
        return self.act is Act.CLICK or self.dwell >= READ_FOR


@dataclass(frozen=True)
class RecordInteractions:
    """Two statements and two trips to Redis for a batch, and one transaction where posts are hidden.

    What comes twice is counted once: a post is seen or it is not, and hidden or not.
    """

    db: Database
    posts: PostRepository
    hydrate: Hydration
    graph: Graph
    feeds: FeedCache
    histories: HistoryCache
    preferences: Preferences
    views: CountViews
    clock: Clock
    scoring: Scoring

    async def __call__(self, me: UserId, told: Sequence[Told]) -> int:
        """Take in a batch; returns how many of it are about posts that the caller may see, and so were taken in.

        Raises:
            TooManyPreferences: as many posts are hidden as may be.
            CacheUnavailable: try again.
        """
        visible = await self._visible(me, {one.post_id for one in told})
        taken = [one for one in told if one.post_id in visible]
        if hidden := {one.post_id for one in taken if one.act is Act.HIDE}:
            await self.preferences.hide(me, hidden)
        if taken:
            await self._remember(me, taken, visible)
        return len(taken)

    async def _visible(self, me: UserId, post_ids: set[PostId]) -> Mapping[PostId, Seen]:
        authors = await self.posts.authors_of(self.db, post_ids)
        keys = [PostKey(author, post_id) for post_id, author in authors.items()]
        verdicts, found = await asyncio.gather(self.graph.verdicts(me, {*authors.values()}), self.hydrate(me, keys))
        return {
            seen.post.id: seen
            for seen in found
            if seen is not None and verdicts[seen.post.author_id].shows(seen.post.visibility, seen.post.list_id)
        }

    async def _remember(self, me: UserId, taken: Sequence[Told], visible: Mapping[PostId, Seen]) -> None:
        acted: defaultdict[PostId, bool] = defaultdict(bool)
        for one in taken:
            acted[one.post_id] |= one.acted or visible[one.post_id].own != NOTHING_OWN
        entries = [Entry.of(visible[post_id].post.author_id, post_id, 0.0) for post_id in acted]
        scores = await self.feeds.scores(me, [entry.member for entry in entries])
        shown = [
            Shown(
                entry.member,
                self.scoring.stage(score - entry.published_at) if score is not None else 0,
                visible[entry.post_id].post.kind,
                acted=acted[entry.post_id],
                own=entry.author_id == me,
            )
            for entry, score in zip(entries, scores, strict=True)
        ]
        fresh = await self.histories.record(me, shown, self.clock.now().timestamp())
        others = [entry.key for entry, new in zip(entries, fresh, strict=True) if new and entry.author_id != me]
        self.views.note(me, others)
