"""The budget of invitations, from the history of real connections."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

import pytest
import pytest_asyncio

from mesh.data import Database
from mesh.ids import uuid7
from mesh.testing import ManualClock
from mesh.testing.identity import SignedIn
from svc_profile.domain.connection import Status
from svc_profile.domain.flags import FlagKind, Subject
from svc_profile.domain.ids import UserId
from svc_profile.domain.invitation_budget import InvitationsUsedUp
from svc_profile.store.invitations import InvitationHistory
from svc_profile.usecases.flags import Flags
from svc_profile.usecases.invitation_budget import InvitationBudgets
from tests.services.svc_profile.conftest import World

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Suspected:
    """Takes suspicions down."""

    def __init__(self) -> None:
        self.raised: list[tuple[FlagKind, Subject, int, str]] = []

    async def raise_(self, *suspicion: Any) -> None:
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

    left = await budgets.check(UserId(me.user_id))

    assert (98, None, oldest + timedelta(days=1)) == (left.remaining, left.accept_rate, left.resets_at)
    assert [] == suspected.raised
    await step(world, me, Status.PENDING, Status.ACCEPTED, NOW - timedelta(days=2))
    unwelcome = await budgets.of(UserId(me.user_id))
    assert (18, 0.05, True) == (unwelcome.remaining, unwelcome.accept_rate, unwelcome.challenge_required)


async def test_who_invited_a_hundred_waits_and_is_suspected(world: World, database: Database) -> None:
    """Until the first of them is a day old."""
    me, suspected, clock = await world.member(), Suspected(), ManualClock(NOW)
    budgets = InvitationBudgets(database, InvitationHistory(), cast("Flags", suspected), clock)
    for number in range(100):
        at = NOW - timedelta(hours=12) + timedelta(seconds=number)
        await step(world, me, Status.NONE, Status.PENDING, at, by=me.user_id)

    with pytest.raises(InvitationsUsedUp) as caught:
        await budgets.check(UserId(me.user_id))

    assert 12 * 3600 == caught.value.retry_after
    assert [(FlagKind.SPAM, Subject(UserId(me.user_id)), 40, "100 invitations within a day")] == suspected.raised
    clock.advance(timedelta(hours=12))
    assert 1 == (await budgets.check(UserId(me.user_id))).remaining
