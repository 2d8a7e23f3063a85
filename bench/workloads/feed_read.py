"""feed-read: members read their hot feeds, 20 posts, over gRPC and REST."""

import asyncio
from typing import Any

from bench.floors.process import serving
from bench.load.target import Target
from bench.methods import GET_FEED
from bench.run import ROUNDS, Bench
from bench.system.members import CALLS_AT_ONCE, Member, gather
from bench.system.population import READERS, Population, made
from bench.targets.dial import bearer, dial
from bench.targets.grpc_read import GrpcRead
from bench.targets.http_connection import HttpPool, get
from bench.targets.http_read import HttpRead
from bench.targets.tokens import Tokens
from guild.feed.v1 import feed_service_pb2 as pb

READERS_PER_SECOND = 12
MOST_READERS = 300
"""Members for each second of a load, so that the limit on one account's reads is not what is measured."""
ITEMS = 20
RATE = 500.0
_REQUEST = pb.GetFeedRequest(limit=ITEMS).SerializeToString()
_PATH = f"/api/v1/feed?limit={ITEMS}"


def run(bench: Bench) -> None:
    """Measure both ways in against servers that answer the same bytes without doing anything."""
    system = bench.system
    population, readers, reply = asyncio.run(_prepare(bench))
    bench.view.say(f"  {population.origin}; {len(readers)} of them read {ITEMS} posts, {len(reply):,} bytes")
    tokens = Tokens(tuple(member.token for member in readers))
    feed = [system.pid("feed"), system.pid("profile")]
    direct = GrpcRead(system.address("feed"), GET_FEED, _REQUEST, tokens)
    with serving("bench.floors.echo", [system.engine], reply) as floor:
        echo = GrpcRead(floor.address, GET_FEED, _REQUEST, tokens)
        _compare(bench, "feed.grpc", ("feed-read gRPC", direct, feed), ("floor: echo", echo, [floor.pid]))
    bench.found("feed.grpc.p99", bench.at_rate("feed-read gRPC", direct, RATE, pids=feed).p(99))
    if bench.options.find_max:
        bench.found("feed.grpc.max", bench.find_max("feed-read gRPC", direct, RATE, 0.025))
    if system.has("edge"):
        _over_the_edge(bench, tokens, readers[0], [*feed, system.pid("edge")])


def _over_the_edge(bench: Bench, tokens: Tokens, reader: Member, pids: list[int]) -> None:
    system = bench.system
    rest = HttpRead(system.http_port, _PATH, tokens)
    body = asyncio.run(_body(system.http_port, reader))
    bench.view.say(f"  the same as JSON: {len(body):,} bytes")
    with serving("bench.floors.static_http", [], body) as floor:
        static = HttpRead(floor.port, _PATH, tokens)
        _compare(bench, "feed.rest", ("feed-read REST", rest, pids), ("floor: static JSON", static, [floor.pid]))
    bench.found("feed.rest.p99", bench.at_rate("feed-read REST", rest, RATE, pids=pids).p(99))
    public = GrpcRead(system.public, GET_FEED, _REQUEST, tokens)
    bench.found("feed.public.p99", bench.at_rate("feed-read public gRPC", public, RATE, pids=pids).p(99))
    if bench.options.find_max:
        bench.found("feed.rest.max", bench.find_max("feed-read REST", rest, RATE, 0.05))


def _compare(bench: Bench, key: str, ours: tuple[str, Target, list[int]], floor: tuple[str, Target, list[int]]) -> None:
    seconds = max(1.0, bench.options.seconds / ROUNDS)
    bench.against(
        key,
        lambda: bench.capacity(ours[0], ours[1], seconds=seconds, pids=ours[2]),
        lambda: bench.capacity(floor[0], floor[1], seconds=seconds, pids=floor[2]),
        ours[0],
    )


async def _prepare(bench: Bench) -> tuple[Population, list[Member], bytes]:
    """Return the population, those with the fullest feeds (now hot), a typical reply."""
    readers = min(MOST_READERS, max(READERS, int(bench.options.seconds * READERS_PER_SECOND)))
    population = await made(bench.system, readers)
    peer = await dial(bench.system.address("feed"))
    call: Any = peer.channel.unary_unary(GET_FEED)

    async def read(member: Member) -> tuple[int, bytes, Member]:
        reply: bytes = await call(_REQUEST, metadata=bearer(member.token))
        return len(pb.GetFeedResponse.FromString(reply).items), reply, member

    try:
        found = await gather(population.members[-readers:], read, CALLS_AT_ONCE)
    finally:
        await peer.stop()
    fullest = max(count for count, _, _ in found)
    full = sorted(
        ((reply, member) for count, reply, member in found if count == fullest), key=lambda each: len(each[0])
    )
    return population, [member for _, member in full], full[len(full) // 2][0]


async def _body(port: int, reader: Member) -> bytes:
    pool = HttpPool("127.0.0.1", port)
    try:
        return await pool.send(get(_PATH, reader.token))
    finally:
        pool.close()
