"""Search for people: who is found by what, in which order, how hits are counted, and who is never found."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any, TypeVar

import pytest
import pytest_asyncio

from guild.common.v1.date_pb2 import Date
from guild.profile.v1 import profile_service_pb2 as pb
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceStub
from guild.profile.v1.user_pb2 import Education, Position, User
from mesh.data import Database
from mesh.errors import InvalidArgument
from mesh.testing import wait_for
from mesh.testing.identity import SignedIn
from svc_profile.store.people_search import PeopleIndex
from svc_profile.usecases.people_index import Findability
from tests.services.svc_profile.conftest import World

NAMES = ("Ann Lindqvist", "Anna Lindström", "Ben Lindqvist", "José García", "Łukasz Wójcik")
T = TypeVar("T")
COMPANIES, SCHOOLS, PLACES = (
    ("Acorn", "Birch", "Cedar"),
    ("Oslo College", "Lima Institute"),
    ("Oslo, Norway", "Lima", ""),
)


async def search(world: World, me: SignedIn, q: str = "", **wanted: Any) -> pb.SearchPeopleResponse:
    return await ProfileServiceStub(world.channel).SearchPeople(
        pb.SearchPeopleRequest(q=q, **wanted), metadata=me.metadata
    )


async def names(world: World, me: SignedIn, q: str = "", **wanted: Any) -> list[str]:
    return [user.name for user in (await search(world, me, q, **wanted)).users]


async def named(world: World, name: str, standing: str = "none", **fields: Any) -> SignedIn:
    """A member who has a profile, written through the service."""
    person = await world.member(standing)
    stub = ProfileServiceStub(world.channel)
    if standing == "none":
        await stub.UpdateUser(pb.UpdateUserRequest(user=User(name=name, **fields)), metadata=person.metadata)
    else:
        await world.database.execute("UPDATE users SET name = $1 WHERE user_id = $2", name, person.user_id)
        await read(world)
    return person


async def worked(world: World, person: SignedIn, company: str) -> None:
    position = Position(title="Welder", company_name=company, start=Date(year=2020))
    request = pb.CreatePositionRequest(position=position)
    await ProfileServiceStub(world.channel).CreatePosition(request, metadata=person.metadata)


async def read(world: World) -> int:
    """Read those who are not found by the present rules, as running roles do now and then."""
    database = Database(world.settings)
    await database.start()
    try:
        return await Findability(database, PeopleIndex()).rebuild()
    finally:
        await database.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def crowd(world: World) -> AsyncIterator[dict[str, tuple[Any, ...]]]:
    """Thirty members by their ids: what each is found by."""
    people: dict[str, tuple[Any, ...]] = {}

    async def join(person: SignedIn, number: int) -> None:
        company, school = COMPANIES[number % 3], SCHOOLS[number % 2]
        name, place, skill = f"{NAMES[number % 5]} Crowd", PLACES[number % 3], f"Skill {number % 4}"
        stub = ProfileServiceStub(world.channel)
        user = User(name=name, location=place, headline="Member of the crowd")
        await stub.UpdateUser(pb.UpdateUserRequest(user=user), metadata=person.metadata)
        await worked(world, person, company)
        request = pb.CreateEducationRequest(education=Education(school=school))
        await stub.CreateEducation(request, metadata=person.metadata)
        await stub.AddSkill(pb.AddSkillRequest(name=skill), metadata=person.metadata)
        people[str(person.user_id)] = (name, company, school, skill, place)

    members = [(number, await world.member()) for number in range(30)]
    for few in batched(members, 5):
        await asyncio.gather(*(join(person, number) for number, person in few))
    yield people


def batched(members: list[T], size: int) -> list[list[T]]:
    return [members[at : at + size] for at in range(0, len(members), size)]


FILTERS = ("company", "school", "skills", "location")


@pytest.mark.parametrize(
    ("q", "wanted", "keeps"),
    [
        ("crowd", {}, lambda _: True),
        ("lindqvist crowd", {}, lambda one: "Lindqvist" in one[0]),
        ("lindqivst crwod", {}, lambda one: "Lindqvist" in one[0]),
        (
            "garcia crowd",
            {"company": ["acorn", "BIRCH"]},
            lambda one: "García" in one[0] and one[1] in {"Acorn", "Birch"},
        ),
        (
            "crowd",
            {"school": ["oslo college"], "skills": ["skill 0"]},
            lambda one: one[2:4] == ("Oslo College", "Skill 0"),
        ),
        ("crowd", {"skills": ["Skill 0", "Skill 1"]}, lambda _: False),
        ("crowd", {"location": ["norway"]}, lambda one: one[4] == "Oslo, Norway"),
        ("crowd", {"location": ["oslo, norway", "Lima"]}, lambda one: bool(one[4])),
    ],
)
async def test_hits_and_facets_are_those_of_a_count_by_hand(
    world: World, crowd: dict[str, tuple[Any, ...]], q: str, wanted: Any, keeps: Any
) -> None:
    """Each hit once over all pages; each facet counts the hits that its value keeps."""
    me, expected = await world.member(), {user_id: one for user_id, one in crowd.items() if keeps(one)}
    first = await search(world, me, q, page_size=4, **wanted)
    found, token = [user.id for user in first.users], first.next_page_token
    while token:
        page = await search(world, me, q, page_size=4, page_token=token, **wanted)
        found += [user.id for user in page.users]
        token = page.next_page_token
        assert (len(expected), False) == (page.total_size, page.total_is_lower_bound)
    assert sorted(expected) == sorted(found)
    assert len(expected) == first.total_size
    for at, name in enumerate(FILTERS, start=1):
        by_hand = Counter(part for one in expected.values() for part in one[at].split(", ") if part)
        facet = {value.value: value.count for each in first.facets if each.name == name for value in each.values}
        assert by_hand == facet


async def test_the_best_match_comes_first_and_of_equal_ones_the_nearest(world: World) -> None:
    """An exact name before a longer one, before a slip; a connection before a stranger."""
    me = await world.member()
    people = {name: await named(world, f"{name} Order") for name in ("Magnus", "Magnusson", "Magnua", "Mabnus")}
    assert ["Magnus Order", "Magnusson Order"] == (await names(world, me, "magnus order"))[:2]
    assert {f"{name} Order" for name in people} == set(await names(world, me, "magnus order"))
    twin = await named(world, "Magnusson Order")
    await world.connect(me, twin)
    found = (await search(world, me, "magnusson order")).users
    assert [str(twin.user_id), 1] == [found[0].id, found[0].degree]


async def test_degrees_are_told_and_narrow(world: World) -> None:
    """1, 2 and 3; farther is unset, and oneself has none."""
    me, first, second, third, far = [await named(world, "Chain Member") for _ in range(5)]
    for one, other in ((me, first), (first, second), (second, third), (third, far)):
        await world.connect(one, other)
    ids = [str(one.user_id) for one in (me, first, second, third, far)]
    found = (await search(world, me, "chain")).users
    told = {user.id: user.degree if user.HasField("degree") else None for user in found}
    assert dict(zip(ids, (None, 1, 2, 3, None), strict=True)) == told
    assert ids[1:4] == [user.id for user in found[:2]] + [ids[3]]
    for degrees in ([1], [2], [3], [1, 3]):
        reply = await search(world, me, "chain", degrees=degrees)
        assert [ids[degree] for degree in degrees] == [user.id for user in reply.users]
        assert len(degrees) == reply.total_size
        assert degrees == [user.degree for user in reply.users]


async def test_degrees_tell_of_no_connection_that_both_sides_hide(world: World) -> None:
    """They are those of the profile: a hop counts where one of the two lets the searcher see it."""
    me, friend, second, third, seen = [await named(world, "Secret Chain") for _ in range(5)]
    for one, other in ((me, friend), (friend, second), (second, third), (friend, seen)):
        await world.connect(one, other)
    stub = ProfileServiceStub(world.channel)
    for hide in ((), (friend,), (friend, second), (third,)):
        for one in hide:
            settings = pb.PrivacySettings(connections_audience=pb.AUDIENCE_ONLY_ME)
            await stub.UpdatePrivacySettings(pb.UpdatePrivacySettingsRequest(settings=settings), metadata=one.metadata)
        reply = await search(world, me, "secret chain", degrees=[2, 3])
        found = {user.id: user.degree for user in reply.users}
        told = {}
        for one in (second, third, seen):
            request = pb.GetUserRequest(user_id=str(one.user_id))
            degree = (await stub.GetUser(request, metadata=me.metadata)).user.degree
            told |= {str(one.user_id): degree} if degree else {}
        assert told == found
        everybody = await search(world, me, "secret chain")
        assert told == {user.id: user.degree for user in everybody.users if user.degree > 1}
    assert {str(seen.user_id): 2} == found


async def test_whom_one_may_not_find_is_neither_shown_nor_counted(world: World) -> None:
    """Blocked either way, suspended, gone, or hidden from search; a connection finds who hides."""
    me = await world.member()
    hidden = [await named(world, "Ghost") for _ in range(4)]
    blocked, blocking, gone, shy = hidden
    await named(world, "Ghost", "suspended")
    shadow = await named(world, "Ghost", "shadow_ban")
    await world.block(me, blocked)
    await world.block(blocking, me)
    await world.database.execute("UPDATE users SET deleted_at = now() WHERE user_id = $1", gone.user_id)
    await world.database.execute("UPDATE users SET discoverable = false WHERE user_id = $1", shy.user_id)
    reply = await search(world, me, "ghost")
    assert ([str(shadow.user_id)], 1) == ([user.id for user in reply.users], reply.total_size)
    await world.connect(me, shy)
    assert [str(shy.user_id), str(shadow.user_id)] == [user.id for user in (await search(world, me, "ghost")).users]


async def test_who_shows_a_reduced_profile_is_not_found_by_the_rest(world: World) -> None:
    """Not by company, nor counted for it, until connected; a change of the setting counts at once."""
    me, other = await world.member(), await named(world, "Private Person")
    await worked(world, other, "Secret Works")
    assert ["Private Person"] == await names(world, me, "secret works")
    settings = pb.PrivacySettings(profile_audience=pb.AUDIENCE_CONNECTIONS)
    request = pb.UpdatePrivacySettingsRequest(settings=settings)
    await ProfileServiceStub(world.channel).UpdatePrivacySettings(request, metadata=other.metadata)
    assert [] == await names(world, me, "secret works")
    assert [] == await names(world, me, company=["Secret Works"])
    reply = await search(world, me, "private person")
    assert (1, []) == (reply.total_size, list(reply.facets))
    await world.connect(me, other)
    assert ["Private Person"] == await names(world, me, "secret", company=["Secret Works"])
    assert ["company"] == [facet.name for facet in (await search(world, me, "private person")).facets]


async def test_a_limited_member_finds_by_names(world: World) -> None:
    """By nothing that they could not see, and nothing is counted."""
    limited, other = await world.member("limited"), await named(world, "Findable Person", location="Lima")
    await worked(world, other, "Yonder Works")
    assert [] == await names(world, limited, "yonder")
    assert [] == await names(world, limited, company=["Yonder Works"])
    reply = await search(world, limited, "findable")
    assert (["Findable Person"], []) == ([user.name for user in reply.users], list(reply.facets))


async def test_a_limited_member_learns_no_connections_of_others(world: World) -> None:
    """Neither degrees nor their filter tell what the profiles do not; the own connections are known."""
    limited, friend, other = await world.member("limited"), await named(world, "Near Me"), await named(world, "Near Me")
    await world.connect(limited, friend)
    await world.connect(friend, other)
    found = (await search(world, limited, "near")).users
    assert {str(friend.user_id): 1, str(other.user_id): 0} == {user.id: user.degree for user in found}
    for degrees, number in (([2], 0), ([3], 0), ([1, 2], 1)):
        assert number == (await search(world, limited, "near", degrees=degrees)).total_size


async def test_who_was_there_before_is_read(world: World) -> None:
    """Members whom no search finds yet are found once they were read, each once."""
    person = await world.member()
    await world.database.execute("UPDATE users SET name = 'Early Bird' WHERE user_id = $1", person.user_id)
    await read(world)
    assert 0 == await read(world)
    assert ["Early Bird"] == await names(world, person, "early bird")


async def test_what_was_removed_finds_nobody(world: World) -> None:
    """A position that is gone, a name that was changed."""
    person = await named(world, "Formerly Known")
    await worked(world, person, "Bygone Works")
    stub = ProfileServiceStub(world.channel)
    [position] = (await stub.GetMe(pb.GetMeRequest(), metadata=person.metadata)).user.positions
    await stub.DeletePosition(pb.DeletePositionRequest(position_id=position.id), metadata=person.metadata)
    await stub.UpdateUser(pb.UpdateUserRequest(user=User(name="Now Known")), metadata=person.metadata)
    for q in ("bygone", "formerly"):
        assert [] == await names(world, person, q)
    assert ["Now Known"] == await names(world, person, "now known")


async def test_a_page_token_is_good_for_its_own_question(world: World, crowd: dict[str, tuple[Any, ...]]) -> None:
    """Not for another text, nor for another member."""
    me, other = await world.member(), await world.member()
    token = (await search(world, me, "crowd", page_size=3)).next_page_token
    assert token
    for who, q in ((me, "crow"), (other, "crowd")):
        with pytest.raises(InvalidArgument) as refused:
            await search(world, who, q, page_size=3, page_token=token)
        assert "PAGE_TOKEN_INVALID" == refused.value.reason


async def test_a_question_without_words_finds_nobody_and_none_everybody(world: World) -> None:
    """Without a question those who are nearest come first."""
    me, friend = await world.member(), await named(world, "Close Friend")
    await world.connect(me, friend)
    assert [] == await names(world, me, "!?")
    assert "Close Friend" == (await names(world, me))[0]


async def test_who_is_shown_is_told_how_often(world: World) -> None:
    """Search by search, added to what was counted of the day; one's own searches are not."""
    me, shown = await world.member(), await named(world, "Perpetua Quillfeather")

    async def counted(times: int) -> None:
        async def there() -> bool:
            reply = await ProfileServiceStub(world.channel).GetProfileStats(
                pb.GetProfileStatsRequest(), metadata=shown.metadata
            )
            return reply.search_appearances == times

        await wait_for(there)

    for times in (1, 2):
        assert ["Perpetua Quillfeather"] == await names(world, me, "quillfeather")
        assert ["Perpetua Quillfeather"] == await names(world, shown, "quillfeather")
        await counted(times)
