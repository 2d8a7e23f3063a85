"""The audit of the graph finds whatever does not agree, and nothing else."""

from collections.abc import Sequence
from typing import Any

import pytest
import pytest_asyncio

from guild.graph.v1 import audience_list_pb2 as lists
from guild.graph.v1 import audit_pb2 as pb
from guild.graph.v1 import connection_service_pb2 as graph
from guild.graph.v1 import degree_pb2 as degree
from guild.graph.v1 import follow_pb2 as follows
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceStub
from mesh.errors import Failure
from mesh.ids import uuid7
from mesh.settings import RedisSettings
from mesh.testing.identity import SignedIn
from tests.services.conftest import vouched_for
from tests.services.svc_profile.conftest import World

BETWEEN = {"connection": "user_id = $1 AND connected_user_id = $2", "other": "user_id = $1 AND other_id = $2"}
"""The row of Ann's about Bob, in the table of connections and in the others."""


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def remembering(world: World, redis_settings: RedisSettings) -> None:
    """The graph in memory is used from the first question on."""
    await vouched_for(redis_settings)


async def audited(world: World, *people: SignedIn, **further: Any) -> pb.AuditConnectionsResponse:
    """One page from the first of these members to the last."""
    ids = sorted(one.user_id for one in people)
    request = pb.AuditConnectionsRequest(from_user_id=str(ids[0]), to_user_id=str(ids[-1]), **further)
    return await ConnectionServiceStub(world.channel).AuditConnections(
        request, metadata=world.identity.admin_metadata()
    )


def told(reply: pb.AuditConnectionsResponse) -> set[tuple[str, str, str, str, tuple[str, ...]]]:
    return {
        (
            pb.DiscrepancyKind.Name(one.kind).removeprefix("DISCREPANCY_KIND_"),
            pb.MirroredRelation.Name(one.relation).removeprefix("MIRRORED_RELATION_"),
            one.user_id,
            one.other_id,
            tuple(one.differing),
        )
        for one in reply.discrepancies
    }


async def friends(world: World) -> tuple[SignedIn, SignedIn]:
    """Two who became connected as members do, and one of whom has the other on a list."""
    ann, bob = await world.member(), await world.member()
    stub = ConnectionServiceStub(world.channel)
    await stub.RequestConnection(graph.RequestConnectionRequest(user_id=str(bob.user_id)), metadata=ann.metadata)
    await stub.AcceptConnection(graph.AcceptConnectionRequest(user_id=str(ann.user_id)), metadata=bob.metadata)
    named = lists.CreateAudienceListRequest(audience_list=lists.AudienceList(name="Close"))
    made = (await stub.CreateAudienceList(named, metadata=ann.metadata)).audience_list
    adding = lists.AddAudienceListMemberRequest(list_id=made.id, user_id=str(bob.user_id))
    await stub.AddAudienceListMember(adding, metadata=ann.metadata)
    return ann, bob


async def remember(world: World, *people: SignedIn) -> None:
    """Let the graph in memory hold somebody."""
    for one in people:
        stub = ConnectionServiceStub(world.channel)
        await stub.GetNetworkSize(degree.GetNetworkSizeRequest(), metadata=one.metadata)


async def test_what_members_do_leaves_nothing_to_find(world: World) -> None:
    """Connected, followed, blocked, on a list: rows are counted and agree, in memory too."""
    ann, bob = await friends(world)
    cid, dan = await world.member(), await world.member()
    stub = ConnectionServiceStub(world.channel)
    await stub.BlockUser(graph.BlockUserRequest(user_id=str(cid.user_id)), metadata=ann.metadata)
    await stub.FollowUser(follows.FollowUserRequest(user_id=str(dan.user_id)), metadata=bob.metadata)
    await stub.RequestConnection(graph.RequestConnectionRequest(user_id=str(dan.user_id)), metadata=cid.metadata)
    await remember(world, ann, bob)
    reply = await audited(world, ann, bob, cid, dan)

    assert (4, 3 * 2 + 4 + 2 + 2 + 2, set()) == (reply.members, reply.rows, told(reply))
    assert reply.compared_in_memory >= 2


Corruption = tuple[str, tuple[str, str, str, str, tuple[str, ...]]]
CORRUPTIONS: Sequence[Corruption] = (
    ("DELETE FROM connections WHERE {connection}", ("MIRROR_MISSING", "CONNECTION", "bob", "ann", ())),
    (
        "UPDATE connections SET status = 'removed' WHERE {connection}",
        ("MIRROR_DIFFERS", "CONNECTION", "bob", "ann", ("status",)),
    ),
    (
        "UPDATE connections SET accepted_at = accepted_at + interval '1 microsecond' WHERE {connection}",
        ("MIRROR_DIFFERS", "CONNECTION", "ann", "bob", ("accepted_at",)),
    ),
    (
        "UPDATE connections SET accepted_at = NULL WHERE {connection}",
        ("INCOHERENT", "CONNECTION", "ann", "bob", ("accepted_at",)),
    ),
    (
        "UPDATE connections SET requested_by = gen_random_uuid() WHERE {connection}",
        ("INCOHERENT", "CONNECTION", "ann", "bob", ("requested_by",)),
    ),
    ("DELETE FROM follows WHERE {other} AND outgoing", ("MIRROR_MISSING", "FOLLOW", "bob", "ann", ())),
    (
        "UPDATE follows SET chosen = true WHERE {other} AND outgoing",
        ("MIRROR_DIFFERS", "FOLLOW", "ann", "bob", ("chosen",)),
    ),
    ("INSERT INTO blocks VALUES ($1, $2, $1, now())", ("MIRROR_MISSING", "BLOCK", "ann", "bob", ())),
    ("INSERT INTO blocks VALUES ($1, $2, $1, now())", ("DESPITE_BLOCK", "CONNECTION", "ann", "bob", ())),
    ("INSERT INTO blocks VALUES ($1, $2, $1, now())", ("DESPITE_BLOCK", "FOLLOW", "ann", "bob", ())),
    (
        "INSERT INTO blocks VALUES ($1, $2, gen_random_uuid(), now())",
        ("INCOHERENT", "BLOCK", "ann", "bob", ("blocked_by",)),
    ),
    (
        "DELETE FROM audience_list_members WHERE {other}",
        ("MIRROR_MISSING", "AUDIENCE_LIST", "bob", "ann", ()),
    ),
    (
        "UPDATE audience_list_members SET added_at = now() + interval '1 day' WHERE {other}",
        ("MIRROR_DIFFERS", "AUDIENCE_LIST", "ann", "bob", ("added_at",)),
    ),
    (
        "DELETE FROM connections WHERE {connection}",
        ("MEMORY_DIFFERS", "UNSPECIFIED", "ann", "", ("friends",)),
    ),
)
"""Statements about Ann and Bob, and what is found of what they make wrong."""


@pytest.mark.parametrize(("statement", "expected"), CORRUPTIONS, ids=[" ".join(one[:2]) for _, one in CORRUPTIONS])
async def test_what_is_wrong_is_found(world: World, statement: str, expected: tuple[Any, ...]) -> None:
    """Of what kind, whose, and in which column."""
    ann, bob = await friends(world)
    await remember(world, ann, bob)
    clean = told(await audited(world, ann, bob))
    await world.database.execute(statement.format(**BETWEEN), ann.user_id, bob.user_id)
    kind, relation, me, other, differing = expected
    ids = {"ann": str(ann.user_id), "bob": str(bob.user_id), "": ""}
    found = told(await audited(world, ann, bob))

    assert set() == clean
    assert (kind, relation, ids[me], ids[other], differing) in found


async def test_pages_go_through_everybody_once(world: World) -> None:
    """A token is good for the range it came from."""
    people = [await world.member() for _ in range(5)]
    first = await audited(world, *people, page_size=3)
    second = await audited(world, *people, page_size=3, page_token=first.next_page_token)
    with pytest.raises(Failure) as refused:
        await audited(world, people[0], page_token=first.next_page_token)

    assert (3, 2, "") == (first.members, second.members, second.next_page_token)
    assert refused.value.reason == "PAGE_TOKEN_INVALID"


async def test_a_range_that_ends_before_it_begins_is_refused(world: World) -> None:
    """Rather than found to be in order."""
    request = pb.AuditConnectionsRequest(from_user_id=str(uuid7()), to_user_id="00000000-0000-0000-0000-000000000001")
    stub = ConnectionServiceStub(world.channel)
    with pytest.raises(Failure) as refused:
        await stub.AuditConnections(request, metadata=world.identity.admin_metadata())

    assert refused.value.reason == "INVALID_ARGUMENT"


async def test_what_has_changed_since_it_was_held_is_no_fault(world: World) -> None:
    """A node whose generation is over is not what anybody is answered from."""
    ann, bob = await friends(world)
    await remember(world, ann, bob)
    before = await audited(world, ann, bob)
    await ConnectionServiceStub(world.channel).RemoveConnection(
        graph.RemoveConnectionRequest(user_id=str(bob.user_id)), metadata=ann.metadata
    )
    after = await audited(world, ann, bob)

    assert (2, 0, set()) == (before.compared_in_memory, after.compared_in_memory, told(after))
