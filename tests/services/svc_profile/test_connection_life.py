"""The life of a connection under concurrent actors: two processes on one database, held to the domain as the model."""

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import asyncpg
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mesh.cache import Cache
from mesh.data import Database
from mesh.errors import Failure
from mesh.ids import uuid7
from mesh.service import SHARED_PREFIX
from mesh.settings import RedisSettings
from mesh.testing import ManualClock
from mesh.testing.databases import Databases
from mesh.testing.linearizability import History, linearization
from svc_profile.domain.connection import Connection, Pair, Status
from svc_profile.domain.ids import UserId
from svc_profile.store.connections import ConnectionRepository
from svc_profile.usecases.connections import Connections
from svc_profile.usecases.invitation_expiry import InvitationExpiry
from tests.failure.connections import VERBS, Members, rows_of
from tests.services.svc_profile.test_connection_writes import process

COOLDOWN = timedelta(days=1)  # of the processes
INTERLEAVINGS, AT_ONCE = 1_000, 250

Call = tuple[str, int, datetime]
"""A verb, which of the two says it, and when."""

call = st.tuples(st.sampled_from([*VERBS, "request"]), st.integers(0, 1), st.integers(0, 1))
"""A verb, who of the pair says it, at which process."""
hour = st.tuples(st.lists(call, min_size=1, max_size=4), st.sampled_from([0, 0, 1, 2, 91]))
"""What is said at once, and the days that pass behind it."""


@dataclass(frozen=True)
class Life:
    """Two processes whose clock is the test's."""

    outside: asyncpg.Connection
    databases: list[Database]
    processes: list[Connections]
    clock: ManualClock

    async def pairs(self, count: int) -> list[Pair]:
        ids = [UserId(uuid7()) for _ in range(2 * count)]
        await self.outside.executemany(
            "INSERT INTO users (user_id, name, email, created_at, updated_at)"
            " VALUES ($1, 'Some One', $2, now(), now())",
            [(one, f"{one}@example.com") for one in ids],
        )
        return [Pair.of(one, other) for one, other in zip(ids[::2], ids[1::2], strict=True)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def life(database_of: Databases, redis_settings: RedisSettings) -> AsyncIterator[Life]:
    settings = await database_of("svc_profile")
    cache, databases = Cache(redis_settings, prefix=SHARED_PREFIX), [Database(settings), Database(settings)]
    for part in (cache, *databases):
        await part.start()
    outside, clock = await asyncpg.connect(settings.dsn), ManualClock()
    yield Life(outside, databases, [process(db, cache, clock).verbs for db in databases], clock)
    await outside.close()
    for part in (*databases, cache):
        await part.stop()


def model(state: Connection, call: Call) -> tuple[Connection, str]:
    """What the domain alone makes of a call."""
    verb, side, at = call
    by, extra = state.pair[side], dict[str, Any]()
    if verb == "request":
        extra = {"note": "", "cooldown": COOLDOWN}
    try:
        after = cast("Connection", getattr(state.as_of(at), verb)(by=by, at=at, **extra))
    except Failure as refusal:
        return state, refusal.reason
    return after, after.status.value


async def said(verbs: Connections, pair: Pair, verb: str, side: int) -> str:
    me, other = pair[side], pair[1 - side]
    try:
        answer: Any = await (verbs.request(me, other, "") if verb == "request" else getattr(verbs, verb)(me, other))
    except Failure as refusal:
        return refusal.reason
    return (answer[0] if verb == "accept" else answer).status.value


@given(days=st.lists(hour, min_size=1, max_size=6))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whatever_is_said_at_once_some_order_of_the_model_explains(
    life: Life, days: list[tuple[list[tuple[str, int, int]], int]]
) -> None:
    """Answers are those of one order; rows mirror each other, and the history is a chain of legal steps."""
    [pair] = await life.pairs(1)
    history = History[Call, str]()
    for calls, passing in days:
        now = life.clock.now()
        await asyncio.gather(
            *(history.record((verb, side, now), said(life.processes[at], pair, verb, side)) for verb, side, at in calls)
        )
        life.clock.advance(timedelta(days=passing, hours=1))
    assert linearization(history.operations, Connection(pair), model) is not None, history.operations
    [rows] = await rows_of(life.outside, [Members(pair, {})])
    assert [] == rows.faults()


async def test_a_thousand_interleavings_of_crossing_requests_connect(life: Life) -> None:
    """Whoever of two comes first, at whatever process and step of the other: one asks and the other accepts."""
    rng = random.Random(20260101)

    async def ask(pair: Pair, side: int) -> None:
        for _ in range(rng.randrange(40)):
            await asyncio.sleep(0)
        assert await said(rng.choice(life.processes), pair, "request", side) in {"pending", "accepted"}

    for _ in range(INTERLEAVINGS // AT_ONCE):
        pairs = await life.pairs(AT_ONCE)
        await asyncio.gather(*(ask(pair, side) for pair in rng.sample(pairs, AT_ONCE) for side in (0, 1)))
        ids = [pair.lo for pair in pairs]
        steps = await life.outside.fetch(
            "SELECT user_id, from_status, to_status, actor_id FROM connection_history WHERE user_id = ANY($1)"
            " ORDER BY user_id, change_id",
            ids,
        )
        assert [("none", "pending"), ("pending", "accepted")] * AT_ONCE == [(row[1], row[2]) for row in steps]
        assert all(one["actor_id"] != other["actor_id"] for one, other in zip(steps[::2], steps[1::2], strict=True))


async def test_what_nobody_answered_expires_once_and_is_told_so(life: Life) -> None:
    """By the job of either process, ignored or not, with the time at which it was over."""
    pairs = await life.pairs(3)
    verbs = life.processes[0]
    for pair in pairs:
        await verbs.request(pair.lo, pair.hi, "hello")
    await verbs.ignore(pairs[1].hi, pairs[1].lo)
    asked = life.clock.now()
    life.clock.advance(timedelta(days=89))
    jobs = [
        InvitationExpiry(db, ConnectionRepository(), verbs.writes, life.clock)
        for db, verbs in zip(life.databases, life.processes, strict=True)
    ]
    await asyncio.gather(*(job.expire() for job in jobs))
    assert [{"pending"}, {"ignored"}, {"pending"}] == [await statuses(life, pair) for pair in pairs]
    await verbs.accept(pairs[2].hi, pairs[2].lo)
    life.clock.advance(timedelta(days=2))
    await asyncio.gather(*(job.expire() for job in jobs))

    assert [{"expired"}, {"expired"}, {"accepted"}] == [await statuses(life, pair) for pair in pairs]
    rows = await life.outside.fetch(
        "SELECT user_id, to_status, changed_at, actor_id FROM connection_history WHERE user_id = ANY($1)"
        " AND to_status = 'expired'",
        [one for pair in pairs for one in pair],
    )
    assert [(asked + timedelta(days=90), pairs[0].lo), (asked + timedelta(days=90), pairs[1].lo)] == sorted(
        {(row["changed_at"], row["actor_id"]) for row in rows}
    )
    assert 4 == len(rows)
    subjects = await life.outside.fetch("SELECT subject FROM outbox WHERE subject LIKE '%connection_expired%'")
    keys = [f"{pair.lo}-{pair.hi}" for pair in pairs]
    assert [1, 1, 0] == [sum(row[0].endswith(key) for row in subjects) for key in keys]
    assert Status.PENDING is (await verbs.request(pairs[0].lo, pairs[0].hi, "")).status


async def statuses(life: Life, pair: Pair) -> set[str]:
    rows = await life.outside.fetch(
        "SELECT status FROM connections WHERE (user_id, connected_user_id) IN (($1, $2), ($2, $1))", *pair
    )
    return {row[0] for row in rows}
