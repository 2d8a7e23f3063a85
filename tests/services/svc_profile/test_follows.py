"""Follows and mutes: what connecting, parting and blocking make of them, and who is told."""

import asyncio
from typing import Any

import pytest

from guild.events.v1.envelope_pb2 import Envelope
from guild.events.v1.graph_pb2 import UserFollowed
from guild.graph.v1 import connection_service_pb2 as graph
from guild.graph.v1 import follow_pb2, mute_pb2
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceStub
from mesh.errors import Failure, PermissionDenied
from mesh.testing.identity import SignedIn
from tests.services.svc_profile.conftest import World
from tests.services.svc_profile.test_access import request_of


async def call(world: World, method: str, me: SignedIn, other: SignedIn) -> Any:
    request = request_of(method)(user_id=str(other.user_id))
    return await getattr(ConnectionServiceStub(world.channel), method)(request, metadata=me.metadata)


async def connect(world: World, one: SignedIn, other: SignedIn) -> None:
    await call(world, "RequestConnection", one, other)
    await call(world, "AcceptConnection", other, one)


async def following(world: World, me: SignedIn) -> set[str]:
    return {one.user.id for one in (await call(world, "ListFollowing", me, me)).following}


async def rows(world: World, *people: SignedIn) -> set[tuple[str, str]]:
    """Who follows whom, where both sides say so."""
    ids = [person.user_id for person in people]
    found = await world.database.fetch("SELECT * FROM follows WHERE user_id = ANY($1) AND other_id = ANY($1)", ids)
    theirs, others = set[tuple[Any, ...]](), set[tuple[Any, ...]]()
    for me, other, outgoing, *rest in found:
        (theirs if outgoing else others).add((me, other, *rest) if outgoing else (other, me, *rest))
    assert theirs == others
    return {(str(follower), str(followed)) for follower, followed, *_ in theirs}


async def test_a_follow_is_seen_by_both_and_begins_once(world: World) -> None:
    """It needs no connection and no consent; a repeat keeps the time and tells nobody."""
    ann, bob = await world.member(), await world.member()
    first = await call(world, "FollowUser", ann, bob)
    assert first == await call(world, "FollowUser", ann, bob)
    [follower] = (await call(world, "ListUserFollowers", bob, bob)).followers
    assert (str(ann.user_id), first.followed_at) == (follower.user.id, follower.followed_at)
    assert {str(bob.user_id)} == await following(world, ann)
    assert set() == await following(world, bob)
    assert ["user_followed"] == await world.events(ann, bob)
    assert 0 == await world.database.fetchval("SELECT count(*) FROM connections WHERE user_id = $1", ann.user_id)


@pytest.mark.parametrize("known", ["stranger", "connected", "muted", "shadow banned"])
async def test_who_is_followed_hears_of_it_but_not_of_those_they_know_or_mute(world: World, known: str) -> None:
    """A connection follows already, a mute is kept to, and of whom operators shadow-ban nobody hears."""
    ann, bob = await world.member("shadow_ban" if known == "shadow banned" else "none"), await world.member()
    if known == "connected":
        await world.connect(ann, bob)
    if known == "muted":
        await call(world, "MuteUser", bob, ann)
    await call(world, "FollowUser", ann, bob)
    subject = f"guild.%.user_followed.%{ann.user_id}%"
    [envelope] = await world.database.fetch("SELECT envelope FROM outbox WHERE subject LIKE $1", subject)
    event = UserFollowed.FromString(Envelope.FromString(envelope[0]).payload)
    assert (str(bob.user_id), known != "stranger") == (event.followed_id, event.quiet)


async def test_connecting_follows_both_ways_and_unfollowing_keeps_the_connection(world: World) -> None:
    """Follows of connections have no events of their own; who unfollows is still connected."""
    ann, bob = await world.member(), await world.member()
    await connect(world, ann, bob)
    assert 2 == len(await rows(world, ann, bob))
    await call(world, "UnfollowUser", ann, bob)
    await call(world, "UnfollowUser", ann, bob)
    assert {(str(bob.user_id), str(ann.user_id))} == await rows(world, ann, bob)
    assert 1 == (await call(world, "ListConnections", ann, ann)).total_size
    assert ["connection_requested", "connection_accepted", "user_unfollowed"] == await world.events(ann, bob)


@pytest.mark.parametrize("chosen", ["before", "while connected"])
async def test_who_parts_keeps_the_follows_that_were_chosen(world: World, chosen: str) -> None:
    """Also one that was asked for while the connection had it already."""
    ann, bob = await world.member(), await world.member()
    if chosen == "before":
        await call(world, "FollowUser", ann, bob)
    await connect(world, ann, bob)
    if chosen == "while connected":
        await call(world, "FollowUser", ann, bob)
    await call(world, "RemoveConnection", ann, bob)
    assert {(str(ann.user_id), str(bob.user_id))} == await rows(world, ann, bob)


async def test_a_block_ends_both_follows(world: World) -> None:
    """Chosen or not; afterwards neither is there for the other to follow, and lifting it brings nothing back."""
    ann, bob = await world.member(), await world.member()
    await call(world, "FollowUser", ann, bob)
    await connect(world, ann, bob)
    await call(world, "BlockUser", bob, ann)
    assert set() == await rows(world, ann, bob)
    with pytest.raises(Failure) as refused:
        await call(world, "FollowUser", ann, bob)
    assert "USER_NOT_FOUND" == refused.value.reason
    await call(world, "UnblockUser", bob, ann)
    assert set() == await rows(world, ann, bob)


async def test_no_follow_slips_past_a_block(world: World) -> None:
    """At the moment of the block it is refused, or ends with it; both rows of a follow change together."""
    pairs = [(await world.member(), await world.member()) for _ in range(15)]
    verbs = [("FollowUser", 0), ("UnfollowUser", 0), ("FollowUser", 1), ("BlockUser", 1)]
    calls = [call(world, verb, pair[way], pair[1 - way]) for pair in pairs for verb, way in verbs]
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert {"USER_NOT_FOUND"} >= {one.reason for one in outcomes if isinstance(one, Failure)}
    assert set() == await rows(world, *(person for pair in pairs for person in pair))


async def test_who_hides_connections_hides_follows(world: World) -> None:
    """One setting for both lists; the member sees their own."""
    ann, bob = await world.member(), await world.member()
    await call(world, "FollowUser", ann, bob)
    await world.database.execute("UPDATE users SET connections_audience = 'only_me' WHERE user_id = $1", ann.user_id)
    with pytest.raises(PermissionDenied):
        await call(world, "ListFollowing", bob, ann)
    assert {str(bob.user_id)} == await following(world, ann)


async def test_a_service_streams_followers_from_a_cursor(world: World) -> None:
    """Each once, and none again behind the cursor of the end."""
    star, fans = await world.member(), [await world.member() for _ in range(3)]
    for fan in fans:
        await call(world, "FollowUser", fan, star)
    stub, metadata = ConnectionServiceStub(world.channel), world.identity.service_metadata("feed")
    request = follow_pb2.StreamFollowerIdsRequest(user_id=str(star.user_id))
    [page] = [page async for page in stub.StreamFollowerIds(request, metadata=metadata)]
    assert sorted(str(fan.user_id) for fan in fans) == list(page.user_ids)


async def test_a_service_streams_who_is_followed(world: World) -> None:
    """Each with whether the two are connected; of followers also those alone who are."""
    star, friend, idol = [await world.member() for _ in range(3)]
    await connect(world, star, friend)
    for other in (idol, star):
        await call(world, "FollowUser", star if other is idol else idol, other)
    stub, metadata = ConnectionServiceStub(world.channel), world.identity.service_metadata("feed")
    asked = follow_pb2.StreamFollowedIdsRequest(user_id=str(star.user_id))
    [page] = [page async for page in stub.StreamFollowedIds(asked, metadata=metadata)]
    expected = {str(friend.user_id): True, str(idol.user_id): False}
    assert (expected, "") == (dict(zip(page.user_ids, page.connected, strict=True)), page.cursor)
    for connected_only, ids in ((False, [friend, idol]), (True, [friend])):
        request = follow_pb2.StreamFollowerIdsRequest(user_id=str(star.user_id), connected_only=connected_only)
        [page] = [page async for page in stub.StreamFollowerIds(request, metadata=metadata)]
        assert sorted(str(one.user_id) for one in ids) == list(page.user_ids)


async def test_mutes_are_the_own_affair(world: World) -> None:
    """Listed newest first for who mutes, told to nobody, and nothing else changes between the two."""
    ann, bob, cid = [await world.member() for _ in range(3)]
    await connect(world, ann, bob)
    told = await world.events(ann, bob)
    first = await call(world, "MuteUser", ann, bob)
    assert first == await call(world, "MuteUser", ann, bob)
    await call(world, "MuteUser", ann, cid)
    stub = ConnectionServiceStub(world.channel)
    found = (await stub.ListMutes(mute_pb2.ListMutesRequest(), metadata=ann.metadata)).mutes
    assert [str(cid.user_id), str(bob.user_id)] == [one.user.id for one in found]
    assert first.muted_at == found[1].muted_at
    assert told == await world.events(ann, bob)
    assert {str(bob.user_id)} == await following(world, ann)
    await call(world, "UnmuteUser", ann, bob)
    found = (await stub.ListMutes(mute_pb2.ListMutesRequest(), metadata=ann.metadata)).mutes
    assert [str(cid.user_id)] == [one.user.id for one in found]


async def test_members_list_the_blocks_they_made(world: World) -> None:
    """Newest first, page by page; not those others made, and no longer those that were lifted."""
    ann, bob, cid, dan = [await world.member() for _ in range(4)]
    for blocker, blocked in ((ann, bob), (ann, cid), (dan, ann)):
        await call(world, "BlockUser", blocker, blocked)
    stub, listed, token = ConnectionServiceStub(world.channel), list[str](), ""
    for _ in range(2):
        request = graph.ListBlocksRequest(page_size=1, page_token=token)
        page = await stub.ListBlocks(request, metadata=ann.metadata)
        listed += [one.user.id for one in page.blocks]
        token = page.next_page_token
    assert ([str(cid.user_id), str(bob.user_id)], "") == (listed, token)
    await call(world, "UnblockUser", ann, cid)
    page = await stub.ListBlocks(graph.ListBlocksRequest(), metadata=ann.metadata)
    assert [str(bob.user_id)] == [one.user.id for one in page.blocks]
