"""Skills, and what connections say for them."""

import asyncio
from datetime import UTC, datetime
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from guild.graph.v1 import connection_service_pb2 as graph
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceStub
from guild.profile.v1 import profile_service_pb2 as pb
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceStub
from guild.profile.v1.user_pb2 import Position, Skill
from mesh.data import Database, Transaction, statement
from mesh.errors import FailedPrecondition, NotFound
from mesh.testing.identity import SignedIn
from svc_profile.domain.endorsement import Endorsement
from svc_profile.domain.ids import UserId
from svc_profile.domain.taxonomy import built_in
from svc_profile.store.endorsements import EndorsementRepository
from tests.services.svc_profile.conftest import World
from tests.services.svc_profile.test_career import DRAFTS, create, own, seen

WAITING = statement(
    sa.select(sa.func.count()).select_from(sa.table("pg_locks")).where(~sa.column("granted", sa.Boolean))
)
"""How many transactions wait for a row."""


async def add(world: World, me: SignedIn, name: str, **more: Any) -> Skill:
    stub = ProfileServiceStub(world.channel)
    return (await stub.AddSkill(pb.AddSkillRequest(name=name, **more), metadata=me.metadata)).skill


async def remove(world: World, me: SignedIn, skill_id: str) -> None:
    stub = ProfileServiceStub(world.channel)
    await stub.RemoveSkill(pb.RemoveSkillRequest(skill_id=skill_id), metadata=me.metadata)


async def endorse(world: World, me: SignedIn, whom: SignedIn, skill: Skill, verb: str = "Endorse") -> Skill:
    request = getattr(pb, f"{verb}SkillRequest")(user_id=str(whom.user_id), skill_id=skill.id)
    return (await getattr(ProfileServiceStub(world.channel), f"{verb}Skill")(request, metadata=me.metadata)).skill


async def listed(world: World, viewer: SignedIn, whom: SignedIn, skill: Skill, **page: Any) -> Any:
    request = pb.ListEndorsementsRequest(user_id=str(whom.user_id), skill_id=skill.id, **page)
    return await ProfileServiceStub(world.channel).ListEndorsements(request, metadata=viewer.metadata)


async def part(world: World, verb: str, me: SignedIn, other: SignedIn) -> None:
    request = getattr(graph, f"{verb}Request")(user_id=str(other.user_id))
    await getattr(ConnectionServiceStub(world.channel), verb)(request, metadata=me.metadata)


async def connected(world: World, count: int) -> list[SignedIn]:
    """Members who are all connected with each other."""
    members = [await world.member() for _ in range(count)]
    for place, one in enumerate(members):
        for other in members[:place]:
            await world.connect(one, other)
    return members


async def test_a_skill_is_on_the_profile_once(world: World) -> None:
    """By its name, however written, and by what the taxonomy says that it is; the second time nobody is told."""
    me = await world.member()
    js = await add(world, me, "JavaScript")
    assert str(built_in().skills.search("js")[0].id) == js.skill_id
    assert js == await add(world, me, " JAVASCRIPT ") == await add(world, me, "js")
    own_word = await add(world, me, "Juggling axes")
    assert not own_word.HasField("skill_id")
    assert own_word == await add(world, me, "juggling AXES")
    assert [js, own_word] == list((await own(world, me)).skills)
    assert ["user_updated"] * 2 == await world.events(me)


async def test_a_skill_may_be_linked_by_hand(world: World) -> None:
    """To one that exists."""
    me = await world.member()
    go = built_in().skills.search("golang")[0]
    assert str(go.id) == (await add(world, me, "The gopher's tongue", skill_id=str(go.id))).skill_id
    with pytest.raises(NotFound) as caught:
        await add(world, me, "x", skill_id=str(UUID(int=5)))
    assert "CONCEPT_NOT_FOUND" == caught.value.reason


async def test_a_profile_holds_a_hundred_skills(world: World) -> None:
    """What is there already is given still."""
    me = await world.member()
    for n in range(100):
        await world.skill(me.user_id, f"skill {n}")
    with pytest.raises(FailedPrecondition) as caught:
        await add(world, me, "one more")
    assert "PROFILE_FULL" == caught.value.reason
    assert "skill 7" == (await add(world, me, "SKILL 7")).name


async def test_the_most_endorsed_come_first(world: World) -> None:
    """Then the first added; the viewer sees which they endorse."""
    me, friend = await connected(world, 2)
    first, second, third = [await add(world, me, name) for name in ("a", "b", "c")]
    await endorse(world, friend, me, third)
    skills = (await seen(world, friend, me)).skills
    assert [third.id, first.id, second.id] == [skill.id for skill in skills]
    assert [(1, True), (0, False), (0, False)] == [(one.endorsement_count, one.endorsed_by_viewer) for one in skills]
    assert [False] * 3 == [skill.endorsed_by_viewer for skill in (await own(world, me)).skills]


async def test_repeats_count_once(world: World) -> None:
    """At the same moment too; whatever was said, the count is that of the list."""
    me, *friends = await connected(world, 4)
    skill = await add(world, me, "Python")
    await asyncio.gather(*(endorse(world, friend, me, skill) for friend in friends * 3))
    assert 3 == (await endorse(world, friends[0], me, skill)).endorsement_count
    page = await listed(world, me, me, skill, page_size=2)
    rest = await listed(world, me, me, skill, page_size=2, page_token=page.next_page_token)
    assert (3, 3) == (page.total_size, len({one.endorser.id for one in [*page.endorsements, *rest.endorsements]}))
    again = await asyncio.gather(*(endorse(world, friend, me, skill, "Unendorse") for friend in friends * 2))
    assert 0 == min(one.endorsement_count for one in again)
    [left] = (await own(world, me)).skills
    assert (0, 0) == (left.endorsement_count, left.strength)
    told = await world.events(me)
    assert {"user_updated": 1, "skill_endorsed": 3, "skill_unendorsed": 3} == {name: told.count(name) for name in told}


async def test_who_has_the_skill_and_colleagues_weigh_more(world: World) -> None:
    """Each endorsement says its weight; the strength is of all together."""
    me, plain, expert, colleague = await connected(world, 4)
    skill = await add(world, me, "Python")
    await add(world, expert, "python")
    for one in (me, colleague):
        await create(
            world,
            one,
            "position",
            Position(title="x", company_name="Acme", start=DRAFTS["position"].start),
        )
    for one in (plain, expert, colleague):
        await endorse(world, one, me, skill)
    weights = {one.endorser.id: one.weight for one in (await listed(world, me, me, skill)).endorsements}
    assert {str(plain.user_id): 100, str(expert.user_id): 150, str(colleague.user_id): 150} == weights
    assert round(100 * 400 / 1400) == (await own(world, me)).skills[0].strength


@pytest.mark.parametrize("verb", ["RemoveConnection", "BlockUser"])
async def test_endorsements_end_with_the_connection(world: World, verb: str) -> None:
    """Both ways and for good; those of others stay."""
    me, friend, other = await connected(world, 3)
    mine, theirs = await add(world, me, "Python"), await add(world, friend, "Go")
    for endorser, whom, skill in ((friend, me, mine), (other, me, mine), (me, friend, theirs)):
        await endorse(world, endorser, whom, skill)
    await part(world, verb, me, friend)
    assert [1, 0] == [(await own(world, one)).skills[0].endorsement_count for one in (me, friend)]
    assert [str(other.user_id)] == [one.endorser.id for one in (await listed(world, me, me, mine)).endorsements]
    assert ["skill_unendorsed"] == [name for name in await world.events(friend) if name.startswith("skill_un")]
    with pytest.raises((FailedPrecondition, NotFound)):
        await endorse(world, friend, me, mine)


async def test_parting_counts_who_endorses_meanwhile(world: World) -> None:
    """Who ends an endorsement waits for one that is being written, and counts it."""
    me, parting, staying = await connected(world, 3)
    skill = await add(world, me, "Python")
    await endorse(world, parting, me, skill)
    repository, db = EndorsementRepository(), Database(world.settings)
    of_user, of_skill = UserId(me.user_id), UUID(skill.id)
    await db.start()

    async def work(tx: Transaction) -> "asyncio.Task[None]":
        await repository.lock_skill(tx, of_user, of_skill)
        await repository.add(tx, of_user, of_skill, Endorsement(UserId(staying.user_id), datetime.now(UTC), 1))
        repository.count_again(tx, [of_user], [of_skill])
        leaving = asyncio.create_task(part(world, "RemoveConnection", parting, me))
        while not await tx.fetch_value(WAITING):  # noqa: ASYNC110 - PostgreSQL tells nobody of locks
            await asyncio.sleep(0.01)
        return leaving

    try:
        async with asyncio.timeout(20):
            await (await db.transact(work))
    finally:
        await db.stop()

    (found,) = (await own(world, me)).skills
    assert 1 == found.endorsement_count


async def test_who_blocked_the_viewer_is_not_listed(world: World) -> None:
    """Nor counted in what the viewer pages through."""
    me, hidden, friend = await connected(world, 3)
    viewer = await world.member()
    skill = await add(world, me, "Python")
    for one in (hidden, friend):
        await endorse(world, one, me, skill)
    await world.block(hidden, viewer)
    page = await listed(world, viewer, me, skill)
    assert (1, [str(friend.user_id)]) == (page.total_size, [one.endorser.id for one in page.endorsements])


async def test_a_removed_skill_takes_its_endorsements_along(world: World) -> None:
    """The same skill begins anew; what is hidden or gone is not found."""
    me, friend = await connected(world, 2)
    skill = await add(world, me, "Python")
    await endorse(world, friend, me, skill)
    await remove(world, me, skill.id)
    for late in (remove(world, me, skill.id), endorse(world, friend, me, skill), listed(world, me, me, skill)):
        with pytest.raises(NotFound) as caught:
            await late
        assert "SKILL_NOT_FOUND" == caught.value.reason
    assert 0 == await world.database.fetchval("SELECT count(*) FROM endorsements WHERE user_id = $1", me.user_id)
    shown = await add(world, me, "Python")
    await world.database.execute("UPDATE users SET profile_audience = 'only_me' WHERE user_id = $1", me.user_id)
    with pytest.raises(NotFound):
        await endorse(world, friend, me, shown)


@pytest.mark.parametrize("old", [False, True])
async def test_a_ring_weighs_little_and_is_told(world: World, old: bool) -> None:
    """Whoever closes it; one of which a part is older than a week is none, and who is outside keeps their weight."""
    ring, (outside,) = await connected(world, 3), [await world.member()]
    skills = {one.user_id: await add(world, one, f"skill {place}") for place, one in enumerate(ring)}
    await world.connect(outside, ring[0])
    await endorse(world, outside, ring[0], skills[ring[0].user_id])
    *most, (closer, last) = permutations(ring, 2)
    for endorser, whom in most:
        await endorse(world, endorser, whom, skills[whom.user_id])
    if old:
        age = "UPDATE endorsements SET created_at = now() - interval '8 days' WHERE user_id = $1 AND endorser_id = $2"
        await world.database.execute(age, ring[0].user_id, ring[1].user_id)
    assert "endorsement_ring_found" not in await world.events(closer)
    after = await endorse(world, closer, last, skills[last.user_id])
    assert old == ("endorsement_ring_found" not in await world.events(closer))
    flags = await world.database.fetch("SELECT kind, evidence FROM flags WHERE user_id = $1", closer.user_id)
    named = ", ".join(sorted(str(one.user_id) for one in ring))
    told = [] if old else [("fake_account", f"a ring of 3 members who endorse each other: {named}")]
    assert told == [tuple(flag) for flag in flags]
    page = await listed(world, outside, ring[0], skills[ring[0].user_id])
    weight = 100 if old else 10
    assert [weight, weight, 100] == sorted(one.weight for one in page.endorsements)
    strengths = [after.strength, (await own(world, ring[0])).skills[0].strength]
    assert [round(100 * sum_ / (sum_ + 1000)) for sum_ in (2 * weight, 2 * weight + 100)] == strengths
