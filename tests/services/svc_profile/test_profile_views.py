"""Who looked at whom: what is on the ledger, who is told what, and who vanishes."""

from typing import Any

import pytest

from guild.profile.v1 import profile_service_pb2 as pb
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceStub
from mesh.testing import wait_for
from mesh.testing.identity import SignedIn
from svc_profile.domain.taxonomy import built_in
from tests.services.svc_profile.conftest import World


async def look(world: World, viewer: SignedIn, owner: SignedIn, times: int = 1) -> None:
    request = pb.GetUserRequest(user_id=str(owner.user_id), surface=pb.PROFILE_SURFACE_SEARCH)
    for _ in range(times):
        await ProfileServiceStub(world.channel).GetUser(request, metadata=viewer.metadata)


async def written(world: World, owner: SignedIn, number: int) -> list[Any]:
    """The ledger of a member, once it has so many looks."""
    rows: list[Any] = []

    async def there() -> bool:
        rows[:] = await world.database.fetch("SELECT * FROM profile_views WHERE owner_id = $1", owner.user_id)
        return len(rows) >= number

    await wait_for(there)
    return rows


async def viewers(world: World, me: SignedIn, **page: Any) -> pb.ListProfileViewersResponse:
    request = pb.ListProfileViewersRequest(**page)
    return await ProfileServiceStub(world.channel).ListProfileViewers(request, metadata=me.metadata)


async def stats(world: World, me: SignedIn) -> pb.GetProfileStatsResponse:
    return await ProfileServiceStub(world.channel).GetProfileStats(pb.GetProfileStatsRequest(), metadata=me.metadata)


async def looks_as(world: World, person: SignedIn, mode: str) -> None:
    await world.database.execute("UPDATE users SET viewer_mode = $1 WHERE user_id = $2", mode, person.user_id)


async def works(world: World, person: SignedIn, company: str, title: str = "3D artist") -> None:
    known = built_in().occupations.named(title)
    await world.database.execute(
        "INSERT INTO positions (user_id, id, title, company_name, start, occupation_id)"
        " VALUES ($1, gen_random_uuid(), $2, $3, '2020', $4)",
        person.user_id,
        title,
        company,
        known.id if known else None,
    )


async def test_a_look_is_told_once_a_day(world: World) -> None:
    """By name, with the surface on the ledger; a look at oneself is none, and whom nobody sees nobody looked at."""
    me, viewer = await world.member(), await world.member()
    await look(world, viewer, me, times=3)
    await look(world, me, me)
    [row] = await written(world, me, 1)
    assert (viewer.user_id, "search") == (row["viewer_id"], row["surface"])
    await look(world, viewer, me)
    reply = await viewers(world, me)
    assert ([str(viewer.user_id)], 1) == ([one.user.id for one in reply.viewers], reply.total_size)
    assert not reply.viewers[0].anonymous
    assert reply.viewers[0].HasField("viewed_at")


@pytest.mark.parametrize(("mode", "described"), [("anonymous", False), ("semi_private", True)])
async def test_who_hides_is_not_on_the_ledger(world: World, mode: str, described: bool) -> None:
    """Counted; by occupation where they look so, which is all that is written down."""
    me, viewer = await world.member(), await world.member()
    occupation = "3D artist"
    await works(world, viewer, "Acorn", occupation)
    await looks_as(world, viewer, mode)
    await look(world, viewer, me)
    [row] = await written(world, me, 1)
    assert row["viewer_id"] is None
    [one] = (await viewers(world, me)).viewers
    assert (True, False, occupation if described else "") == (one.anonymous, one.HasField("user"), one.description)


async def test_who_hides_later_is_not_named_any_more(world: World) -> None:
    """The look stays."""
    me, viewer = await world.member(), await world.member()
    await look(world, viewer, me)
    await written(world, me, 1)
    await looks_as(world, viewer, "anonymous")
    [one] = (await viewers(world, me)).viewers
    assert (True, False) == (one.anonymous, one.HasField("user"))


@pytest.mark.parametrize(
    "hides", ["profile_audience = 'connections'", """field_audiences = '{"positions": "only_me"}'"""]
)
async def test_who_hides_their_positions_does_not_look_by_occupation(world: World, hides: str) -> None:
    """Whether they hide them alone, or all of their profile: a stranger learns neither from a look."""
    me, viewer = await world.member(), await world.member()
    await works(world, viewer, "Acorn")
    await looks_as(world, viewer, "semi_private")
    await world.database.execute(f"UPDATE users SET {hides} WHERE user_id = $1", viewer.user_id)  # noqa: S608
    await look(world, viewer, me)
    [row] = await written(world, me, 1)
    assert (None, None) == (row["viewer_id"], row["occupation_id"])


@pytest.mark.parametrize(("mode", "listed"), [("anonymous", 0), ("semi_private", 1)])
async def test_nobody_is_told_more_than_they_tell(world: World, mode: str, listed: int) -> None:
    """Who looks anonymously sees nobody, and who does by occupation no names."""
    me, viewer = await world.member(), await world.member()
    await look(world, viewer, me)
    await written(world, me, 1)
    await looks_as(world, me, mode)
    found = (await viewers(world, me)).viewers
    assert listed == len(found)
    assert not any(one.HasField("user") for one in found)
    assert 1 == (await stats(world, me)).profile_views


async def test_who_is_hidden_vanishes(world: World) -> None:
    """Blocked either way, suspended or gone; a member under a shadow ban leaves no traces."""
    me, shadow = await world.member(), await world.member("shadow_ban")
    blocked, suspended, gone, other = [await world.member() for _ in range(4)]
    for viewer in (shadow, blocked, suspended, gone, other):
        await look(world, viewer, me)
    await written(world, me, 4)
    await world.block(me, blocked)
    await world.database.execute(
        "UPDATE users SET suspended_until = '9999-12-31' WHERE user_id = $1", suspended.user_id
    )
    await world.database.execute("UPDATE users SET deleted_at = now() WHERE user_id = $1", gone.user_id)
    assert [str(other.user_id)] == [one.user.id for one in (await viewers(world, me)).viewers]


async def test_viewers_come_in_pages_that_name_nobody_in_their_tokens(world: World) -> None:
    """The newest first, each once."""
    me, people = await world.member(), [await world.member() for _ in range(3)]
    for number, viewer in enumerate(people, start=1):
        await look(world, viewer, me)
        await written(world, me, number)
    first = await viewers(world, me, page_size=2)
    rest = await viewers(world, me, page_size=2, page_token=first.next_page_token)
    found = [one.user.id for one in (*first.viewers, *rest.viewers)]
    assert [str(viewer.user_id) for viewer in reversed(people)] == found


async def test_groups_are_told_of_five_viewers_or_more(world: World) -> None:
    """Of companies and occupations; who hides, or is hidden, is in none."""
    me, people = await world.member(), [await world.member() for _ in range(6)]
    for viewer in people:
        await works(world, viewer, "Acorn")
        await look(world, viewer, me)
    await works(world, people[0], "Birch")
    await written(world, me, 6)
    assert [("Acorn", 6)] == [(one.name, one.viewer_count) for one in (await stats(world, me)).viewer_companies]
    await looks_as(world, people[0], "anonymous")
    assert [("Acorn", 5)] == [(one.name, one.viewer_count) for one in (await stats(world, me)).viewer_companies]
    await world.block(me, people[1])
    assert [] == list((await stats(world, me)).viewer_companies)


async def test_stats_count_what_is_there(world: World) -> None:
    """Looks of each day, connections, and searches that showed the member."""
    me, viewer = await world.member(), await world.member()
    await world.connect(me, viewer)
    await look(world, viewer, me)
    await written(world, me, 1)
    await world.database.execute(
        "INSERT INTO search_appearances VALUES ($1, now(), 3), ($1, now() - '8 days'::interval, 9)", me.user_id
    )
    found = await stats(world, me)
    assert (1, 1, 3, 0) == (
        found.connection_count,
        found.profile_views,
        found.search_appearances,
        found.endorsement_count,
    )
    assert [0] * 29 + [1] == [day.views for day in found.daily_views]
