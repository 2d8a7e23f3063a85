"""Crossing calls on one connection: whatever comes at the same moment, the pair behaves as if it came in turn."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from mesh.data import Transaction, statement
from mesh.settings import Engine, MailSettings, NatsSettings, RedisSettings, RpcSettings, Secret
from mesh.testing import TestIdentity
from mesh.testing.databases import Databases
from mesh.testing.linearizability import UNKNOWN
from mesh.testing.serving import serving
from svc_profile.app import build
from svc_profile.config import Config
from svc_profile.domain.connection import Connection, Pair, Status
from svc_profile.store.connections import ConnectionRepository
from svc_profile.store.tables import connections
from tests.failure.connections import Members, new_pairs, rows_of, say, some_verbs

PAIRS = 200
PAIRS_AT_ONCE = 20
PATIENCE = 60.0  # seconds
ROUNDS = 10  # more than enough for a race that is lost in most pairs of a round


@dataclass(frozen=True)
class Profile:
    """Two processes of the service, as each does what comes at once in one transaction; its tables from outside."""

    channels: tuple[Any, Any]
    database: asyncpg.Connection
    identity: TestIdentity

    async def pairs(self, count: int) -> list[Members]:
        return await new_pairs(self.database, self.identity, count)

    async def deadlocks(self) -> int:
        return await self.database.fetchval("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")

    async def race(self, members: Members, rng: random.Random, *, words: int) -> None:
        """Two clients of each side at once, one at each process: all begin with a request or the answer to one."""
        await asyncio.gather(
            *(
                say(channel, members, by, [first, *some_verbs(rng, words)], patience=PATIENCE)
                for by, beginnings in zip(members.pair, (("request", "accept"), ("accept", "request")), strict=True)
                for channel, first in zip(self.channels, beginnings, strict=True)
            )
        )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def profile(
    engine: Engine,
    database_of: Databases,
    identity: TestIdentity,
    redis_settings: RedisSettings,
    nats_settings: NatsSettings,
    mail_folder: Path,
) -> AsyncIterator[Profile]:
    database = await database_of("svc_profile")
    config = Config(
        rpc=RpcSettings(engine),
        database=database,
        redis=redis_settings,
        nats=nats_settings,
        auth=identity.settings,
        page_token_secret=Secret("the page token secret under test"),
        mail=MailSettings(folder=mail_folder),
        signing_keys_dir=identity.ring_folder,
        hashing_cost="test",
        request_cooldown_days=0.0,
    )
    outside = await asyncpg.connect(database.dsn)
    async with serving(build(config)) as one, serving(build(config)) as other:
        yield Profile((one.channel, other.channel), outside, identity)
    await outside.close()


async def in_groups(pairs: list[Members], race: Callable[[Members], Any]) -> None:
    for start in range(0, len(pairs), PAIRS_AT_ONCE):
        await asyncio.gather(*(race(members) for members in pairs[start : start + PAIRS_AT_ONCE]))


async def test_crossing_calls_end_symmetric_with_one_history(profile: Profile) -> None:
    """Two hundred pairs quarrel, four clients each: rows mirror each other, some order explains every answer."""
    pairs, rng = await profile.pairs(PAIRS), random.Random(20260101)
    await in_groups(pairs, lambda members: profile.race(members, rng, words=2))

    faults = [fault for rows in await rows_of(profile.database, pairs) for fault in rows.faults()]
    unexplained = [members.transcript() for members in pairs if members.explanation() is None]
    unknown = [op for members in pairs for op in members.history.operations if op.result is UNKNOWN]
    assert ([], [], []) == (faults, unexplained, unknown)
    assert 0 == await profile.deadlocks()
    assert {12} == {len(members.history.operations) for members in pairs}


async def test_the_history_is_the_order_that_explains_the_answers(profile: Profile) -> None:
    """Two crossing requests connect: asked by one, accepted by the other, nothing else in either history."""
    pairs = await profile.pairs(PAIRS_AT_ONCE)
    await in_groups(
        pairs,
        lambda members: asyncio.gather(
            *(
                say(channel, members, by, ["request"], patience=PATIENCE)
                for channel, by in zip(profile.channels, members.pair, strict=True)
            )
        ),
    )

    rows = await rows_of(profile.database, pairs)
    steps = {tuple((came_from, to) for _, came_from, to, *_ in row.histories[0]) for row in rows}
    actors = [{actor for *_, actor, _ in row.histories[0]} for row in rows]
    assert [] == [fault for row in rows for fault in row.faults()]
    assert {(("none", "pending"), ("pending", "accepted"))} == steps
    assert [set(members.pair) for members in pairs] == actors


_BLANK = statement(
    insert(connections)
    .values(user_id=bindparam("user_id"), connected_user_id=bindparam("other"), status=bindparam("status"))
    .on_conflict_do_nothing()
)


_READ = statement(
    select(connections).where(
        connections.c.user_id == bindparam("lo"), connections.c.connected_user_id == bindparam("hi")
    )
)


async def _read_only(_: ConnectionRepository, tx: Transaction, pairs: Iterable[Pair]) -> dict[Pair, Connection]:
    states: dict[Pair, Connection] = {}
    for pair in pairs:
        row = await tx.fetch_one(_READ, lo=pair.lo, hi=pair.hi)
        states[pair] = Connection(pair, Status(row["status"]), *row[3:]) if row else Connection(pair)
    await asyncio.sleep(0.001)  # as long as a busy machine takes between a read and a write
    return states


async def _create_and_read(
    self: ConnectionRepository, tx: Transaction, pairs: Iterable[Pair]
) -> dict[Pair, Connection]:
    wanted = list(pairs)
    for pair in wanted:
        for user_id, other in (pair, pair[::-1]):
            await tx.execute(_BLANK, user_id=user_id, other=other, status="none")
    return await _read_only(self, tx, wanted)


async def test_without_the_locks_it_is_noticed(profile: Profile, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same race over reads that lock nothing gives answers no order explains, and a history that is no chain."""
    monkeypatch.setattr(ConnectionRepository, "lock", _read_only)
    monkeypatch.setattr(ConnectionRepository, "lock_or_create", _create_and_read)
    unexplained, faults, rng = 0, 0, random.Random(20260101)
    for _ in range(ROUNDS):
        pairs = await profile.pairs(PAIRS_AT_ONCE)
        await in_groups(pairs, lambda members: profile.race(members, rng, words=2))
        unexplained += sum(members.explanation() is None for members in pairs)
        faults += sum(bool(rows.faults()) for rows in await rows_of(profile.database, pairs))
        if unexplained and faults:
            break

    assert unexplained > 0
    assert faults > 0
