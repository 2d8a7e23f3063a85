"""Fan a post out to made followers. It stands on the feed service alone, so that that of another commit can run it."""

import asyncio
import json
import resource
import sys
import time
from collections.abc import AsyncGenerator, Iterator
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from mesh.cache import Cache
from mesh.clock import SystemClock
from mesh.data import Database
from mesh.ids import uuid7
from mesh.lifecycle import App
from mesh.service import Base
from mesh.settings import load
from svc_feed.config import Config
from svc_feed.domain.feed import Feed
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.scoring import SCORINGS
from svc_feed.peers.graph import Batch
from svc_feed.store.feed_cache import FeedCache
from svc_feed.store.posts import PostRepository
from svc_feed.store.ranking import RankingRepository
from svc_feed.store.reach import ReachRepository
from svc_feed.store.readers import ReaderRepository
from svc_feed.store.topics import TopicRepository
from svc_feed.usecases.fan_out_post import FanOutPost
from svc_feed.usecases.weigh_reach import WeighReach

BATCH = 1_000
"""Followers at once, as many as the profile service tells of."""
_AT_ONCE = 50  # feeds that are warmed up together


@dataclass(frozen=True)
class Made:
    """So many followers of anybody, in the place of the graph: each is made when they are asked for."""

    count: int
    seed: int

    def member(self, number: int) -> UserId:
        """One of them, the same each time."""
        return UserId(UUID(int=self.seed + number))

    def spread(self, some: int) -> Iterator[UserId]:
        """Some of them, evenly far from each other."""
        return (self.member(number * self.count // some) for number in range(some))

    async def followers(self, _: UserId, cursor: str = "", *, connected_only: bool) -> AsyncGenerator[Batch, None]:
        """All of them behind a cursor; none is connected."""
        for start in range(int(cursor or 0), 0 if connected_only else self.count, BATCH):
            end = min(start + BATCH, self.count)
            yield Batch([*map(self.member, range(start, end))], str(end) if end < self.count else "")


@dataclass(frozen=True)
class Spent:
    """What it took: wall and processor time in seconds; the most memory a process had, and how much of it this made."""

    reached: int
    seconds: float
    cpu: float
    peak_bytes: int
    grown_bytes: int


def fan_out_of(db: Database, cache: Cache, config: Config, followers: Any) -> FanOutPost:
    """The fan-out of a worker, which asks for other followers."""
    clock, scoring = SystemClock(), SCORINGS[config.scoring]
    return FanOutPost(
        db,
        PostRepository(),
        RankingRepository(),
        TopicRepository(),
        followers,
        FeedCache(cache, config.feed_ttl_seconds, scoring.version),
        WeighReach(db, ReachRepository(), ReaderRepository(), clock, config.fan_out_threshold),
        clock,
        scoring,
        threshold=config.fan_out_threshold,
        ttl=config.feed_ttl_seconds,
    )


async def warm_up(feeds: FeedCache, readers: Iterator[UserId]) -> None:
    """Store an empty feed for each."""

    async def lane() -> None:
        for reader in readers:
            await feeds.finish(reader, await feeds.begin(reader), Feed(uuid7().hex, time.time(), 0.1, ()))

    await asyncio.gather(*(lane() for _ in range(_AT_ONCE)))


async def spend(fan_out: FanOutPost, author: UserId, post: PostId) -> Spent:
    """Fan a post out, and watch this process meanwhile."""
    before, begun, used = _peak_bytes(), time.monotonic(), time.process_time()
    reached = await fan_out(author, post)
    peak = _peak_bytes()
    return Spent(reached, time.monotonic() - begun, time.process_time() - used, peak, peak - before)


def _peak_bytes() -> int:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1_024


async def _main(author: str, post: str, count: int, warm: int) -> Spent:
    config = load(Config)
    base, made = Base("feed", config, role="feed-worker"), Made(count, uuid7().int >> 32 << 32)
    async with App("wide-author", [base.db, base.cache]):
        fan_out = fan_out_of(base.db, base.cache, config, made)
        await warm_up(fan_out.feeds, made.spread(warm))
        return await spend(fan_out, UserId(UUID(author)), PostId(UUID(post)))


if __name__ == "__main__":
    _author, _post, _count, _warm = sys.argv[1:]
    print(json.dumps(asdict(asyncio.run(_main(_author, _post, int(_count), int(_warm))))))
