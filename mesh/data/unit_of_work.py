"""One transaction from BEGIN to what follows its commit."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, TypeVar

from mesh.clock import Clock
from mesh.data.connection import Connection
from mesh.data.outbox import OUTBOX_INSERT, outbox_rows
from mesh.data.pool import Pool
from mesh.data.transaction import Transaction
from mesh.errors import Failure
from mesh.telemetry import get_logger

T = TypeVar("T")

_log = get_logger(__name__)
_finishing: set[asyncio.Task[Any]] = set()  # commits whose caller went away


class UnitOfWork:
    """A transaction on a connection of its own; it ends by `commit` or `rollback`, whichever comes first."""

    def __init__(self, pool: Pool, clock: Clock, outbox_ready: asyncio.Event) -> None:
        self._pool = pool
        self._clock = clock
        self._outbox_ready = outbox_ready
        self._connection: Connection | None = None
        self._transaction: Transaction | None = None

    async def begin(self) -> Transaction:
        """Take a connection and open the transaction on it."""
        connection = await self._pool.acquire()
        connection.begin()
        self._connection = connection
        self._transaction = Transaction(connection, self._clock)
        return self._transaction

    async def commit(self) -> None:
        """Write the events, take the last steps, commit and call back.

        A caller who is cancelled meanwhile leaves at once; the commit goes on without it, so callbacks are never lost.
        """
        await asyncio.shield(_in_background(self._commit_and_call_back(*self._ending())))

    async def commit_first(self) -> "asyncio.Future[None] | None":
        """Do the same, but return when it is committed: the future ends with the callbacks, if there are any."""
        return await asyncio.shield(_in_background(self._commit_then_call_back(*self._ending())))

    async def rollback(self) -> None:
        """Drop everything; without effect after the end."""
        connection, _ = self._take()
        if connection is not None:
            await self._rollback(connection)

    def abandon(self) -> None:
        """Drop everything without waiting: what a cancelled caller does."""
        connection, _ = self._take()
        if connection is not None:
            self._pool.release(connection)

    def _ending(self) -> tuple[Connection, Transaction]:
        connection, transaction = self._take()
        if connection is None or transaction is None:
            raise RuntimeError("this transaction has ended")
        return connection, transaction

    def _take(self) -> tuple[Connection | None, Transaction | None]:
        taken = self._connection, self._transaction
        self._connection = self._transaction = None
        return taken

    async def _commit_and_call_back(self, connection: Connection, transaction: Transaction) -> None:
        await self._commit(connection, transaction)
        await _call_back(transaction.callbacks)

    async def _commit_then_call_back(
        self, connection: Connection, transaction: Transaction
    ) -> "asyncio.Future[None] | None":
        await self._commit(connection, transaction)
        return _in_background(_call_back(transaction.callbacks)) if transaction.callbacks else None

    async def _commit(self, connection: Connection, transaction: Transaction) -> None:
        try:
            if transaction.events:
                connection.send(OUTBOX_INSERT, outbox_rows(transaction.events))
            for step in transaction.last_steps:
                await step(transaction)
            await connection.commit()
        except BaseException:
            await self._rollback(connection)
            raise
        self._pool.release(connection)
        if transaction.events:
            self._outbox_ready.set()

    async def _rollback(self, connection: Connection) -> None:
        try:
            if connection.usable and not connection.clean:
                await connection.rollback()
        except Exception as error:  # noqa: BLE001 - the error that led here is the one to tell
            _log.warning("rollback_failed", error=type(error).__name__)
        finally:
            self._pool.release(connection)


async def _call_back(callbacks: Sequence[Callable[[], Awaitable[None]]]) -> None:
    """Call all of them; the commit stands, and a Failure of what was to follow it is told to the caller."""
    failures: list[Failure] = []
    for callback in callbacks:
        try:
            await callback()
        except Failure as failure:
            failures.append(failure)
        except Exception:  # noqa: BLE001 - nothing a caller could act on
            _log.exception("on_commit_failed", callback=getattr(callback, "__qualname__", repr(callback)))
    if failures:
        raise failures[0]


def _in_background(work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
    task = asyncio.create_task(work)
    _finishing.add(task)
    task.add_done_callback(_forget)
    return task


def _forget(task: "asyncio.Task[Any]") -> None:
    _finishing.discard(task)
    if not task.cancelled():
        task.exception()  # told to the caller, if one is still there
