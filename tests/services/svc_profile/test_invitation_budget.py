"""The budget of invitations, from the history of real connections."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

import pytest
import pytest_asyncio

from guild.graph.v1 import connection_service_pb2 as pb
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceStub
from mesh.data import Database
from mesh.errors import Failure
from mesh.ids import uuid7
from mesh.testing import ManualClock
from mesh.testing.identity import SignedIn
from svc_profile.domain.connection import Status
from svc_profile.domain.flags import FlagKind, Subject
from svc_profile.domain.ids import UserId
from svc_profile.store.invitations import InvitationHistory
from svc_profile.usecases.flags import Flags
from svc_profile.usecases.invitation_budget import InvitationBudgets
from tests.services.svc_profile.conftest import World
from tests.services.svc_profile.test_challenges import passed
from tests.services.svc_profile.test_follows import call

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Suspected:
    """Takes suspicions down."""

    def __init__(self) -> None:
        self.raised: list[tuple[FlagKind, Subject, int, str]] = []

    async def raise_apart(self, *suspicion: Any) -> None:
        self.raised.append(suspicion)  # type: ignore[arg-type]


@pytest_asyncio.fixture(loop_scope="module")
async def database(world: World) -> AsyncIterator[Database]:
    database = Database(world.settings)
    await database.start()
    yield database
    await database.stop()


async def step(
    world: World, me: SignedIn, before: Status, after: Status, at: datetime, *, by: UUID | None = None
) -> None:
    """One row of the member's history; by the other where nobody is named."""
    other = uuid7()
    await world.database.execute(
        "INSERT INTO connection_history VALUES ($1, $2, $3, $4, $5, $6, $7)",
        me.user_id,
        other,
        uuid7(at),
        before.value,
        after.value,
        by or other,
        at,
    )


async def test_invitations_of_a_day_and_answers_of_a_season_count(world: World, database: Database) -> None:
    """Those of others do not, nor what is older."""
    me, suspected = await world.member(), Suspected()
    budgets = InvitationBudgets(database, InvitationHistory(), cast("Flags", suspected), ManualClock(NOW))
    oldest = NOW - timedelta(hours=23)
    for at in (oldest, NOW - timedelta(hours=1), NOW - timedelta(hours=25)):
        await step(world, me, Status.NONE, Status.PENDING, at, by=me.user_id)
    await step(world, me, Status.NONE, Status.PENDING, NOW - timedelta(hours=2))
    for _ in range(19):
        await step(world, me, Status.PENDING, Status.REJECTED, NOW - timedelta(days=80))
    await step(world, me, Status.PENDING, Status.REJECTED, NOW - timedelta(days=100))
    await step(world, me, Status.PENDING, Status.ACCEPTED, NOW - timedelta(days=2), by=me.user_id)

    left = await budgets.of(UserId(me.user_id))

    assert (98, None, oldest + timedelta(days=1)) == (left.remaining, left.accept_rate, left.resets_at)
    await budgets.suspect(UserId(me.user_id))
    assert [] == suspected.raised
    await step(world, me, Status.IGNORED, Status.ACCEPTED, NOW - timedelta(days=2))
    unwelcome = await budgets.of(UserId(me.user_id))
    assert (18, 0.05, True) == (unwelcome.remaining, unwelcome.accept_rate, unwelcome.challenge_required)


async def test_who_is_ignored_hears_nothing_of_it_and_is_suspected_all_the_same(
    world: World, database: Database
) -> None:
    """Their budget tells only what they know already."""
    me, suspected = await world.member(), Suspected()
    budgets = InvitationBudgets(database, InvitationHistory(), cast("Flags", suspected), ManualClock(NOW))
    for _ in range(20):
        await step(world, me, Status.PENDING, Status.IGNORED, NOW - timedelta(days=2))
    left = await budgets.of(UserId(me.user_id))
    await budgets.suspect(UserId(me.user_id))
    assert (None, False) == (left.accept_rate, left.challenge_required)
    assert [40] == [score for _, _, score, _ in suspected.raised]


async def test_who_invited_a_hundred_waits_and_is_flagged(world: World) -> None:
    """Until the first of them is a day old; what is no new invitation goes on. The flag outlives the refusal."""
    me, other, asker = [await world.member() for _ in range(3)]
    await call(world, "RequestConnection", asker, me)
    now = datetime.now(UTC)
    for number in range(99):
        await step(world, me, Status.NONE, Status.PENDING, now - timedelta(hours=12, seconds=number), by=me.user_id)
    assert 1 == (await left_to(world, me)).remaining
    key = (*me.metadata, ("idempotency-key", str(uuid7())))
    stub, request = ConnectionServiceStub(world.channel), pb.RequestConnectionRequest(user_id=str(other.user_id))
    for _ in range(3):
        await stub.RequestConnection(request, metadata=key)
    await call(world, "RequestConnection", me, other)
    left = await left_to(world, me)
    assert (0, False) == (left.remaining, left.challenge_required)

    request = pb.RequestConnectionRequest(user_id=str((await world.member()).user_id))
    with pytest.raises(Failure) as caught:
        await stub.RequestConnection(request, metadata=(*me.metadata, ("idempotency-key", str(uuid7()))))
    assert "INVITATIONS_USED_UP" == caught.value.reason
    assert 11 * 3600 < (caught.value.retry_after or 0) < 12 * 3600
    assert pb.CONNECTION_STATUS_ACCEPTED == (await call(world, "RequestConnection", me, asker)).connection.status
    [flag] = await world.database.fetch("SELECT kind, evidence FROM flags WHERE user_id = $1", me.user_id)
    assert ("spam", "100 invitations within a day") == tuple(flag)


async def test_hundreds_at_once_are_no_way_around_the_budget(world: World) -> None:
    """Invitations that share a transaction count each other."""
    me, others = await world.member(), [await world.member() for _ in range(8)]
    now = datetime.now(UTC)
    for number in range(97):
        await step(world, me, Status.NONE, Status.PENDING, now - timedelta(hours=1, seconds=number), by=me.user_id)
    outcomes = await asyncio.gather(
        *(call(world, "RequestConnection", me, other) for other in others), return_exceptions=True
    )
    refused = [one.reason for one in outcomes if isinstance(one, Failure)]
    assert ["INVITATIONS_USED_UP"] * 5 == refused


async def test_whom_hardly_anybody_accepts_passes_a_challenge_before_each(world: World) -> None:
    """A token is good for one invitation, which may be sent again; a repeat that changes nothing uses none up."""
    me = await world.member()
    for _ in range(20):
        await step(world, me, Status.PENDING, Status.REJECTED, datetime.now(UTC) - timedelta(days=2))
    left = await left_to(world, me)
    assert (20, 0.0, True) == (left.remaining, left.accept_rate, left.challenge_required)
    others = [str((await world.member()).user_id) for _ in range(2)]
    for key in ("", str(uuid7())):
        with pytest.raises(Failure) as caught:
            await invite(world, me, others[0], key=key)
        assert ("CHALLENGE_REQUIRED", "PROOF_OF_WORK") == (caught.value.reason, caught.value.metadata["kind"])
    flags = await world.database.fetch("SELECT kind FROM flags WHERE user_id = $1", me.user_id)
    assert ["spam"] == [flag["kind"] for flag in flags]

    token, next_token, key = await passed(world, me.metadata), await passed(world, me.metadata), str(uuid7())
    for _ in range(2):
        assert pb.CONNECTION_STATUS_PENDING == await invite(world, me, others[0], token, key)
    assert pb.CONNECTION_STATUS_PENDING == await invite(world, me, others[0], next_token)
    with pytest.raises(Failure) as again:
        await invite(world, me, others[1], token)
    assert "CHALLENGE_REQUIRED" == again.value.reason
    assert 19 == (await left_to(world, me)).remaining
    assert pb.CONNECTION_STATUS_PENDING == await invite(world, me, others[1], next_token, str(uuid7()))


async def invite(world: World, me: SignedIn, other: str, token: str = "", key: str = "") -> int:
    metadata = (*me.metadata, ("idempotency-key", key)) if key else me.metadata
    request = pb.RequestConnectionRequest(user_id=other, challenge_token=token)
    return (await ConnectionServiceStub(world.channel).RequestConnection(request, metadata=metadata)).connection.status


async def left_to(world: World, me: SignedIn) -> pb.GetInvitationBudgetResponse:
    request = pb.GetInvitationBudgetRequest()
    return await ConnectionServiceStub(world.channel).GetInvitationBudget(request, metadata=me.metadata)
