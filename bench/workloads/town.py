"""town: a thousand people. Cold feeds of who has 500 connections, posts into 1,000 warm feeds, and the social mix."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from bench.load.latencies import Latencies
from bench.methods import CREATE_POST, GET_FEED
from bench.run import Bench, Side
from bench.show.words import duration
from bench.system.feeds import StoredFeeds
from bench.system.members import CALLS_AT_ONCE, Member, gather
from bench.system.statements import statements
from bench.system.town import FRIENDS, PEOPLE, Town, built
from bench.targets.dial import bearer, dial
from bench.targets.social import Social
from guild.feed.v1 import feed_service_pb2 as feeds
from guild.feed.v1 import post_service_pb2 as posts

COLD_READS = 200
POSTS = 8  # of each star, who may write ten in a row
RATE = 500.0
P99 = 0.1
OF_READS = ("posts", "wide", "topics", "feed_preferences")
"""Words in the names of the statements that reads of feeds make; the others are what the role does by itself."""
_PAGE = feeds.GetFeedRequest(limit=20).SerializeToString()
_PATIENCE_SECONDS = 10.0
_LOOK_SECONDS = 0.002


@dataclass(frozen=True)
class Reads:
    """Feeds of a town as its members read them, and as they are stored."""

    call: Any
    compose: Any
    stored: StoredFeeds

    async def read(self, member: Member) -> feeds.GetFeedResponse:
        """The first page."""
        return feeds.GetFeedResponse.FromString(await self.call(_PAGE, metadata=bearer(member.token)))

    async def write(self, member: Member, text: str) -> str:
        """Publish; returns the id of the post."""
        request = posts.CreatePostRequest(content=text).SerializeToString()
        return (await self.compose(request, metadata=bearer(member.token))).post.id


def run(bench: Bench) -> None:
    """Measure the three, one after the other, for each side."""
    for side in bench.sides:
        bench.view.say(f"  {side.named(f'{PEOPLE:,} members and their connections are made: a minute or two')}")
        town = asyncio.run(built(side.system))
        asyncio.run(_feeds(bench, side, town))
        target = Social(side.system.address("feed"), town.people.members, town.people.friends)
        watched = side.system.watch("feed", "feed-worker", "profile")
        result = bench.at_rate(side.named(f"social-mix of {PEOPLE:,}"), target, RATE, watched=watched)
        side.found("town.social.p99", result.p_of_all(99), unit="s")
        side.found("town.social.rate", result.rate)
        if bench.options.find_max:
            side.found("town.social.max", bench.find_max(side.named(f"social-mix of {PEOPLE:,}"), target, RATE, P99))


async def _feeds(bench: Bench, side: Side, town: Town) -> None:
    peer = await dial(side.system.address("feed"))
    call: Any = peer.channel.unary_unary(GET_FEED)
    compose: Any = peer.channel.unary_unary(CREATE_POST, None, posts.CreatePostResponse.FromString)
    first = feeds.GetFeedResponse.FromString(await call(_PAGE, metadata=bearer(town.readers[0].token)))
    stored = StoredFeeds(side.system, first.scoring_version)
    try:
        reads = Reads(call, compose, stored)
        await _cold(bench, side, town, reads)
        await _composed(bench, side, town, reads)
    finally:
        await stored.close()
        await peer.stop()


async def _cold(bench: Bench, side: Side, town: Town, reads: Reads) -> None:
    """One after the other, each of a feed that was taken away before the clock runs."""
    before, took = statements(side.system, "feed"), list[float]()
    for number in range(COLD_READS):
        reader = town.readers[number % len(town.readers)]
        await reads.stored.drop(reader.id)
        began = time.perf_counter()
        await reads.call(_PAGE, metadata=bearer(reader.token))
        took.append(time.perf_counter() - began)
    made = statements(side.system, "feed") - before
    asked = sum(count for name, count in made.items() if any(word in name for word in OF_READS)) / COLD_READS
    p95 = Latencies.of(took).percentile(95)
    side.found("feed.cold.p95", p95, unit="s")
    side.found("feed.cold.statements", round(asked, 1), unit="statements")  # some read wishes anew, which are kept
    bench.view.say(
        f"  = {side.named(f'cold feeds of {FRIENDS} connections')}: p95 {duration(p95)}, {asked:.1f} statements"
    )


async def _composed(bench: Bench, side: Side, town: Town, reads: Reads) -> None:
    """Each post is looked for in all warm feeds; the next is written when it is everywhere."""
    users = [member.id for member in town.people.members]
    await gather(town.people.members, reads.read, CALLS_AT_ONCE)
    acknowledged, visible = list[float](), list[float]()
    for number in range(POSTS):
        for star in town.stars:
            began = time.perf_counter()
            post = await reads.write(star, f"News of the town, number {number}")
            acknowledged.append(time.perf_counter() - began)
            while await reads.stored.hold(users, star.id, post) < len(users):
                if time.perf_counter() - began > _PATIENCE_SECONDS:
                    break
                await asyncio.sleep(_LOOK_SECONDS)
            visible.append(time.perf_counter() - began)
    acknowledged_in, visible_in = (Latencies.of(each).percentile(99) for each in (acknowledged, visible))
    side.found("town.compose.p99", acknowledged_in, unit="s")
    side.found("town.visible.p99", visible_in, unit="s")
    bench.view.say(
        f"  = {side.named(f'{len(visible)} posts into {len(users):,} warm feeds')}:"
        f" p99 {duration(acknowledged_in)} until acknowledged, {duration(visible_in)} until everywhere"
    )
