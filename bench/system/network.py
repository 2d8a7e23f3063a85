"""A hundred thousand members with two million friendships, for as long as it takes."""

import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import UUID

import asyncpg
import numpy as np
from numpy.typing import NDArray

from guildctl.seed.names import FIRST, LAST

PEOPLE = 100_000
FRIENDSHIPS = 2_000_000
BLOCKED = 1_000
"""By each of those who block."""
_EAGERNESS = 1.0
"""Sigma of the log-normal by which some have more friends than others, as in `guild seed`."""
_NEAR, _NEARBY = 100, 0.85
"""Most friends are within so many numbers, so that friends have friends in common; and which part of them is."""
_SEED = 42
_SPREAD_SECONDS = 86_400 * 300
_AT_ONCE = 50_000
_FOUND_BY_NOBODY = 32_767
"""A version of the rules of search that no service has yet, so that it reads none of them into its index."""
_SINCE = datetime(2026, 1, 1, tzinfo=UTC)
_SINCE_2000 = int((_SINCE - datetime(2000, 1, 1, tzinfo=UTC)).total_seconds())
"""The same as PostgreSQL counts."""
_COLUMNS = {
    "user_id": "V16",
    "connected_user_id": "V16",
    "status": "S8",
    "requested_by": "V16",
    "note": "S16",
    "created_at": ">i8",
    "updated_at": ">i8",
    "accepted_at": ">i8",
}
_ROW = np.dtype(
    [("columns", ">i2"), *(part for name, kind in _COLUMNS.items() for part in ((f"#{name}", ">i4"), (name, kind)))]
)
"""A row as COPY takes it in its binary format: how many columns, and before each how many octets it has."""


@dataclass(frozen=True)
class Network:
    """Who is there, by number; the numbers of the members it was made around, and of each one's friends."""

    ids: Sequence[UUID]
    members: Sequence[int]
    friends: Callable[[int], Sequence[int]]


@asynccontextmanager
async def network(
    dsn: str, members: Sequence[UUID], blockers: Sequence[UUID], say: Callable[[str], None]
) -> AsyncGenerator[Network]:
    """Put members, spread evenly, among others they are friends with, until the block ends; some block others.

    It is written into the tables, sorted, so that it takes half a minute; nobody has kept anything of them yet.
    """
    database: Any = await asyncpg.connect(dsn, server_settings={"statement_timeout": "0"})
    mark = secrets.token_hex(8)
    ids = [UUID(bytes=secrets.token_bytes(16)) for _ in range(PEOPLE - len(members))]
    every = PEOPLE // len(members)
    everybody = sorted(ids)
    for number, member in enumerate(members):
        everybody.insert(number * every, member)
    edges = friendships(PEOPLE, FRIENDSHIPS)
    say(f"  {PEOPLE:,} members with {FRIENDSHIPS:,} friendships are written")
    try:
        async with database.transaction():
            await _people(database, ids, mark)
            await database.copy_to_table(
                "connections", source=_rows(everybody, edges, mark), columns=[*_COLUMNS], format="binary"
            )
            await database.execute(
                "INSERT INTO follows SELECT user_id, connected_user_id, true, false, accepted_at"
                " FROM connections WHERE user_id = ANY($1) AND note = $2",
                list(members),
                mark,
            )
            await _block(database, blockers, everybody)
        await database.execute("VACUUM ANALYZE connections, users, follows, blocks")
        starts = np.searchsorted(edges[:, 0], np.arange(PEOPLE + 1))
        numbers = [number * every for number in range(len(members))]
        yield Network(everybody, numbers, lambda number: edges[starts[number] : starts[number + 1], 1].tolist())
    finally:
        await _drop(database, list(members), mark)
        await database.close()


def friendships(people: int, count: int) -> "NDArray[np.int64]":
    """Both ways of `count` friendships, in order: mostly with those nearby, by some many more than by others."""
    draw = np.random.default_rng(_SEED)
    eager = np.cumsum(draw.lognormal(0.0, _EAGERNESS, people))
    found = np.empty(0, np.int64)
    while len(found) < count:
        size = count - len(found) + count // 10
        one, anybody = (np.searchsorted(eager, draw.random(size) * eager[-1]) for _ in range(2))
        neighbour = (one + draw.integers(-_NEAR, _NEAR, size)) % people
        other = np.where(draw.random(size) < _NEARBY, neighbour, anybody)
        apart = one != other
        pairs = np.minimum(one, other)[apart] * people + np.maximum(one, other)[apart]
        found = np.unique(np.concatenate((found, pairs)))
    lo, hi = np.divmod(draw.choice(found, count, replace=False), people)
    both = np.sort(np.concatenate((lo * people + hi, hi * people + lo)))
    return np.stack(np.divmod(both, people), axis=1)


async def _people(database: Any, ids: Sequence[UUID], mark: str) -> None:
    draw = Random(_SEED)
    columns = ["user_id", "name", "headline", "email", "created_at", "updated_at", "searchable_by"]
    users = [
        (
            one,
            f"{draw.choice(FIRST)} {draw.choice(LAST)}",
            mark,
            f"{one.hex}@bench.example",
            _SINCE,
            _SINCE,
            _FOUND_BY_NOBODY,
        )
        for one in ids
    ]
    await database.copy_records_to_table("users", records=users, columns=columns)


async def _block(database: Any, blockers: Sequence[UUID], everybody: Sequence[UUID]) -> None:
    draw = Random(_SEED)
    rows = [
        (me, them, blocker, _SINCE)
        for blocker in blockers
        for other in draw.sample(everybody, BLOCKED)
        if other != blocker
        for me, them in ((blocker, other), (other, blocker))
    ]
    columns = ["user_id", "other_id", "blocked_by", "blocked_at"]
    await database.copy_records_to_table("blocks", records=dict.fromkeys(rows), columns=columns)


async def _rows(ids: Sequence[UUID], edges: "NDArray[np.int64]", mark: str) -> AsyncIterator[bytes]:
    octets = np.frombuffer(b"".join(one.bytes for one in ids), "V16")
    rank = np.empty(len(ids), np.int64)
    rank[sorted(range(len(ids)), key=ids.__getitem__)] = np.arange(len(ids))
    order = np.argsort(rank[edges[:, 0]] * len(ids) + rank[edges[:, 1]])
    yield b"PGCOPY\n\xff\r\n\0" + bytes(8)
    for start in range(0, len(order), _AT_ONCE):
        yield _packed(octets, edges[order[start : start + _AT_ONCE]], mark)
    yield b"\xff\xff"


def _packed(octets: "NDArray[np.void]", edges: "NDArray[np.int64]", mark: str) -> bytes:
    mine, theirs = edges[:, 0], edges[:, 1]
    lo, hi = np.minimum(mine, theirs), np.maximum(mine, theirs)
    rows = np.zeros(len(edges), _ROW)
    rows["columns"] = len(_COLUMNS)
    for name, kind in _COLUMNS.items():
        rows[f"#{name}"] = np.dtype(kind).itemsize
    rows["user_id"], rows["connected_user_id"], rows["requested_by"] = octets[mine], octets[theirs], octets[lo]
    rows["status"], rows["note"] = b"accepted", mark.encode()
    at = (_SINCE_2000 + (lo * 31 + hi) % _SPREAD_SECONDS) * 1_000_000
    for name in ("created_at", "updated_at", "accepted_at"):
        rows[name] = at
    return rows.tobytes()


async def _drop(database: Any, members: Sequence[UUID], mark: str) -> None:
    await database.execute("DELETE FROM follows WHERE user_id = ANY($1)", members)
    await database.execute("DELETE FROM blocks WHERE blocked_by = ANY($1)", members)
    await database.execute("DELETE FROM connections WHERE note = $1", mark)
    await database.execute("DELETE FROM users WHERE headline = $1", mark)
