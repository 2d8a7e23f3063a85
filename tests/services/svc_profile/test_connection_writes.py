"""Steps of several calls in one transaction: each is decided as if it were alone."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import pytest_asyncio

from mesh.cache import Cache
from mesh.clock import Clock, SystemClock
from mesh.data import Database, Transaction
from mesh.errors import AlreadyExists, FailedPrecondition, NotFound, PermissionDenied
from mesh.generations import Changes, Generations
from mesh.ids import uuid7
from mesh.service import ACCESS, SHARED_PREFIX
from mesh.settings import DatabaseSettings, RedisSettings
from mesh.testing.databases import Databases
from svc_profile.domain.connection import (
    Connection,
    ConnectionCoolingDown,
    ConnectionNotFound,
    ConnectionNotPending,
    NotTheInvitee,
    Pair,
    Status,
)
from svc_profile.domain.ids import UserId
from svc_profile.domain.invitation_budget import A_DAY, Invitations, InvitationsUsedUp
from svc_profile.domain.user import UserNotFound
from svc_profile.store.audience_lists import AudienceListRepository
from svc_profile.store.blocks import BlockRepository
from svc_profile.store.connections import ConnectionRepository
from svc_profile.store.endorsements import EndorsementRepository
from svc_profile.store.follows import FollowRepository
from svc_profile.store.invitations import InvitationHistory
from svc_profile.store.recommendations import RecommendationRepository
from svc_profile.store.ties import TieRepository
from svc_profile.store.users import UserRepository
from svc_profile.usecases.access import Access
from svc_profile.usecases.access_changes import AccessChanges
from svc_profile.usecases.connection_writes import ConnectionWrites
from svc_profile.usecases.connections import Connections
from svc_profile.usecases.partings import Partings
from tests.failure.connections import Members, rows_of

ROUNDS, PEOPLE = 12, 7
DECIDED = (AlreadyExists, FailedPrecondition, NotFound, PermissionDenied)
"""What the domain refuses with."""


class Noting(ConnectionRepository):
    """Notes which pairs each transaction locked."""

    def __init__(self) -> None:
        self.locked: list[set[Pair]] = []

    async def lock(self, tx: Transaction, pairs: Iterable[Pair]) -> dict[Pair, Connection]:
        self.locked.append(wanted := set(pairs))
        return await super().lock(tx, wanted)

    async def lock_or_create(self, tx: Transaction, pairs: Iterable[Pair]) -> dict[Pair, Connection]:
        self.locked.append(wanted := set(pairs))
        return await super().lock_or_create(tx, wanted)


class Telling(Generations):
    """Notes what is told to Redis ahead of each commit."""

    def __init__(self, cache: Cache) -> None:
        super().__init__(cache)
        self.held: list[set[str]] = []

    async def hold(self, names: Sequence[str], token: str) -> None:
        self.held.append(set(names))
        await super().hold(names, token)


@dataclass(frozen=True)
class Process:
    """What one process of the service has for connections."""

    verbs: Connections
    rows: Noting
    told: Telling


@dataclass(frozen=True)
class World:
    """Two processes on one database, which is seen from outside as well."""

    database: asyncpg.Connection
    here: Process
    there: Process
    cache: Cache
    strangers: list[UserId] = field(default_factory=list[UserId])

    async def members(self, count: int) -> list[UserId]:
        ids = sorted(UserId(uuid7()) for _ in range(count))
        await self.database.executemany(
            "INSERT INTO users (user_id, name, email, created_at, updated_at)"
            " VALUES ($1, 'Some One', $2, now(), now())",
            [(one, f"{one}@example.com") for one in ids],
        )
        return ids

    async def steps(self, pair: Pair) -> list[tuple[str, str]]:
        """The history of a pair whose rows are in order."""
        [rows] = await rows_of(self.database, [Members(pair, {})])
        assert rows.faults() == []
        return [(came_from, to) for _, came_from, to, *_ in rows.histories[0]]

    async def events(self, pair: Pair) -> list[str]:
        subjects = await self.database.fetch("SELECT subject FROM outbox ORDER BY bucket, id")
        key = f"{pair.lo}-{pair.hi}"
        return [row[0].split(".")[2] for row in subjects if row[0].endswith(key)]

    async def deadlocks(self) -> int:
        await self.database.execute("SELECT pg_stat_clear_snapshot()")
        return await self.database.fetchval("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")


def process(
    db: Database, cache: Cache, clock: Clock | None = None, invitations: InvitationHistory | None = None
) -> Process:
    clock, rows, told = clock or SystemClock(), Noting(), Telling(cache)
    access, changes = Access(db, UserRepository(), TieRepository(), clock), AccessChanges(Changes(told), ACCESS)
    follows, partings = (
        FollowRepository(),
        Partings(EndorsementRepository(), RecommendationRepository(), AudienceListRepository(), clock),
    )
    writes = ConnectionWrites(db, rows, follows, access, changes, partings, invitations or InvitationHistory(), clock)
    blocks = BlockRepository()
    verbs = Connections(db, rows, blocks, follows, access, changes, writes, partings, clock, timedelta(days=1))
    return Process(verbs, rows, told)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(database_of: Databases, redis_settings: RedisSettings) -> AsyncIterator[World]:
    settings: DatabaseSettings = await database_of("svc_profile")
    cache, databases = Cache(redis_settings, prefix=SHARED_PREFIX), [Database(settings), Database(settings)]
    for part in (cache, *databases):
        await part.start()
    outside = await asyncpg.connect(settings.dsn)
    here, there = (process(db, cache) for db in databases)
    yield World(outside, here, there, cache)
    await outside.close()
    for part in (*databases, cache):
        await part.stop()


async def at_once(*calls: Any) -> list[Any]:
    """What becomes of calls that begin in one tick."""
    return await asyncio.gather(*calls, return_exceptions=True)


async def test_crossing_requests_of_one_transaction_connect(world: World) -> None:
    """The second is decided by what the first made of the pair, and both are history."""
    lo, hi = await world.members(2)
    verbs, before = world.here.verbs, len(world.here.rows.locked)
    asked, answered = await at_once(verbs.request(lo, hi, "hello"), verbs.request(hi, lo, ""))

    assert (Status.PENDING, Status.ACCEPTED) == (asked.status, answered.status)
    assert (lo, "hello") == (answered.requested_by, answered.note)
    assert [("none", "pending"), ("pending", "accepted")] == await world.steps(Pair(lo, hi))
    assert ["connection_requested", "connection_accepted"] == await world.events(Pair(lo, hi))
    assert [{Pair(lo, hi)}] == world.here.rows.locked[before:]


async def test_answers_to_one_pair_follow_each_other(world: World) -> None:
    """Accepted, accepted already, ended, too late: in the order they came, each refusal its own."""
    lo, hi = await world.members(2)
    verbs = world.here.verbs
    await verbs.request(lo, hi, "")
    before = len(world.here.rows.locked)
    own, first, again, ended, late = await at_once(
        verbs.accept(lo, hi), verbs.accept(hi, lo), verbs.accept(hi, lo), verbs.remove(lo, hi), verbs.reject(hi, lo)
    )

    assert [NotTheInvitee, ConnectionNotPending] == [type(own), type(late)]
    assert [(Status.ACCEPTED, False), (Status.ACCEPTED, True)] == [(found.status, old) for found, old in (first, again)]
    assert Status.REMOVED is ended.status
    assert ["pending", "accepted", "removed"] == [to for _, to in await world.steps(Pair(lo, hi))]
    assert [{Pair(lo, hi)}] == world.here.rows.locked[before:]


async def test_who_is_refused_is_refused_alone(world: World) -> None:
    """Nothing is kept of a request to somebody who is not there for the caller; the others of the transaction stand."""
    me, friend, blocker, cool, other = await world.members(5)
    nobody, verbs = UserId(uuid7()), world.here.verbs
    await verbs.block(blocker, me)
    await verbs.request(me, cool, "")
    await verbs.withdraw(me, cool)
    before = len(world.here.rows.locked)
    outcomes = await at_once(
        verbs.request(me, friend, ""),
        verbs.request(me, nobody, ""),
        verbs.request(me, blocker, ""),
        verbs.request(me, cool, ""),
        verbs.request(other, me, ""),
        verbs.accept(me, nobody),
    )

    assert [Connection, UserNotFound, UserNotFound, ConnectionCoolingDown, Connection, ConnectionNotFound] == [
        type(each) for each in outcomes
    ]
    assert [4 + 1, 1] == sorted(map(len, world.here.rows.locked[before:]), reverse=True)
    assert [("none", "pending")] == await world.steps(Pair.of(me, friend)) == await world.steps(Pair.of(other, me))
    assert [[], []] == [await world.steps(Pair.of(me, one)) for one in (nobody, blocker)]
    kept = await world.database.fetch(
        "SELECT 1 FROM connections WHERE (user_id = $1 AND connected_user_id = ANY($2)) OR user_id = $3",
        me,
        [nobody, blocker],
        nobody,
    )
    assert [] == kept
    await verbs.unblock(blocker, me)
    assert Status.PENDING is (await verbs.request(me, blocker, "")).status


async def test_a_transaction_tells_redis_once_of_all_its_pairs(world: World) -> None:
    """Everybody whose verdicts may change, about whom too, and nobody whose request was only asked or turned down."""
    me, *others = await world.members(4)
    verbs = world.here.verbs
    await at_once(*(verbs.request(other, me, "") for other in others))
    before = len(world.here.told.held)
    await at_once(verbs.accept(me, others[0]), verbs.accept(me, others[1]), verbs.reject(me, others[2]))

    concerned = {name(who) for who in (me, *others[:2]) for name in (ACCESS.subject, ACCESS.object)}
    assert [concerned] == world.here.told.held[before:]


async def test_transactions_of_two_processes_never_wait_in_a_circle(world: World) -> None:
    """Everybody at everybody in both: crossing requests, answers, blocks; rows stay mirrored, nothing deadlocks."""
    rng, before = random.Random(20260101), await world.deadlocks()
    for _ in range(ROUNDS):
        people = await world.members(PEOPLE)
        directed = [(one, other) for one in people for other in people if one != other]
        for verbs in ("request request request block", "accept remove withdraw reject ignore block unblock"):
            calls = [
                (at.verbs, rng.choice(verbs.split()), *pair) for at in (world.here, world.there) for pair in directed
            ]
            rng.shuffle(calls)
            outcomes = await at_once(*(_said(*call) for call in calls))
            assert [] == [each for each in outcomes if isinstance(each, Exception) and not isinstance(each, DECIDED)]
        for one, other in directed:
            if one < other:
                await world.steps(Pair(one, other))

    assert before == await world.deadlocks()
    assert max(map(len, world.here.rows.locked)) > PEOPLE
    assert max(map(len, world.there.rows.locked)) > PEOPLE


async def _said(verbs: Connections, verb: str, me: UserId, other: UserId) -> Any:
    return await (verbs.request(me, other, "") if verb == "request" else getattr(verbs, verb)(me, other))


class Pausing(InvitationHistory):
    """Has counted, and goes on when it may."""

    def __init__(self) -> None:
        self.counted, self.may_go_on = asyncio.Event(), asyncio.Event()

    async def of_many(self, tx: Transaction, user_ids: Sequence[UserId], now: datetime) -> dict[UserId, Invitations]:
        found = await super().of_many(tx, user_ids, now)
        self.counted.set()
        await self.may_go_on.wait()
        return found


async def test_processes_that_invite_for_one_member_count_each_other(world: World) -> None:
    """Three are left of a day's budget: three go out, though one process begins to count while another has counted."""
    (me, *others), now, pausing = await world.members(1 + 8), SystemClock().now(), Pausing()
    await world.database.executemany(
        "INSERT INTO connection_history VALUES ($1, $2, $3, 'none', 'pending', $1, $4)",
        [(me, uuid7(), uuid7(at), at) for at in (now - timedelta(minutes=number) for number in range(1, A_DAY - 2))],
    )
    there = process(world.there.verbs.db, world.cache, invitations=pausing).verbs
    first = asyncio.create_task(at_once(*(there.request(me, other, "") for other in others[:4])))
    await pausing.counted.wait()
    second = asyncio.create_task(at_once(*(world.here.verbs.request(me, other, "") for other in others[4:])))
    while not second.done() and not await world.database.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
        pass
    pausing.may_go_on.set()

    outcomes = [[type(each) for each in await calls] for calls in (first, second)]
    assert [[Connection] * 3 + [InvitationsUsedUp], [InvitationsUsedUp] * 4] == outcomes
    assert [[("none", "pending")]] * 3 + [[]] * 5 == [await world.steps(Pair.of(me, other)) for other in others]
