"""Bring a new post into the warm feeds of those who may see it."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
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
from svc_feed.store.topics import TopicRepository
from svc_feed.usecases.build_feed import AFFINITY_DEPTH

_lag = Histogram("guild_feed_fan_out_seconds", "From publishing a post to its last feed.", buckets=LATENCY_BUCKETS)


@dataclass(frozen=True)
class FanOutPost:
    """Cold feeds are left alone: they find the post when they are built.

    A post goes to those who follow its author, what is for connections to those of them who are connected; and to those
    who follow a topic that it names, unless they are more than `threshold`: they find it when their feeds are built.
    They are asked for each time, a batch after the other, and never kept: who followed a moment before the post must
    get it. An author with more than `threshold` followers is not fanned out; feeds built since then merge such an
    author's posts when they are read. Feeds built before do not know of it, so fan-out goes on for `ttl` seconds, until
    they are gone. While Redis or the profile service is away this fails, and the event is tried again.
    """

    db: Database
    posts: PostRepository
    ranking: RankingRepository
    topics: TopicRepository
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
        entry = Entry.of(author, post_id, 0.0)
        added = await self._write(entry, seen.post, [author])
        if seen.post.visibility is not Visibility.PRIVATE:
            added += await self._to_followers(entry, seen.post)
            async with aclosing(self._of_topics(seen.post)) as batches:
                async for readers in batches:
                    added += await self._write(entry, seen.post, readers)
        _lag.observe(self.clock.now().timestamp() - entry.published_at)
        return added

    async def _to_followers(self, entry: Entry, post: Post) -> int:
        author, now = post.author_id, self.clock.now()
        since = await self.ranking.wide_since(self.db, author)
        if since is not None:
            await self.feeds.add_recent(entry)
            if now - since > timedelta(seconds=self.ttl):
                return 0
        added = met = 0
        connected_only = post.visibility is Visibility.CONNECTIONS
        async with aclosing(self.graph.followers(author, connected_only=connected_only)) as batches:
            async for batch in batches:
                met += len(batch.followers)
                added += await self._write(entry, post, batch.followers)
        if since is None and met > self.threshold:
            await self.ranking.mark_wide(self.db, author, now)
            await self.feeds.add_recent(entry)
        return added

    async def _of_topics(self, post: Post) -> AsyncGenerator[Sequence[UserId], None]:
        if post.topics:
            for topic in await self.topics.with_few_followers(self.db, post.topics, self.threshold):
                async with aclosing(self.topics.followers(self.db, topic)) as batches:
                    async for readers in batches:
                        yield readers

    async def _write(self, entry: Entry, post: Post, readers: Sequence[UserId]) -> int:
        """Add a post to the warm feeds among those of some members; returns to how many."""
        warm = await self.feeds.warm(readers)
        if not warm:
            return 0
        since = first_id_at(self.clock.now() - AFFINITY_DEPTH)
        affinities = await self.ranking.affinities(self.db, post.author_id, warm, since=since)
        affinities.pop(post.author_id, None)
        return await self.feeds.add(
            entry.member, {reader: self._score(entry, post, affinities.get(reader, 0)) for reader in warm}
        )

    def _score(self, entry: Entry, post: Post, affinity: int) -> float:
        signals = Signals(entry.published_at, post.like_count, post.comment_count, post.share_count, affinity)
        return self.scoring.score(signals)
