"""Audience lists: who is on them, who hears of them, and what ends a place on one."""

import asyncio
from typing import Any

import pytest

from guild.graph.v1 import audience_list_pb2 as pb
from guild.graph.v1 import connection_service_pb2 as graph
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceStub
from mesh.errors import Failure
from mesh.testing.identity import SignedIn
from svc_profile.domain.audience_list import MOST_LISTS, MOST_MEMBERS
from tests.services.svc_profile.conftest import World


async def lists(world: World, me: SignedIn, method: str, **fields: Any) -> Any:
    request = getattr(pb, f"{method}Request")(**fields)
    return await getattr(ConnectionServiceStub(world.channel), method)(request, metadata=me.metadata)


async def a_list(world: World, me: SignedIn, name: str = "Close") -> pb.AudienceList:
    return (await lists(world, me, "CreateAudienceList", audience_list=pb.AudienceList(name=name))).audience_list


async def members(world: World, me: SignedIn, list_id: str) -> list[str]:
    found = await lists(world, me, "ListAudienceListMembers", list_id=list_id)
    return [one.user.id for one in found.members]


async def on_lists(world: World, viewer: SignedIn, owner: SignedIn) -> list[str]:
    """The lists of the owner that other services hear the viewer is on."""
    question = graph.AccessQuestion(viewer_id=str(viewer.user_id), owner_ids=[str(owner.user_id)])
    reply = await ConnectionServiceStub(world.channel).CheckAccess(
        graph.CheckAccessRequest(questions=[question]), metadata=world.identity.service_metadata("feed")
    )
    return list(reply.verdicts[0].list_ids)


async def has(world: World, owner: SignedIn, list_id: str) -> bool:
    """Whether other services hear that the owner has a list."""
    request = graph.HasAudienceListRequest(user_id=str(owner.user_id), list_id=list_id)
    metadata = world.identity.service_metadata("feed")
    return (await ConnectionServiceStub(world.channel).HasAudienceList(request, metadata=metadata)).found


async def test_a_list_is_the_owners_alone(world: World) -> None:
    """Others neither list nor change it; verdicts tell services who is on which."""
    ann, bob = await world.member(), await world.member()
    await world.connect(ann, bob)
    made, other = await a_list(world, ann), await a_list(world, ann, "Work")
    for one in (made, other, made):
        await lists(world, ann, "AddAudienceListMember", list_id=one.id, user_id=str(bob.user_id))
    found = (await lists(world, ann, "ListAudienceLists")).audience_lists
    assert [("Close", 1), ("Work", 1)] == [(one.name, one.member_count) for one in found]
    assert ([made.id, other.id], []) == (await on_lists(world, bob, ann), await on_lists(world, ann, bob))

    assert [] == [*(await lists(world, bob, "ListAudienceLists")).audience_lists]
    assert [] == await members(world, bob, made.id)
    for method, fields in (
        ("UpdateAudienceList", {"audience_list": pb.AudienceList(id=made.id, name="Mine")}),
        ("AddAudienceListMember", {"list_id": made.id, "user_id": str(ann.user_id)}),
    ):
        with pytest.raises(Failure) as caught:
            await lists(world, bob, method, **fields)
        assert "AUDIENCE_LIST_NOT_FOUND" == caught.value.reason
    for method in ("DeleteAudienceList", "RemoveAudienceListMember"):
        fields = {"list_id": made.id} | ({"user_id": str(bob.user_id)} if method.startswith("Remove") else {})
        await lists(world, ann if method.startswith("Remove") else bob, method, **fields)
    assert [other.id] == await on_lists(world, bob, ann)


async def test_nobody_takes_themselves_off_the_list_of_another(world: World) -> None:
    """Not even who knows its id: the owner decides who is on it."""
    ann, bob = await world.member(), await world.member()
    await world.connect(ann, bob)
    made = await a_list(world, ann)
    await lists(world, ann, "AddAudienceListMember", list_id=made.id, user_id=str(bob.user_id))
    await lists(world, bob, "RemoveAudienceListMember", list_id=made.id, user_id=str(ann.user_id))
    assert [str(bob.user_id)] == await members(world, ann, made.id)
    assert [made.id] == await on_lists(world, bob, ann)


async def test_a_list_is_renamed_by_who_has_seen_it(world: World) -> None:
    """With the etag of the name; and is gone for services as soon as it is removed."""
    ann, bob = await world.member(), await world.member()
    await world.connect(ann, bob)
    made = await a_list(world, ann)
    await lists(world, ann, "AddAudienceListMember", list_id=made.id, user_id=str(bob.user_id))
    named = pb.AudienceList(id=made.id, name="Closest")
    changed = (await lists(world, ann, "UpdateAudienceList", audience_list=named, etag=made.etag)).audience_list
    assert ("Closest", 1) == (changed.name, changed.member_count)
    with pytest.raises(Failure) as caught:
        await lists(world, ann, "UpdateAudienceList", audience_list=named, etag=made.etag)
    assert "ETAG_MISMATCH" == caught.value.reason
    assert (True, False) == (await has(world, ann, made.id), await has(world, bob, made.id))
    await lists(world, ann, "DeleteAudienceList", list_id=made.id)
    assert not await has(world, ann, made.id)
    assert ([], []) == (await on_lists(world, bob, ann), await members(world, ann, made.id))


@pytest.mark.parametrize("end", ["RemoveConnection", "BlockUser"])
async def test_a_place_ends_with_the_connection(world: World, end: str) -> None:
    """Whichever side ends it, on the lists of both; connecting again does not bring it back."""
    ann, bob = await world.member(), await world.member()
    await world.connect(ann, bob)
    for me, other in ((ann, bob), (bob, ann)):
        made = await a_list(world, me)
        await lists(world, me, "AddAudienceListMember", list_id=made.id, user_id=str(other.user_id))
    request = getattr(graph, f"{end}Request")(user_id=str(ann.user_id))
    await getattr(ConnectionServiceStub(world.channel), end)(request, metadata=bob.metadata)
    rows = await world.database.fetch(
        "SELECT 1 FROM audience_list_members WHERE user_id = ANY($1)", [ann.user_id, bob.user_id]
    )
    assert [] == rows


async def test_nobody_comes_on_a_list_while_the_connection_ends(world: World) -> None:
    """Both at once, again and again: who is not connected is on no list."""
    ann = await world.member()
    made = await a_list(world, ann)
    others = [await world.member() for _ in range(8)]
    for other in others:
        await world.connect(ann, other)
    stub = ConnectionServiceStub(world.channel)
    await asyncio.gather(
        *(lists(world, ann, "AddAudienceListMember", list_id=made.id, user_id=str(one.user_id)) for one in others),
        *(
            stub.RemoveConnection(graph.RemoveConnectionRequest(user_id=str(ann.user_id)), metadata=one.metadata)
            for one in others
        ),
        return_exceptions=True,
    )
    assert [] == await members(world, ann, made.id)


async def test_lists_are_bounded(world: World) -> None:
    """In their number, also where several are made at once, and in their size."""
    ann, bob = await world.member(), await world.member()
    await world.connect(ann, bob)
    made = await asyncio.gather(*(a_list(world, ann) for _ in range(MOST_LISTS + 3)), return_exceptions=True)
    refused = [one for one in made if isinstance(one, Failure)]
    assert ["TOO_MANY_AUDIENCE_LISTS"] * 3 == [one.reason for one in refused]
    [first] = [one for one in made if isinstance(one, pb.AudienceList)][:1]
    await world.database.execute(
        "INSERT INTO audience_list_members SELECT $1, gen_random_uuid(), $2, true, now() FROM generate_series(1, $3)",
        ann.user_id,
        first.id,
        MOST_MEMBERS,
    )
    with pytest.raises(Failure) as caught:
        await lists(world, ann, "AddAudienceListMember", list_id=first.id, user_id=str(bob.user_id))
    assert "AUDIENCE_LIST_FULL" == caught.value.reason
