"""Tell a member how much is new in their feed, without reading it."""

from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from svc_feed.domain.feed import Entry, Order, Window
from svc_feed.domain.ids import UserId
from svc_feed.domain.preference import Wishes
from svc_feed.peers.graph import Graph
from svc_feed.store.hydration import Hydration
from svc_feed.usecases.ranked_feed import RankedFeed

MOST = 99
"""Nobody needs to know more exactly how much there is."""
_LOOKED_AT = 200
"""Entries that are looked at: some of them may not be shown."""


@dataclass(frozen=True)
class CountNewPosts:
    """With a warm feed one script in Redis, and where something is new one statement and the verdicts."""

    ranked: RankedFeed
    hydrate: Hydration
    graph: Graph

    async def __call__(self, me: UserId, since: datetime) -> int:
        """How many posts of others since then their feed would show now, MOST at most.

        Raises:
            Unavailable: the profile service does not answer, so that nobody knows what may be counted.
        """
        feed = await self.ranked(me, Window(_LOOKED_AT, order=Order.RECENT))
        after = since.timestamp()
        new = [entry for entry in takewhile(lambda one: one.score > after, feed.entries) if entry.author_id != me]
        return min(await self._shown(me, feed.wishes, new[:_LOOKED_AT]), MOST) if new else 0

    async def _shown(self, me: UserId, wishes: Wishes, entries: list[Entry]) -> int:
        verdicts = await self.graph.verdicts(me, {entry.author_id for entry in entries})
        found = await self.hydrate(me, [entry.key for entry in entries])
        posts = [one.post for one in found if one is not None]
        return sum(
            post.under(verdicts[post.author_id]).feeds(post.visibility, post.list_id) and not wishes.leave_out(post)
            for post in posts
        )
