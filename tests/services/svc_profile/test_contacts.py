"""Members in an address book: found are those who want to be, by what is proven to be theirs, and nobody else."""

import hmac
import random
from collections.abc import AsyncIterator, Iterable
from functools import partial
from uuid import UUID

import pytest
import pytest_asyncio

from guild.auth.v1 import auth_service_pb2 as auth
from guild.auth.v1.auth_service_pb2_grpc import AuthServiceStub
from guild.profile.v1 import contacts_pb2 as pb
from guild.profile.v1 import profile_service_pb2 as profiles
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceStub
from guild.profile.v1.user_pb2 import User
from mesh.data import Database, Transaction
from mesh.errors import FailedPrecondition, InvalidArgument, NotFound
from mesh.ids import uuid7
from mesh.limits.charges import RateLimited
from mesh.settings import Secret
from mesh.testing.identity import SignedIn
from svc_profile.domain.contacts import hashed
from svc_profile.domain.ids import UserId
from svc_profile.store.contact_keys import ContactKeys
from svc_profile.store.contact_marks import ContactMarks
from svc_profile.store.contact_matches import ContactMatches
from svc_profile.usecases.contact_index import ContactIndex
from tests.services.svc_profile.accounts import PASSWORD, join, token_in
from tests.services.svc_profile.conftest import World

numbers = (f"+4790{number:06}" for number in range(1_000_000))


def address(person: SignedIn) -> str:
    return f"{person.user_id}@example.com"


async def proven(world: World, *, phone: str | None = None, standing: str = "none") -> SignedIn:
    """A member with a verified address."""
    person = await world.member(standing)
    await world.database.execute(
        "UPDATE users SET email_verified_at = now(), phone_number = $1 WHERE user_id = $2", phone, person.user_id
    )
    return person


async def set_to(world: World, person: SignedIn, *, findable: bool) -> None:
    settings = profiles.PrivacySettings(findable_by_contact=findable)
    request = profiles.UpdatePrivacySettingsRequest(settings=settings)
    await ProfileServiceStub(world.channel).UpdatePrivacySettings(request, metadata=person.metadata)


async def findable(world: World, phone: str | None = None) -> SignedIn:
    person = await proven(world, phone=phone)
    await set_to(world, person, findable=True)
    return person


async def imported(world: World, me: SignedIn, contacts: Iterable[str]) -> list[User]:
    """Who is found, as a client asks."""
    stub = ProfileServiceStub(world.channel)
    salt = await stub.GetContactSalt(pb.GetContactSaltRequest(), metadata=me.metadata)
    hashes = [hashed(bytes.fromhex(salt.salt), contact).hex() for contact in contacts]
    request = pb.ImportContactsRequest(salt_id=salt.salt_id, contact_hashes=hashes)
    return list((await stub.ImportContacts(request, metadata=me.metadata)).users)


async def ids(world: World, me: SignedIn, *contacts: str) -> set[str]:
    return {user.id for user in await imported(world, me, contacts)}


async def stored(world: World, person: SignedIn) -> int:
    return await world.database.fetchval("SELECT count(*) FROM contact_marks WHERE user_id = $1", person.user_id)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def me(world: World) -> AsyncIterator[SignedIn]:
    """Somebody with an address book."""
    yield await proven(world)


async def test_nobody_is_found_who_did_not_say_so(world: World, me: SignedIn) -> None:
    """The setting is off for new members, and what turns it off deletes what they were found by."""
    phone = next(numbers)
    ann = await proven(world, phone=phone)
    assert not await ids(world, me, address(ann), phone)
    await set_to(world, ann, findable=True)
    assert {str(ann.user_id)} == await ids(world, me, address(ann)) == await ids(world, me, phone)
    await set_to(world, ann, findable=False)
    assert not await ids(world, me, address(ann), phone)
    assert not await stored(world, ann)


@pytest.mark.parametrize("seed", range(3))
async def test_found_is_who_a_plain_comparison_finds(world: World, me: SignedIn, seed: int) -> None:
    """Members with and without number and setting; books of theirs and of strangers, with repeats."""
    chance = random.Random(seed)
    crowd: list[tuple[SignedIn, set[str]]] = []
    for _ in range(8):
        phone, wants = chance.choice([None, next(numbers)]), chance.random() < 0.6
        person = await proven(world, phone=phone)
        if wants:
            await set_to(world, person, findable=True)
        crowd.append((person, {address(person), *([phone] if phone else [])} if wants else set()))
    everything = [one for person, _ in crowd for one in (address(person), next(numbers))]
    everything += [contact for _, contacts in crowd for contact in contacts]
    for _ in range(6):
        book = chance.choices(everything, k=chance.randrange(1, 12))
        expected = {str(person.user_id) for person, contacts in crowd if contacts & set(book)}
        assert expected == await ids(world, me, *book)


async def test_who_is_not_there_for_the_caller_is_not_found(world: World, me: SignedIn) -> None:
    """Blocked either way, not discoverable, suspended, closed, unverified, and oneself."""
    blocked, blocking, shy, suspended, closed = [await findable(world) for _ in range(5)]
    unverified = await world.member()
    await set_to(world, unverified, findable=True)
    everybody = [blocked, blocking, shy, suspended, closed, unverified]
    assert {str(one.user_id) for one in everybody[:5]} == await ids(world, me, *map(address, everybody))
    await world.block(me, blocked)
    await world.block(blocking, me)
    for column, person in (("discoverable = false", shy), ("deleted_at = now()", closed)):
        await world.database.execute(f"UPDATE users SET {column} WHERE user_id = $1", person.user_id)  # noqa: S608
    await world.database.execute(
        "UPDATE users SET suspended_until = now() + interval '1 day' WHERE user_id = $1", suspended.user_id
    )
    await world.told(*everybody)
    await set_to(world, me, findable=True)
    assert not await ids(world, me, *map(address, [*everybody, me]))


async def test_the_nearest_come_first(world: World) -> None:
    """A connection, one of theirs, a stranger."""
    me, friend, further, stranger = await proven(world), *[await findable(world) for _ in range(3)]
    await world.connect(me, friend)
    await world.connect(friend, further)
    users = await imported(world, me, map(address, (stranger, further, friend)))
    assert [(str(friend.user_id), 1), (str(further.user_id), 2), (str(stranger.user_id), 0)] == [
        (user.id, user.degree) for user in users
    ]
    assert not users[2].HasField("degree")
    assert not any(user.email or user.phone_number for user in users)


async def test_a_number_finds_nobody_once_it_is_removed(world: World, me: SignedIn) -> None:
    """With the same commit; the address still does."""
    phone = next(numbers)
    ann = await findable(world, phone)
    request = auth.RemovePhoneNumberRequest()
    await AuthServiceStub(world.channel).RemovePhoneNumber(request, metadata=ann.metadata)
    assert not await ids(world, me, phone)
    assert {str(ann.user_id)} == await ids(world, me, address(ann))


async def test_an_address_finds_who_has_it_now(world: World, me: SignedIn) -> None:
    """Not before it is verified, and the one before no more once another is confirmed."""
    ann, new = await join(world), f"{uuid7()}@example.com"
    await set_to(world, world.identity.sign_in(UUID(ann.id)), findable=True)
    assert not await ids(world, me, ann.email)
    await ann.auth.VerifyEmail(auth.VerifyEmailRequest(token=token_in(await ann.mailed(1))))
    assert {ann.id} == await ids(world, me, ann.email)
    changing = auth.RequestEmailChangeRequest(email=new, current_password=PASSWORD)
    await ann.auth.RequestEmailChange(changing, metadata=await ann.sure())
    assert not await ids(world, me, new)
    await ann.auth.ConfirmEmailChange(auth.ConfirmEmailChangeRequest(token=token_in(await ann.mailed(1, to=new))))
    assert {ann.id} == await ids(world, me, new)
    assert not await ids(world, me, ann.email)


async def test_who_may_not_ask_is_told_why(world: World, me: SignedIn) -> None:
    """An address that is not verified, another salt, no account; the limited are told of nobody."""
    ann, contact = await findable(world), "ab" * 32
    stub = ProfileServiceStub(world.channel)
    for person, salt_id, reason, kind in (
        (await world.member(), "", "EMAIL_NOT_VERIFIED", FailedPrecondition),
        (me, "another", "CONTACT_SALT_OLD", FailedPrecondition),
        (world.identity.sign_in(), "", "NOT_FOUND", NotFound),
    ):
        request = pb.ImportContactsRequest(salt_id=salt_id or "any", contact_hashes=[contact])
        with pytest.raises(kind) as caught:
            await stub.ImportContacts(request, metadata=person.metadata)
        assert reason == caught.value.reason
    with pytest.raises(InvalidArgument):
        await stub.ImportContacts(
            pb.ImportContactsRequest(salt_id="any", contact_hashes=["short"]), metadata=me.metadata
        )
    assert not await ids(world, await proven(world, standing="limited"), address(ann))


async def test_a_day_has_five_thousand_contacts(world: World) -> None:
    """Repeats within a call are one."""
    greedy = await proven(world)
    for book in range(4):
        await imported(world, greedy, [f"{book}-{number}" for number in range(1_000)])
    for _ in range(2):
        await imported(world, greedy, [*map(str, range(500))] * 2)
    with pytest.raises(RateLimited) as caught:
        await imported(world, greedy, map(str, range(1_000)))
    assert "contact_import" == caught.value.metadata["bucket"]


async def test_a_new_key_finds_the_same_members(world: World) -> None:
    """Rows of the older key are made anew, those of keys that a process does not know are left; closed members too."""
    ann, gone = await findable(world), await findable(world)
    await world.database.execute("UPDATE users SET deleted_at = now() WHERE user_id = $1", gone.user_id)
    database, marks = Database(world.settings), ContactMarks()
    await database.start()
    old, new, foreign = (
        ContactIndex(database, marks, ContactMatches(), ContactKeys(Secret(keys)))
        for keys in ("1:old", "2:new,1:old", "3:foreign")
    )
    try:
        for person in (ann, gone):
            await database.transact(partial(_refreshed, old, UserId(person.user_id)))
        assert [0, 0, 2, 0] == [await one.renew() for one in (foreign, old, new, new)]
        both = [address(ann), address(gone)]
        assert [ann.user_id] == await marks.found(database, map(new.keys.mark_of, both), 9)
        assert [] == await marks.found(database, map(old.keys.mark_of, both), 9)
        assert 1 == await stored(world, gone)
        before = hmac.digest(b"new", b"contacts:id", "sha256")[:8].hex()  # as ids were made before keys had labels
        await world.database.execute(
            "UPDATE contact_marks SET salt_id = $1 WHERE salt_id = $2", before, new.keys.salt_id
        )
        assert [2, 0] == [await new.renew() for _ in range(2)]
    finally:
        await database.stop()


async def _refreshed(index: ContactIndex, user_id: UserId, tx: Transaction) -> None:
    await index.refresh(tx, user_id)
