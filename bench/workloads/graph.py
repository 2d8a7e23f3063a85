"""graph: who knows whom among a hundred thousand members with two million friendships, against plain SQL."""

import asyncio
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID

from google.protobuf.message import Message

from bench.floors import graph_sql
from bench.load.target import Place
from bench.methods import CHECK_ACCESS, DEGREES, MUTUAL, NETWORK_SIZE, SUGGESTIONS
from bench.run import ROUNDS, Bench, Line, Side
from bench.system.members import Member, gather, register
from bench.system.network import Network, network
from bench.targets.grpc_read import GrpcRead
from bench.targets.tokens import Tokens
from guild.graph.v1 import connection_service_pb2 as pb
from guild.graph.v1 import degree_pb2
from mesh.auth import ServiceCredentials
from mesh.settings import AuthSettings, load

MEMBERS = 100
BLOCKERS = 20
"""Of them, the last, who block a thousand others each."""
DEGREES_RATE = 20.0
_EACH = 4
"""Requests of each member, in turn."""
_AT_ONCE = 100
"""Members that one request asks about."""
_IN_FLIGHT = 16
_AT_ONCE_WARMING = 4


@dataclass(frozen=True, slots=True)
class _Settings:
    auth: AuthSettings = field(default_factory=AuthSettings)


@dataclass(frozen=True)
class World:
    """The members who ask, and everybody."""

    side: Side
    members: Sequence[Member]
    network: Network

    @property
    def address(self) -> str:
        """Where they ask."""
        return self.side.system.address("profile")

    def reads(self, path: str, requests: Sequence[Message]) -> GrpcRead:
        """Requests of all members in turn."""
        tokens = Tokens(tuple(member.token for member in self.members))
        return GrpcRead(self.address, path, tuple(one.SerializeToString() for one in requests), tokens)


def run(bench: Bench) -> None:
    """Measure what a call costs, and the same in plain SQL; degrees at a rate; verdicts, also of who blocks many."""
    for side in bench.sides:
        members = asyncio.run(register(side.system.address("profile"), MEMBERS))
        asyncio.run(_measured(bench, side, members))


async def _measured(bench: Bench, side: Side, members: Sequence[Member]) -> None:
    ids = [UUID(member.id) for member in members]
    async with network(side.system.dsn("guild_profile"), ids, ids[-BLOCKERS:], bench.view.say) as there:
        world = World(side, members, there)
        await asyncio.to_thread(_against_sql, bench, world)
        await asyncio.to_thread(_degrees, bench, world)
        await asyncio.to_thread(_access, bench, world)


def _against_sql(bench: Bench, world: World) -> None:
    draw, ids = Random(1), world.network.ids
    others = [_near(world.network, number, draw) for _ in range(_EACH) for number in world.network.members]
    mutual = [pb.ListMutualConnectionsRequest(user_id=str(other), page_size=20) for other in others]
    me = [ids[number] for number in world.network.members]
    alone = [(one,) for one in me]
    for key, path, requests, sql, questions in (
        ("mutual", MUTUAL, mutual, graph_sql.MUTUAL, [(me[at % MEMBERS], one) for at, one in enumerate(others)]),
        ("second", NETWORK_SIZE, [degree_pb2.GetNetworkSizeRequest()], graph_sql.SECOND, alone),
        ("suggestions", SUGGESTIONS, [pb.ListSuggestionsRequest(page_size=20)], graph_sql.SUGGESTED, alone),
    ):
        least = _sql(bench, world.side, sql, questions)
        _compared(bench, world.side, key, world.reads(path, requests), least)


def _sql(bench: Bench, side: Side, sql: str, questions: Sequence[tuple[Any, ...]]) -> float:
    dsn, seconds = side.system.dsn("guild_profile"), bench.turn_seconds
    return statistics.median(asyncio.run(graph_sql.cpu_of(dsn, sql, questions, seconds)) for _ in range(ROUNDS))


async def _warmed(target: GrpcRead) -> GrpcRead:
    """Let every request be answered once: what it is about is read, and held from then on."""
    session = await target.open(Place(), lambda _name, _seconds: None)
    try:
        await gather(range(max(len(target.requests), len(target.tokens.values))), session.send, _AT_ONCE_WARMING)
    finally:
        await session.close()
    return target


def _compared(bench: Bench, side: Side, key: str, target: GrpcRead, least: float) -> None:
    """Note how many answers there are for a second of processor time, of the role and all stores, and in plain SQL."""
    target = asyncio.run(_warmed(target))
    [turns] = bench.turns([Line.of(side.named(key), target, side.system.watch("profile"), _IN_FLIGHT)])
    used = turns.cost.total + sum(turns.cost.stores.values())
    side.found(f"graph.{key}", 1 / used, 1 / least if least else None)
    side.found(f"graph.{key}.cpu", turns.cost.total, least, unit="cpu")
    bench.view.say(f"  = {key}: {used * 1e6:,.0f} µs with stores, {least * 1e6:,.0f} µs in plain SQL")


def _degrees(bench: Bench, world: World) -> None:
    draw = Random(2)
    requests = [
        degree_pb2.BatchGetDegreesRequest(user_ids=_some(world.network, number, draw))
        for _ in range(_EACH)
        for number in world.network.members
    ]
    target, watched = asyncio.run(_warmed(world.reads(DEGREES, requests))), world.side.system.watch("profile")
    [turns] = bench.turns([Line.of(world.side.named("degrees of 100"), target, watched, _IN_FLIGHT)])
    result = bench.at_rate(world.side.named("degrees of 100"), target, DEGREES_RATE, watched=watched)
    world.side.found("graph.degrees.p99", result.p(99), unit="s")
    world.side.found("graph.degrees.cpu", turns.cost.total, unit="cpu")


def _access(bench: Bench, world: World) -> None:
    settings = load(_Settings, world.side.system.environment("feed")).auth
    token, draw = ServiceCredentials("feed", settings).token("profile"), Random(3)

    def asked(numbers: Sequence[int]) -> GrpcRead:
        questions = [
            pb.AccessQuestion(viewer_id=str(world.network.ids[number]), owner_ids=_some(world.network, number, draw))
            for _ in range(_EACH)
            for number in numbers
        ]
        requests = tuple(pb.CheckAccessRequest(questions=[one]).SerializeToString() for one in questions)
        target = GrpcRead(world.address, CHECK_ACCESS, requests, Tokens(()), service_token=token)
        return asyncio.run(_warmed(target))

    watched, numbers = world.side.system.watch("profile"), world.network.members
    plain, blocking = bench.turns(
        [
            Line.of(world.side.named("access of 100"), asked(numbers[:BLOCKERS]), watched, _IN_FLIGHT),
            Line.of(world.side.named("who blocks 1,000"), asked(numbers[-BLOCKERS:]), watched, _IN_FLIGHT),
        ]
    )
    world.side.found("graph.access.cpu", plain.cost.total, unit="cpu")
    world.side.found("graph.access.blocks", blocking.cost.total, plain.cost.total, unit="cpu")


def _near(there: Network, number: int, draw: Random) -> UUID:
    """Somebody whom a member looks at: a friend, or a friend of a friend."""
    friend = draw.choice(there.friends(number))
    return there.ids[draw.choice((friend, draw.choice(there.friends(friend))))]


def _some(there: Network, number: int, draw: Random) -> list[str]:
    """A hundred whom a list shows to a member: friends, friends of friends, and anybody."""
    near = {str(_near(there, number, draw)) for _ in range(_AT_ONCE // 2)}
    while len(near) < _AT_ONCE:
        near.add(str(draw.choice(there.ids)))
    return sorted(near)
