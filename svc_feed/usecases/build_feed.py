"""Build a member's feed from the posts of those whom they follow, and of the topics they follow."""

import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from mesh.cache import CacheUnavailable
from mesh.clock import Clock
from mesh.data import Database
from mesh.errors import DeadlineExceeded, Unavailable
from mesh.ids import uuid7
from svc_feed.domain.feed import Feed
from svc_feed.domain.ids import UserId, first_id_at
from svc_feed.domain.ranking import first_pass
from svc_feed.domain.scoring import OFTEN, Scoring
from svc_feed.peers.graph import Graph
from svc_feed.store.feed_cache import FeedCache
from svc_feed.store.ranking import RankingRepository

DEPTH = timedelta(days=7)
"""How old a post may be to enter a feed."""

AFFINITY_DEPTH = timedelta(days=30)
"""How old a post may be for a reaction to it to tell that its reader likes the author."""

MOST_OFTEN = 50
"""Authors of whom a feed remembers that: they are read with each page."""


@dataclass(frozen=True)
class BuildFeed:
    """Two statements, whatever the number of those who are followed, and two more for members who follow topics.

    Members follow whom they connect with until they say otherwise. Who may see a post is decided when the feed is
    read; what is for connections is left out here where there is none. Without Redis the feed is built all the same,
    not kept.
    """

    db: Database
    ranking: RankingRepository
    graph: Graph
    feeds: FeedCache
    clock: Clock
    scoring: Scoring

    async def __call__(self, user: UserId) -> Feed:
        """The feed, stored unless it came too late or lacks something; raises Unavailable while the graph is away."""
        begun = time.monotonic()
        ticket = await self._begin(user)
        feed = await self._build(user, await self.graph.followed(user), begun)
        if ticket is not None and not feed.missing:
            with contextlib.suppress(CacheUnavailable):
                await self.feeds.finish(user, ticket, feed)
        return feed

    async def alone(self, user: UserId) -> Feed:
        """The member's own posts, for while the graph does not answer; never stored."""
        return await self._build(user, {}, time.monotonic())

    async def _build(self, user: UserId, followed: Mapping[UserId, bool], begun: float) -> Feed:
        now = self.clock.now()
        newer_than, affinity_since = first_id_at(now - DEPTH), first_id_at(now - AFFINITY_DEPTH)
        candidates = await self.ranking.candidates(
            self.db, user, {**followed, user: True}, newer_than=newer_than, affinity_since=affinity_since
        )
        affinities = {
            candidate.author_id: candidate.signals.affinity for candidate in candidates if candidate.author_id != user
        }
        wide, topics = await self.ranking.setting(self.db, user, followed)
        missing = frozenset[str]()
        try:
            if topics:
                found = {candidate.post_id for candidate in candidates}
                listed = await self.ranking.of_topics(self.db, topics, newer_than=newer_than)
                more = [key for key in listed if key.post_id not in found]
                candidates += await self.ranking.candidates_among(self.db, user, more, affinity_since=affinity_since)
        except (Unavailable, DeadlineExceeded):
            missing = frozenset({"topics"})
        return Feed(
            build=uuid7().hex,
            built_at=now.timestamp(),
            took=time.monotonic() - begun,
            entries=first_pass(candidates, self.scoring),
            wide={author: affinities.get(author, 0) for author in wide},
            often=_often(affinities),
            topics=topics,
            candidates=tuple(candidates),
            missing=missing,
        )

    async def _begin(self, user: UserId) -> bytes | None:
        try:
            return await self.feeds.begin(user)
        except CacheUnavailable:
            return None


def _often(affinities: Mapping[UserId, int]) -> frozenset[UserId]:
    """Those whom the reader answers often, the oftenest first when there are too many."""
    ranked = sorted((author for author in affinities if affinities[author] >= OFTEN), key=affinities.__getitem__)
    return frozenset(ranked[-MOST_OFTEN:])
