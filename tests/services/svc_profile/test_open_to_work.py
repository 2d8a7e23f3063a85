"""Who is open to work, and who is told."""

from typing import Any

from guild.common.v1.money_pb2 import Money
from guild.profile.v1 import open_to_work_pb2 as pb
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceStub
from mesh.ids import uuid7
from mesh.testing.identity import SignedIn
from tests.services.svc_profile.conftest import World


async def say(world: World, me: SignedIn, audience: Any, **more: Any) -> None:
    request = pb.SetOpenToWorkRequest(open_to_work=pb.OpenToWork(audience=audience, **more))
    await ProfileServiceStub(world.channel).SetOpenToWork(request, metadata=me.metadata)


async def told(world: World, viewer: SignedIn, whom: SignedIn) -> pb.OpenToWork | None:
    request = pb.GetOpenToWorkRequest(user_id=str(whom.user_id))
    reply = await ProfileServiceStub(world.channel).GetOpenToWork(request, metadata=viewer.metadata)
    return reply.open_to_work if reply.HasField("open_to_work") else None


async def works_at(world: World, me: SignedIn, name: str, company_id: object = None, end: str | None = None) -> None:
    await world.database.execute(
        'INSERT INTO positions (user_id, id, title, company_name, company_id, start, "end")'
        " VALUES ($1, $2, 'x', $3, $4, '2020', $5)",
        me.user_id,
        uuid7(),
        name,
        company_id,
        end,
    )


async def test_it_is_told_to_its_audience_with_what_is_wanted(world: World) -> None:
    """Connections, or all members; what is for recruiters is told to no member, but the own."""
    me, friend, stranger = [await world.member() for _ in range(3)]
    await world.connect(me, friend)
    found: dict[int, list[bool]] = {}
    for audience in (1, 2, 3):
        await say(world, me, audience)
        found[audience] = [await told(world, one, me) is not None for one in (me, friend, stranger)]
    assert {1: [True, False, False], 2: [True, True, False], 3: [True, True, True]} == found
    wanted: dict[str, Any] = {
        "places": ["Bern"],
        "salary": Money(currency_code="CHF", minor_units=9_000_000),
        "workplaces": [2, 3],
    }
    await say(world, me, pb.OPEN_TO_WORK_AUDIENCE_MEMBERS, **wanted)
    assert pb.OpenToWork(audience=pb.OPEN_TO_WORK_AUDIENCE_MEMBERS, **wanted) == await told(world, stranger, me)
    await ProfileServiceStub(world.channel).ClearOpenToWork(pb.ClearOpenToWorkRequest(), metadata=me.metadata)
    assert [None, None] == [await told(world, one, me) for one in (me, stranger)]


async def test_it_is_hidden_from_the_own_employer_and_from_excluded_companies(world: World) -> None:
    """By the company's page or by its name, however it is written; who left it long ago is told."""
    me, colleague, namesake, rival, former = [await world.member() for _ in range(5)]
    company = uuid7()
    await works_at(world, me, "Mill", company)
    await works_at(world, colleague, "The Mill", company)
    await works_at(world, namesake, "MILL")
    await works_at(world, rival, "Óven")
    await works_at(world, former, "Mill", company, end="2022")
    excluded = [pb.ExcludedCompany(name="Oven")]
    await say(world, me, pb.OPEN_TO_WORK_AUDIENCE_MEMBERS, excluded=excluded)
    others = (colleague, namesake, rival, former)
    assert [False, False, False, True] == [await told(world, one, me) is not None for one in others]
    own, theirs = await told(world, me, me), await told(world, former, me)
    assert own is not None
    assert theirs is not None
    assert (excluded, []) == (list(own.excluded), list(theirs.excluded))
