"""Connecting two members in plain SQL: two transactions, each locking two single rows in key order."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

import asyncpg

from bench.floors.sql import SCHEMA, pool
from bench.load.target import Observe, Place

_INSERT = (
    f"INSERT INTO {SCHEMA}.connections (user_id, connected_user_id, status, requested_by, created_at, updated_at)"  # noqa: S608 - our own name
    " VALUES ($1, $2, 'pending', $3, $4, $4)"
)
_LOCK = f"SELECT status FROM {SCHEMA}.connections WHERE user_id = $1 AND connected_user_id = $2 FOR UPDATE"  # noqa: S608 - our own name
_ACCEPT = (
    f"UPDATE {SCHEMA}.connections SET status = 'accepted', updated_at = $3, accepted_at = $3"  # noqa: S608 - our own name
    " WHERE user_id = $1 AND connected_user_id = $2"
)


@dataclass(frozen=True, slots=True)
class SqlPairs:
    """No rules, no history, no events: what PostgreSQL alone needs."""

    dsn: str

    async def open(self, place: Place, _: Observe, /) -> "SqlPairsSession":
        """Connect."""
        return SqlPairsSession(await pool(self.dsn, place.workers))


class SqlPairsSession:
    """Some connections."""

    def __init__(self, connections: asyncpg.Pool) -> None:
        self._pool = connections

    async def fire(self, _number: int, _due: float, /) -> str:
        """Connect two who never met."""
        one, other = sorted((uuid4(), uuid4()))
        async with self._pool.acquire() as connection:
            await _request(connection, one, other)
            await _accept(connection, one, other)
        return "pair"

    async def settle(self) -> int:
        """Nothing arrives later."""
        return 0

    async def close(self) -> None:
        """Disconnect."""
        await self._pool.close()


async def _request(connection: "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]", lo: UUID, hi: UUID) -> None:
    async with connection.transaction():
        now = datetime.now(UTC)
        await connection.execute(_INSERT, lo, hi, lo, now)
        await connection.execute(_INSERT, hi, lo, lo, now)


async def _accept(connection: "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]", lo: UUID, hi: UUID) -> None:
    async with connection.transaction():
        now = datetime.now(UTC)
        for pair in ((lo, hi), (hi, lo)):
            await connection.fetchval(_LOCK, *pair)
        for pair in ((lo, hi), (hi, lo)):
            await connection.execute(_ACCEPT, *pair, now)
