"""feed-read: members read their hot feeds, 20 posts, over gRPC and REST."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bench.floors.process import serving
from bench.methods import GET_FEED
from bench.run import Bench, Line, Side
from bench.system.accounts import Watched
from bench.system.members import CALLS_AT_ONCE, Member, gather
from bench.system.population import READERS, made
from bench.system.running import System
from bench.targets.dial import bearer, dial
from bench.targets.grpc_read import GrpcRead
from bench.targets.http_read import HttpRead
from bench.targets.sample import sample
from bench.targets.tokens import Tokens
from guild.feed.v1 import feed_service_pb2 as pb

READERS_PER_SECOND = 12
MOST_READERS = 300
"""Members for each second of a load, so that the limit on one account's reads is not what is measured."""
ITEMS = 20
RATE = 500.0
REQUEST = pb.GetFeedRequest(limit=ITEMS).SerializeToString()
PATH = f"/api/v1/feed?limit={ITEMS}"
SERVE = ("feed", "profile")


@dataclass(frozen=True)
class Crowd:
    """One side's readers, and what one of them gets."""

    side: Side
    origin: str
    readers: Sequence[Member]
    reply: bytes

    @property
    def system(self) -> System:
        """Where they are members."""
        return self.side.system

    @property
    def tokens(self) -> Tokens:
        """Theirs."""
        return Tokens(tuple(member.token for member in self.readers))


def run(bench: Bench) -> None:
    """Measure both ways in against servers that answer the same bytes without doing anything."""
    wanted = min(MOST_READERS, max(READERS, int(bench.options.seconds * READERS_PER_SECOND)))
    crowds = [asyncio.run(crowd_of(side, wanted)) for side in bench.sides]
    first = crowds[0]
    bench.view.say(f"  {first.origin}; {len(first.readers)} of them read {ITEMS} posts, {len(first.reply):,} bytes")
    engine = bench.sides[0].system.engine
    direct = [GrpcRead(each.system.address("feed"), GET_FEED, (REQUEST,), each.tokens) for each in crowds]
    with serving("bench.floors.echo", [engine, GET_FEED], first.reply) as floor:
        echo = replace(direct[0], address=floor.address)
        bench.compare(
            "feed.grpc",
            [
                Line.of(each.side.named("feed-read gRPC"), target, each.system.watch(*SERVE))
                for each, target in zip(crowds, direct, strict=True)
            ],
            Line.of("floor: echo", echo, Watched({"echo": floor.pid})),
        )
    for crowd, target in zip(crowds, direct, strict=True):
        watched = crowd.system.watch(*SERVE)
        result = bench.at_rate(crowd.side.named("feed-read gRPC"), target, RATE, watched=watched)
        crowd.side.found("feed.grpc.p99", result.p_of_all(99), unit="s")
    if bench.options.find_max:
        bench.sides[0].found("feed.grpc.max", bench.find_max("feed-read gRPC", direct[0], RATE, 0.025))
    if bench.sides[0].system.has("edge"):
        _over_the_edge(bench, crowds)


def _over_the_edge(bench: Bench, crowds: Sequence[Crowd]) -> None:
    rest = [HttpRead(each.system.http_port, PATH, each.tokens) for each in crowds]
    body = asyncio.run(sample(rest[0]))
    bench.view.say(f"  the same as JSON: {len(body):,} bytes")
    with serving("bench.floors.static_http", [], body) as floor:
        static = replace(rest[0], port=floor.port)
        bench.compare(
            "feed.rest",
            [
                Line.of(each.side.named("feed-read REST"), target, each.system.watch(*SERVE, "edge"))
                for each, target in zip(crowds, rest, strict=True)
            ],
            Line.of("floor: static JSON", static, Watched({"static": floor.pid})),
        )
    for crowd, target in zip(crowds, rest, strict=True):
        side, watched = crowd.side, crowd.system.watch(*SERVE, "edge")
        result = bench.at_rate(side.named("feed-read REST"), target, RATE, watched=watched)
        side.found("feed.rest.p99", result.p_of_all(99), unit="s")
        public = GrpcRead(crowd.system.public, GET_FEED, (REQUEST,), crowd.tokens)
        result = bench.at_rate(side.named("feed-read public gRPC"), public, RATE, watched=watched)
        side.found("feed.public.p99", result.p_of_all(99), unit="s")
    if bench.options.find_max:
        bench.sides[0].found("feed.rest.max", bench.find_max("feed-read REST", rest[0], RATE, 0.05))


async def crowd_of(side: Side, wanted: int) -> Crowd:
    """Return those of some new members with the fullest feeds, which are hot now, with a typical reply."""
    population = await made(side.system, wanted)
    peer = await dial(side.system.address("feed"))
    call: Any = peer.channel.unary_unary(GET_FEED)

    async def read(member: Member) -> tuple[int, bytes, Member]:
        reply: bytes = await call(REQUEST, metadata=bearer(member.token))
        return len(pb.GetFeedResponse.FromString(reply).items), reply, member

    try:
        found = await gather(population.members[-wanted:], read, CALLS_AT_ONCE)
    finally:
        await peer.stop()
    fullest = max(count for count, _, _ in found)
    full = sorted(
        ((reply, member) for count, reply, member in found if count == fullest), key=lambda each: len(each[0])
    )
    return Crowd(side, population.origin, tuple(member for _, member in full), full[len(full) // 2][0])
