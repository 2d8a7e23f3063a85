"""Bring a new post into the warm feeds of those who may see it."""

from dataclasses import dataclass
from datetime import timedelta

from prometheus_client import Histogram

from mesh.clock import Clock
from mesh.data import Database
from mesh.telemetry import LATENCY_BUCKETS
from svc_feed.domain.feed import Entry
from svc_feed.domain.ids import PostId, UserId, first_id_at
from svc_feed.domain.post import Post
from svc_feed.domain.scoring import Scoring, Signals
from svc_feed.domain.visibility import OWN, Visibility
from svc_feed.peers.graph import Graph
from svc_feed.store.feed_cache import FeedCache
from svc_feed.store.posts import PostRepository
from svc_feed.store.ranking import RankingRepository
from svc_feed.usecases.build_feed import AFFINITY_DEPTH

_lag = Histogram("guild_feed_fan_out_seconds", "From publishing a post to its last feed.", buckets=LATENCY_BUCKETS)


@dataclass(frozen=True)
class FanOutPost:
    """Cold feeds are left alone: they find the post when they are built.

    The connections are asked for each time and never kept: a connection made a moment before the post must get it.
    An author with more than `threshold` connections is not fanned out; feeds built since then merge such an author's
    posts when they are read. Feeds built before do not know of it, so fan-out goes on for `ttl` seconds, until they are
    gone. While Redis or the profile service is away this fails, and the event is tried again.
    """

    db: Database
    posts: PostRepository
    ranking: RankingRepository
    graph: Graph
    feeds: FeedCache
    clock: Clock
    scoring: Scoring
    threshold: int
    ttl: float

    async def __call__(self, author: UserId, post_id: PostId) -> int:
        """Into how many feeds the post came, its author's own included; a repeat adds nothing."""
        seen = await self.posts.find(self.db, author, post_id, shown=OWN.shown, viewer=author)
        if seen is None:
            return 0
        post = seen.post
        readers = await self._readers(post)
        since = first_id_at(self.clock.now() - AFFINITY_DEPTH)
        affinities = await self.ranking.affinities(self.db, author, since=since) if readers else {}
        entry = Entry.of(author, post_id, 0.0)
        scores = {reader: self._score(entry, post, affinities.get(reader, 0)) for reader in (*readers, author)}
        added = await self.feeds.add(entry.member, scores)
        _lag.observe(self.clock.now().timestamp() - entry.published_at)
        return added

    async def _readers(self, post: Post) -> list[UserId]:
        if post.visibility is Visibility.PRIVATE:
            return []
        author = post.author_id
        readers = await self.graph.connections(author, at_most=self.threshold)
        if readers is not None:
            return readers
        now = self.clock.now()
        since = await self.ranking.mark_wide(self.db, author, now)
        await self.feeds.add_recent(Entry.of(author, post.id, 0.0))
        if now - since > timedelta(seconds=self.ttl):
            return []
        return await self.graph.connections(author) or []

    def _score(self, entry: Entry, post: Post, affinity: int) -> float:
        signals = Signals(entry.published_at, post.like_count, post.comment_count, post.share_count, affinity)
        return self.scoring.score(signals)
