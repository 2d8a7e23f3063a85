"""Loads against a real service."""

from typing import Any

import pytest

from bench.load.target import Exhausted, Place
from bench.system.members import ask, register
from bench.targets.pairs import Accepts, Pairs
from guild.graph.v1 import connection_service_pb2 as pb
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceStub


async def test_pairs_are_connected_once_each(profile: Any) -> None:
    """Every pair ends connected; when none is left the session says so, and both steps were timed."""
    one, two, three = await register(profile.address, 3)
    seen: list[str] = []
    target = Pairs(profile.address, ((one, two), (one, three)))
    session = await target.open(Place(), lambda name, _seconds: seen.append(name))

    kinds = [await session.fire(number, 0.0) for number in range(2)]
    with pytest.raises(Exhausted):
        await session.fire(2, 0.0)
    await session.close()

    request = pb.ListConnectionsRequest(user_id=one.id)
    reply = await ConnectionServiceStub(profile.channel).ListConnections(
        request, metadata=(("authorization", f"Bearer {one.token}"),)
    )
    assert ["pair", "pair"] == kinds
    assert {two.id, three.id} == {each.user.id for each in reply.connections}
    assert ["accept", "accept", "request", "request"] == sorted(seen)


async def test_what_was_asked_is_accepted_once_each(profile: Any) -> None:
    """The acceptance alone: pairs that asked before, each once; then there is nothing left."""
    one, two, three = await register(profile.address, 3)
    pairs = ((one, two), (one, three))
    await ask(profile.address, pairs)
    session = await Accepts(profile.address, pairs).open(Place(), lambda _name, _seconds: None)

    kinds = [await session.fire(number, 0.0) for number in range(2)]
    with pytest.raises(Exhausted):
        await session.fire(2, 0.0)
    await session.close()

    assert ["accept", "accept"] == kinds
