"""Handles, and who is found under them."""

import asyncio

import pytest

from guild.profile.v1 import handle_pb2 as pb
from guild.profile.v1 import profile_service_pb2 as profile
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceStub
from guild.profile.v1.user_pb2 import User
from mesh.errors import AlreadyExists, FailedPrecondition, InvalidArgument, NotFound
from mesh.testing.identity import SignedIn
from tests.services.svc_profile.conftest import World


async def choose(world: World, me: SignedIn, handle: str) -> str:
    request = pb.SetHandleRequest(handle=handle)
    return (await ProfileServiceStub(world.channel).SetHandle(request, metadata=me.metadata)).handle


async def found(world: World, handle: str) -> pb.GetUserByHandleResponse:
    return await ProfileServiceStub(world.channel).GetUserByHandle(pb.GetUserByHandleRequest(handle=handle))


async def age(world: World, me: SignedIn, days: int) -> None:
    """Let time have gone by since the member chose a handle, and left others."""
    await world.database.execute(
        "UPDATE handles SET since = since - make_interval(days => $2),"
        " redirects_until = redirects_until - make_interval(days => $2) WHERE user_id = $1",
        me.user_id,
        days,
    )


def fresh(me: SignedIn, name: str) -> str:
    """A handle no other test has."""
    return f"{name}-{str(me.user_id)[-8:]}"


async def test_anybody_finds_a_member_by_their_handle(world: World) -> None:
    """Without signing in, however it is written; what is not public is not in it."""
    me, stub = await world.member(), ProfileServiceStub(world.channel)
    await stub.UpdateUser(profile.UpdateUserRequest(user=User(headline="h", about="a")), metadata=me.metadata)
    handle = await choose(world, me, f" {fresh(me, 'Ann')} ")
    there = await found(world, handle.upper())
    assert (handle, "h", "", False) == (there.user.handle, there.user.headline, there.user.about, there.moved)
    own = (await stub.GetMe(profile.GetMeRequest(), metadata=me.metadata)).user
    assert (fresh(me, "ann"), handle) == (handle, own.handle)


async def test_one_of_two_gets_a_handle_that_both_want(world: World) -> None:
    """At the same moment too; the other keeps what they had."""
    ann, bob = await world.member(), await world.member()
    handle = fresh(ann, "both")
    results = await asyncio.gather(*(choose(world, one, handle) for one in (ann, bob)), return_exceptions=True)
    assert [handle] == [one for one in results if isinstance(one, str)]
    assert ["HANDLE_TAKEN"] == [one.reason for one in results if isinstance(one, AlreadyExists)]


async def test_an_older_handle_leads_to_its_member_for_a_while(world: World) -> None:
    """And is nobody else's until then; the next change has to wait."""
    ann, bob = await world.member(), await world.member()
    old, new = fresh(ann, "old"), fresh(ann, "new")
    await choose(world, ann, old)
    with pytest.raises(FailedPrecondition) as early:
        await choose(world, ann, new)
    await age(world, ann, 30)
    await choose(world, ann, new)
    assert (new, True) == ((await found(world, old)).user.handle, (await found(world, old)).moved)
    with pytest.raises(AlreadyExists):
        await choose(world, bob, old)
    await age(world, ann, 90)
    with pytest.raises(NotFound) as gone:
        await found(world, old)
    assert old == await choose(world, bob, old)
    assert str(bob.user_id) == (await found(world, old)).user.id
    assert ("HANDLE_SET_LATELY", "HANDLE_NOT_FOUND") == (early.value.reason, gone.value.reason)


async def test_a_repeat_changes_nothing(world: World) -> None:
    """No event, no new cool-down."""
    me = await world.member()
    for _ in range(2):
        await choose(world, me, fresh(me, "same"))
    assert ["user_updated"] == await world.events(me)


@pytest.mark.parametrize("handle", ["ab", "a" * 31, "-ann", "ann-", "an--n", "an n", "änn", "ann_b", "a/b"])
async def test_a_handle_is_part_of_an_address(world: World, handle: str) -> None:
    """What has another form is refused."""
    with pytest.raises(InvalidArgument) as caught:
        await choose(world, await world.member(), handle)
    assert "HANDLE_INVALID" == caught.value.reason


async def test_nobody_may_have_a_reserved_word(world: World) -> None:
    """It would look like the network itself."""
    with pytest.raises(AlreadyExists) as caught:
        await choose(world, await world.member(), "Admin")
    assert "HANDLE_TAKEN" == caught.value.reason
