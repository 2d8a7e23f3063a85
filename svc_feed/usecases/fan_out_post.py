"""Bring a new post into the warm feeds of those who may see it."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta

from prometheus_client import Counter, Histogram

from mesh.clock import Clock
from mesh.data import Database
from mesh.telemetry import LATENCY_BUCKETS
from svc_feed.domain.feed import Entry
from svc_feed.domain.ids import PostId, UserId, first_id_at
from svc_feed.domain.post import Post
from svc_feed.domain.reach import Progress
from svc_feed.domain.scoring import Scoring, Signals
from svc_feed.domain.visibility import OWN, Visibility
from svc_feed.peers.graph import Graph
from svc_feed.store.feed_cache import FeedCache
from svc_feed.store.posts import PostRepository
from svc_feed.store.ranking import RankingRepository
from svc_feed.store.topics import TopicRepository
from svc_feed.usecases.build_feed import AFFINITY_DEPTH
from svc_feed.usecases.weigh_reach import WeighReach

FAN_OUT_SECONDS = 600.0
"""How long one try may take; the next goes on where it was."""
_SAVED_EVERY = 20  # batches of a thousand: what a try repeats at the most
_SAMPLED = 20  # batches by which authors are weighed who are merged

_lag = Histogram("guild_feed_fan_out_seconds", "From publishing a post to its last feed.", buckets=LATENCY_BUCKETS)
_entries = Counter("guild_feed_fan_out_entries", "Entries that were written into warm feeds.")
_posts = Counter("guild_feed_fan_out_posts", "Posts by how they reach their authors' followers.", ("how",))
_written, _merged = _posts.labels("write"), _posts.labels("merge")


@dataclass(frozen=True)
class FanOutPost:
    """Cold feeds are left alone: they find the post when they are built.

    A post goes to those who follow its author, what is for connections to those of them who are connected; and to those
    who follow a topic that it names, unless they are more than `threshold`: they find it when their feeds are built.
    What a company says goes to the latter alone: it is nothing that its author says to those who follow them.
    They are asked for each time, a batch after the other, and never kept: who followed a moment before the post must
    get it. How far it came is remembered, so that a try goes on where the one before ended.

    Where that costs less, an author's posts are not written: feeds built since then merge them when they are read.
    Feeds built before do not know of it, so fan-out goes on for `ttl` seconds, until they are gone. While Redis or the
    profile service is away this fails, and the event is tried again.
    """

    db: Database
    posts: PostRepository
    ranking: RankingRepository
    topics: TopicRepository
    graph: Graph
    feeds: FeedCache
    weigh: WeighReach
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
        added = 0
        if seen.post.company_id is None:
            added += (await self._write(entry, seen.post, [author]))[1]
            if seen.post.visibility is not Visibility.PRIVATE:
                added += await self._to_followers(entry, seen.post)
        async with aclosing(self._of_topics(seen.post)) as batches:
            async for readers in batches:
                added += (await self._write(entry, seen.post, readers))[1]
        _lag.observe(self.clock.now().timestamp() - entry.published_at)
        _entries.inc(added)
        return added

    async def _to_followers(self, entry: Entry, post: Post) -> int:
        author = post.author_id
        since = await self.weigh.merged_since(author)
        if since is not None and await self._is_written_again(author, since):
            since = None
        if since is not None:
            await self.feeds.add_recent(entry)
            if self.clock.now() - since > timedelta(seconds=self.ttl):
                _merged.inc()
                return 0
        connected_only = post.visibility is Visibility.CONNECTIONS
        added, progress = await self._to_all(entry, post, connected_only=connected_only)
        _written.inc()
        if since is None and not connected_only and await self.weigh.of_written(author, progress.met, progress.warm):
            await self.feeds.add_recent(entry)
        return added

    async def _to_all(self, entry: Entry, post: Post, *, connected_only: bool) -> tuple[int, Progress]:
        """Write a post for all followers that are left; returns to how many feeds now, and how far it came in all."""
        progress = await self.feeds.progress(entry)
        added = unsaved = 0
        saved = bool(progress.cursor)
        batches = self.graph.followers(post.author_id, progress.cursor, connected_only=connected_only)
        async with aclosing(batches):
            async for followers, cursor in batches:
                warm, more = await self._write(entry, post, followers)
                added, unsaved = added + more, unsaved + 1
                progress = progress.after(cursor, len(followers), warm)
                if cursor and unsaved == _SAVED_EVERY:
                    await self.feeds.save_progress(entry, progress)
                    unsaved, saved = 0, True
        if saved:
            await self.feeds.end_progress(entry)
        return added, progress

    async def _is_written_again(self, author: UserId, since: datetime) -> bool:
        """Weigh an author who is merged, once in a while, by a sample of their followers."""
        if not await self.weigh.is_stale(author, since):
            return False
        progress, left = Progress(), _SAMPLED
        batches = self.graph.followers(author, connected_only=False)
        async with aclosing(batches):
            async for followers, cursor in batches:
                warm = await self.feeds.warm(followers)
                progress, left = progress.after(cursor, len(followers), len(warm)), left - 1
                if not left:
                    break
        return await self.weigh.of_merged(author, progress.met, progress.warm, all_of_them=not progress.cursor)

    async def _of_topics(self, post: Post) -> AsyncGenerator[Sequence[UserId], None]:
        if post.topics:
            for topic in await self.topics.with_few_followers(self.db, post.topics, self.threshold):
                async with aclosing(self.topics.followers(self.db, topic)) as batches:
                    async for readers in batches:
                        yield readers

    async def _write(self, entry: Entry, post: Post, readers: Sequence[UserId]) -> tuple[int, int]:
        """Add a post to the warm feeds among those of some members: how many are warm, and to how many it came."""
        warm = await self.feeds.warm(readers)
        if not warm:
            return 0, 0
        since = first_id_at(self.clock.now() - AFFINITY_DEPTH)
        affinities = await self.ranking.affinities(self.db, post.author_id, warm, since=since)
        affinities.pop(post.author_id, None)
        scores = {reader: self._score(entry, post, affinities.get(reader, 0)) for reader in warm}
        return len(warm), await self.feeds.add(entry.member, scores)

    def _score(self, entry: Entry, post: Post, affinity: int) -> float:
        signals = Signals(entry.published_at, post.like_count, post.comment_count, post.share_count, affinity)
        return self.scoring.score(signals)
