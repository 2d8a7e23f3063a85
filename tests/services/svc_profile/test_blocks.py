"""Blocks: what was between the two ends, and neither is there for the other."""

import asyncio

import pytest

from guild.graph.v1 import connection_service_pb2 as pb
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceStub
from mesh.errors import Failure, NotFound
from mesh.testing.identity import SignedIn
from tests.services.svc_profile.conftest import World


async def block(world: World, me: SignedIn, other: SignedIn) -> pb.BlockUserResponse:
    request = pb.BlockUserRequest(user_id=str(other.user_id))
    return await ConnectionServiceStub(world.channel).BlockUser(request, metadata=me.metadata)


async def ask(world: World, me: SignedIn, other: SignedIn) -> None:
    request = pb.RequestConnectionRequest(user_id=str(other.user_id), note="hello")
    await ConnectionServiceStub(world.channel).RequestConnection(request, metadata=me.metadata)


async def listed(world: World, me: SignedIn, of: SignedIn) -> tuple[set[str], int]:
    request = pb.ListConnectionsRequest(user_id=str(of.user_id))
    reply = await ConnectionServiceStub(world.channel).ListConnections(request, metadata=me.metadata)
    return {one.user.id for one in reply.connections}, reply.total_size


async def test_a_block_ends_the_connection_and_says_so(world: World) -> None:
    """The others hear of the end of the connection first, then of the block; a repeat changes nothing."""
    ann, bob = await world.member(), await world.member()
    await world.connect(ann, bob)
    first = await block(world, ann, bob)
    again = await block(world, ann, bob)
    assert first == again
    assert ["connection_removed", "user_blocked"] == await world.events(ann, bob)
    assert (set(), 0) == await listed(world, ann, ann) == await listed(world, bob, bob)


@pytest.mark.parametrize(("who_asked", "ended"), [("blocker", "withdrawn"), ("blocked", "rejected")])
async def test_a_block_ends_a_pending_request(world: World, who_asked: str, ended: str) -> None:
    """Whoever had asked: nobody waits for an answer, and the words that came with it are gone."""
    ann, bob = await world.member(), await world.member()
    await ask(world, *((ann, bob) if who_asked == "blocker" else (bob, ann)))
    await block(world, ann, bob)
    assert [f"connection_{ended}", "user_blocked"] == (await world.events(ann, bob))[1:]
    for one in (ann, bob):
        for direction in (pb.REQUEST_DIRECTION_INCOMING, pb.REQUEST_DIRECTION_OUTGOING):
            request = pb.ListPendingRequestsRequest(direction=direction)
            reply = await ConnectionServiceStub(world.channel).ListPendingRequests(request, metadata=one.metadata)
            assert (0, 0) == (len(reply.requests), reply.total_size)
    notes = await world.database.fetch("SELECT note FROM connections WHERE user_id = $1", ann.user_id)
    assert [""] == [row[0] for row in notes]


async def test_the_two_vanish_from_what_others_show_them(world: World) -> None:
    """In the lists of a common connection, in shared ones, on the way to others: for both, and for nobody else."""
    ann, bob, friend, far = [await world.member() for _ in range(4)]
    for one, other in ((ann, friend), (bob, friend), (bob, far), (ann, bob)):
        await world.connect(one, other)
    await block(world, ann, bob)
    assert ({str(ann.user_id)}, 1) == await listed(world, ann, friend)
    assert ({str(bob.user_id)}, 1) == await listed(world, bob, friend)
    assert ({str(ann.user_id), str(bob.user_id)}, 2) == await listed(world, far, friend)
    degree = await ConnectionServiceStub(world.channel).GetDegree(
        pb.GetDegreeRequest(user_id=str(far.user_id)), metadata=ann.metadata
    )
    assert (0, 0) == (degree.degree, len(degree.path))  # the only way leads through bob


async def test_a_lifted_block_restores_nothing_and_forbids_nothing(world: World) -> None:
    """The two are strangers who may ask each other at once; only who blocked lifts it."""
    ann, bob = await world.member(), await world.member()
    await world.connect(ann, bob)
    await block(world, ann, bob)
    stub = ConnectionServiceStub(world.channel)
    await stub.UnblockUser(pb.UnblockUserRequest(user_id=str(ann.user_id)), metadata=bob.metadata)
    with pytest.raises(NotFound):
        await ask(world, bob, ann)
    await stub.UnblockUser(pb.UnblockUserRequest(user_id=str(bob.user_id)), metadata=ann.metadata)
    await stub.UnblockUser(pb.UnblockUserRequest(user_id=str(bob.user_id)), metadata=ann.metadata)
    await ask(world, bob, ann)
    assert ["user_unblocked", "connection_requested"] == (await world.events(ann, bob))[2:]


async def test_no_request_slips_past_a_block(world: World) -> None:
    """Asked at the moment of the block, it is refused or ends with it."""
    pairs = [(await world.member(), await world.member()) for _ in range(20)]
    calls = [call for ann, bob in pairs for call in (block(world, ann, bob), ask(world, bob, ann))]
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert {"USER_NOT_FOUND"} >= {one.reason for one in outcomes if isinstance(one, Failure)}
    for ann, bob in pairs:
        rows = await world.database.fetch(
            "SELECT status FROM connections WHERE user_id = ANY($1::uuid[])", [ann.user_id, bob.user_id]
        )
        assert {row[0] for row in rows} <= {"none", "rejected"}
