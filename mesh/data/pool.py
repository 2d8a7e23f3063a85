"""The connections of a process to one PostgreSQL: a bounded free list without reset, since sessions carry no state."""

import asyncio
from collections.abc import Mapping
from typing import Any, TypeVar

from prometheus_client import Gauge

from mesh import deadlines
from mesh.data.connection import Connection, connect
from mesh.data.failures import CONFLICTS, RETRY_AFTER_SECONDS, DatabaseUnavailable
from mesh.data.line import Line
from mesh.data.querier import Querier, Read
from mesh.data.retry import until_no_conflict
from mesh.data.statements import Statement

T = TypeVar("T")

_RECOVER_SECONDS = 3.0
_REAP_EVERY_SECONDS = 15.0
_IDLE_SECONDS = 60.0
_DRAIN_SECONDS = 5.0
_OPEN = Gauge("guild_sql_connections", "Open connections of this process.", ["pool"])


class Pool(Querier):
    """Up to `maximum` connections, opened when wanted; dead ones are replaced by the next that asks."""

    def __init__(self, dsn: str, *, minimum: int, maximum: int, name: str) -> None:
        self._dsn = dsn
        self._minimum = minimum
        self._maximum = maximum
        self._idle: list[Connection] = []  # the last one back is the first one out: the rest can be closed
        self._open = 0
        self._line: Line[Connection | None] = Line(maximum, name)
        self._chores: set[asyncio.Task[None]] = set()
        self._closing = False
        self._gauge = _OPEN.labels(name)

    async def start(self) -> None:
        """Open the first connections; raises DatabaseUnavailable when there is nobody to talk to."""
        self._closing = False
        for connection in [await self.acquire() for _ in range(max(1, self._minimum))]:
            self.release(connection)
        self._chore(self._reap())

    async def stop(self) -> None:
        """Let work under way finish, then close every connection."""
        self._closing = True
        deadline = asyncio.get_running_loop().time() + _DRAIN_SECONDS
        while self._idle or self._open:
            for connection in self._idle:
                self._chore(self._close(connection))
            self._idle.clear()
            if asyncio.get_running_loop().time() > deadline:
                break
            await asyncio.sleep(0.01)
        for chore in self._chores:
            chore.cancel()
        await asyncio.gather(*self._chores, return_exceptions=True)

    async def run(self, read: Read[T], statement: Statement, parameters: Mapping[str, Any]) -> T:
        """Run a statement in a transaction of its own; deadlocks and the like are retried."""
        try:
            return await self._run_once(read, statement, parameters)
        except CONFLICTS:
            return await until_no_conflict(lambda: self._run_once(read, statement, parameters))

    async def _run_once(self, read: Read[T], statement: Statement, parameters: Mapping[str, Any]) -> T:
        connection = await self.acquire()
        try:
            return await connection.run(read, statement, parameters)
        finally:
            self.release(connection)

    async def acquire(self) -> Connection:
        """Take a connection, to be given back with `release`.

        Raises DatabaseUnavailable when none comes free, Overloaded when none would in the time that is left.
        """
        while not self._closing:
            while self._idle:
                connection = self._idle.pop()
                if connection.usable:
                    return self._lent(connection)
                self._forget()
            if self._open < self._maximum:
                return self._lent(await self._connect())
            connection = await self._line.wait(deadlines.deadline(), self._pass_on)
            if connection is not None:
                return self._lent(connection)
        raise DatabaseUnavailable("this process is stopping, try another", retry_after=RETRY_AFTER_SECONDS)

    def release(self, connection: Connection) -> None:
        """Give a connection back, in whatever state; one that is not clean is cleaned before anybody gets it."""
        if not connection.usable:
            connection.raw.terminate()
            self._forget()
        elif not connection.clean:
            self._chore(self._recover(connection))
        else:
            now = self._line.clock()
            self._line.returned(now - connection.moved_at)
            connection.moved_at = now
            if not self._line.hand_over(connection):
                self._idle.append(connection)

    async def _connect(self) -> Connection:
        self._open += 1
        self._gauge.inc()
        try:
            return await connect(self._dsn)
        except BaseException:
            self._forget()
            raise

    def _lent(self, connection: Connection) -> Connection:
        connection.moved_at = self._line.clock()
        return connection

    def _pass_on(self, connection: Connection | None) -> None:
        if connection is not None:
            self.release(connection)
        else:
            self._line.hand_over(None)

    def _forget(self) -> None:
        self._open -= 1
        self._gauge.dec()
        self._line.hand_over(None)

    async def _recover(self, connection: Connection) -> None:
        try:
            async with asyncio.timeout(_RECOVER_SECONDS):
                await connection.rollback()
        except BaseException:  # noqa: BLE001 - whatever it was, this session is of no use any more
            connection.raw.terminate()
        self.release(connection)

    async def _reap(self) -> None:
        while True:
            await asyncio.sleep(_REAP_EVERY_SECONDS)
            before = self._line.clock() - _IDLE_SECONDS
            while self._idle and self._open > self._minimum and self._idle[0].moved_at < before:
                self._chore(self._close(self._idle.pop(0)))

    async def _close(self, connection: Connection) -> None:
        await connection.close()
        self._forget()

    def _chore(self, work: Any) -> None:
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._chores.add(task)
        task.add_done_callback(self._chores.discard)
