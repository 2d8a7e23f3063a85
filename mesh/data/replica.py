"""A replica, which answers reads that may lag; and tokens that say how much of it they may."""

import asyncio
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar, final

from sqlalchemy import BigInteger, literal_column, select

from mesh.data.failures import CONFLICTS, DatabaseUnavailable
from mesh.data.loader import Loader
from mesh.data.paging import PageTokenInvalid, PageTokens
from mesh.data.pool import Pool
from mesh.data.querier import Querier, Read
from mesh.data.statements import Statement, statement
from mesh.telemetry import get_logger

T = TypeVar("T")

WAITS = (0.0, 0.005, 0.015, 0.03, 0.05)
"""Seconds between looks whether the replica has come far enough; then the primary is asked."""

_AWAY_SECONDS = 5.0  # how long nobody tries a replica that did not answer
_PRIMARY = -1  # a position that no replica reaches
_WRITTEN = statement(
    select(literal_column("pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::int8", BigInteger)), name="position written"
)
_REPLAYED = statement(
    select(literal_column("pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::int8", BigInteger)),
    name="position replayed",
)
_demanded: ContextVar[tuple[Querier, int] | None] = ContextVar("guild_consistency", default=None)
_log = get_logger(__name__)


@final
class Replica(Querier):
    """Reads from the replica, unless it is behind what the caller has seen or away: then from the primary."""

    def __init__(self, pool: Pool, primary: Querier) -> None:
        self._pool = pool
        self._primary = primary
        self._away_until = 0.0

    async def start(self) -> None:
        """Connect; without its replica a service starts all the same."""
        try:
            await self._pool.start()
        except DatabaseUnavailable as error:
            self._leave_alone(error)

    async def stop(self) -> None:
        """Let reads finish, disconnect."""
        await self._pool.stop()

    async def run(self, read: Read[T], statement: Statement, parameters: Mapping[str, Any]) -> T:
        """Run a read where it is new enough."""
        demanded = _demanded.get()
        position = demanded[1] if demanded is not None and demanded[0] is self._primary else 0
        if position != _PRIMARY and asyncio.get_running_loop().time() >= self._away_until:
            try:
                if not position:
                    return await self._pool.run(read, statement, parameters)
                connection = await self._pool.acquire()
                try:
                    if await _reached(connection, position):
                        return await connection.run(read, statement, parameters)
                finally:
                    self._pool.release(connection)
            except DatabaseUnavailable as error:
                self._leave_alone(error)
            except CONFLICTS:  # what is replayed there removed rows that the read needs
                pass
        return await self._primary.run(read, statement, parameters)

    def _leave_alone(self, error: Exception) -> None:
        _log.warning("the replica does not answer, reading from the primary", error=repr(error))
        self._away_until = asyncio.get_running_loop().time() + _AWAY_SECONDS


@final
class Consistency:
    """Tokens with which members read what they wrote: the position of a write in the log of a service's database.

    `name` is the service; a token of another service's database demands nothing of this one.
    """

    def __init__(self, name: str, database: Querier, tokens: PageTokens) -> None:
        self._name = name
        self._database = database
        self._tokens = tokens
        self._written: Loader[None, int] = Loader(self._position_written)
        self._last: tuple[int | None, str] | None = None  # a position with its token

    async def issue(self) -> str:
        """Return a token of everything committed so far; who asks in one tick shares the look, and the token."""
        position = await self._written.load(None)
        if self._last is None or self._last[0] != position:
            self._last = position, f"{self._name}.{self._tokens.encode({'position': position}, self._scope)}"
        return self._last[1]

    @contextmanager
    def honour(self, token: str) -> Generator[None]:
        """Let reads of the block, on the replica too, see at least what the token (or all of several, by commas) saw.

        A token of ours that was changed, or sealed with another secret, makes them read from the primary.
        """
        ours = [one.strip() for one in token.split(",") if one.strip().startswith(f"{self._name}.")]
        if not ours:
            yield
            return
        positions = [self._position(one) for one in ours]
        reset = _demanded.set((self._database, _PRIMARY if _PRIMARY in positions else max(positions)))
        try:
            yield
        finally:
            _demanded.reset(reset)

    async def _position_written(self, _: Sequence[None]) -> dict[None, int]:
        return {None: await self._database.fetch_value(_WRITTEN)}

    def _position(self, token: str) -> int:
        try:
            return self._tokens.decode(token.removeprefix(f"{self._name}."), self._scope)["position"]
        except PageTokenInvalid:
            return _PRIMARY

    @property
    def _scope(self) -> str:
        return f"consistency/{self._name}"


async def _reached(connection: Querier, position: int) -> bool:
    for pause in WAITS:
        await asyncio.sleep(pause)
        replayed = await connection.fetch_value(_REPLAYED)
        if replayed is None or replayed >= position:  # None: not a replica but a primary
            return True
    return False
