"""Who is in an address book is suggested, where both sides of it were asked."""

from collections.abc import Iterable

import pytest

from guild.graph.v1 import connection_service_pb2 as graph
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceStub
from guild.profile.v1 import contacts_pb2 as pb
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceStub
from mesh.testing.identity import SignedIn
from svc_profile.domain.contacts import MOST_REMEMBERED, hashed
from tests.services.svc_profile.conftest import World
from tests.services.svc_profile.test_contacts import address, findable, imported, proven, set_to
from tests.services.svc_profile.test_suggestions import ids, suggested


async def remember(world: World, me: SignedIn, people: Iterable[SignedIn]) -> set[str]:
    stub = ProfileServiceStub(world.channel)
    salt = await stub.GetContactSalt(pb.GetContactSaltRequest(), metadata=me.metadata)
    hashes = [hashed(bytes.fromhex(salt.salt), address(one)).hex() for one in people]
    request = pb.RememberContactsRequest(salt_id=salt.salt_id, contact_hashes=hashes)
    return {user.id for user in (await stub.RememberContacts(request, metadata=me.metadata)).users}


async def kept(world: World, *people: SignedIn) -> int:
    """Pairs with any of these on either side, as both sides have them."""
    theirs = [one.user_id for one in people]
    counts = [
        await world.database.fetchval(
            f"SELECT count(*) FROM {table} WHERE user_id = ANY($1) OR other_id = ANY($1)",  # noqa: S608
            theirs,
        )
        for table in ("contact_matches", "contact_holders")
    ]
    assert counts[0] == counts[1]
    return counts[0]


async def test_who_was_found_is_suggested(world: World) -> None:
    """To who has the book; a look alone keeps nobody, and those who do not want to be found are nobody's."""
    me, ann, shy = await proven(world), await findable(world), await proven(world)
    await imported(world, me, [address(ann)])
    assert (0, set()) == (await kept(world, me), await ids(world, me))
    assert {str(ann.user_id)} == await remember(world, me, [ann, shy]) == await remember(world, me, [ann])
    [one] = await suggested(world, me)
    assert (str(ann.user_id), graph.SUGGESTION_REASON_CONTACT, 0) == (one.user.id, one.reason, one.mutual_count)
    assert 1 == await kept(world, me, shy)


async def test_the_other_side_wants_both_to_be_found(world: World) -> None:
    """Who has the book is suggested to who is in it, once they can be found as well."""
    me, ann = await proven(world), await findable(world)
    await remember(world, me, [ann])
    assert set() == await ids(world, ann)
    await set_to(world, me, findable=True)
    assert {str(me.user_id)} == await ids(world, ann)


async def test_who_was_found_may_stop_it(world: World) -> None:
    """By the setting, which deletes the pairs; neither side comes back with it."""
    me, ann = await findable(world), await findable(world)
    await remember(world, me, [ann])
    await set_to(world, ann, findable=False)
    assert (0, set(), set()) == (await kept(world, ann), await ids(world, me), await ids(world, ann))
    await set_to(world, ann, findable=True)
    assert set() == await ids(world, me)


async def test_who_has_the_book_may_forget_it(world: World) -> None:
    """All of it, also when there is nothing to forget."""
    me, ann = await findable(world), await findable(world)
    await remember(world, me, [ann])
    for _ in range(2):
        await ProfileServiceStub(world.channel).ForgetContacts(pb.ForgetContactsRequest(), metadata=me.metadata)
        assert (0, set(), set()) == (await kept(world, me), await ids(world, me), await ids(world, ann))


async def test_connections_are_not_remembered(world: World) -> None:
    """They are found, and need no suggestion."""
    me, friend = await proven(world), await findable(world)
    await world.connect(me, friend)
    assert {str(friend.user_id)} == await remember(world, me, [friend])
    assert not await kept(world, me)


async def test_a_thousand_are_remembered(world: World) -> None:
    """Of those beyond none, however often they are found; who is remembered already takes no room."""
    me, ann, bob = await proven(world), await findable(world), await findable(world)
    await remember(world, me, [ann])
    await world.database.execute(
        "WITH pairs AS MATERIALIZED"
        " (SELECT gen_random_uuid() AS other, now() + interval '1 day' AS until FROM generate_series(1, $2)),"
        " mirror AS (INSERT INTO contact_holders SELECT other, $1::uuid, until FROM pairs)"
        " INSERT INTO contact_matches SELECT $1, other, until FROM pairs",
        me.user_id,
        MOST_REMEMBERED - 1,
    )
    assert {str(one.user_id) for one in (ann, bob)} == await remember(world, me, [ann, bob])
    assert (MOST_REMEMBERED, 0) == (await kept(world, me), await kept(world, bob))


@pytest.mark.parametrize("what", ["dismissed", "blocked", "blocking", "hidden", "expired"])
async def test_nobody_is_suggested_against_a_word_of_either(world: World, what: str) -> None:
    """Nor for longer than 90 days."""
    me, ann = await proven(world), await findable(world)
    await remember(world, me, [ann])
    assert {str(ann.user_id)} == await ids(world, me)
    if what == "dismissed":
        request = graph.DismissSuggestionRequest(user_id=str(ann.user_id))
        await ConnectionServiceStub(world.channel).DismissSuggestion(request, metadata=me.metadata)
    elif what == "blocked":
        await world.block(me, ann)
    elif what == "blocking":
        await world.block(ann, me)
    elif what == "hidden":
        await world.database.execute("UPDATE users SET discoverable = false WHERE user_id = $1", ann.user_id)
        await world.told(ann)
    else:
        await world.database.execute(
            "UPDATE contact_matches SET expires_at = expires_at - interval '90 days' WHERE user_id = $1", me.user_id
        )
    assert set() == await ids(world, me)
