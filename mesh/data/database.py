"""A service's database: the pool, its replica, and transactions."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from sqlalchemy import select

from mesh.clock import Clock, SystemClock
from mesh.data.failures import DatabaseUnavailable
from mesh.data.pool import Pool
from mesh.data.querier import Querier, Read
from mesh.data.replica import Replica
from mesh.data.retry import until_no_conflict
from mesh.data.scope import current_scope
from mesh.data.statements import Statement, constant, statement
from mesh.data.transaction import Transaction
from mesh.data.unit_of_work import UnitOfWork
from mesh.settings import DatabaseSettings

T = TypeVar("T")

_START_SECONDS = 30.0  # how long a role waits for a database that starts beside it
_START_PAUSE_SECONDS = 0.25
_PING = statement(select(constant(1)), name="ping")


class Database(Querier):
    """Statements run on it commit one by one; `transact` runs several in one transaction.

    `outbox_ready` is set after every commit that wrote events.
    """

    name = "database"

    def __init__(self, settings: DatabaseSettings, *, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._pool = Pool(settings.dsn, minimum=settings.pool_min, maximum=settings.pool_max, name="primary")
        self._replica: Replica | None = None
        if settings.replica_dsn:
            pool = Pool(settings.replica_dsn, minimum=0, maximum=settings.pool_max, name="replica")
            self._replica = Replica(pool, self)
        self.outbox_ready = asyncio.Event()

    @property
    def replica(self) -> Querier:
        """Where to read what may lag behind a little, but not behind the call's consistency token."""
        return self._replica or self

    @property
    def in_transaction(self) -> bool:
        """Whether the current call is a keyed one that has written already: its reads belong to its transaction."""
        scope = current_scope(self)
        return scope is not None and scope.transaction is not None

    async def start(self) -> None:
        """Connect, waiting for a database that is just starting."""
        await _patiently(self._pool.start)
        if self._replica is not None:
            await self._replica.start()

    async def stop(self) -> None:
        """Let open transactions finish, then disconnect."""
        await self._pool.stop()
        if self._replica is not None:
            await self._replica.stop()

    async def check(self) -> None:
        """Raise when the database does not answer: a readiness check."""
        await self._pool.fetch_value(_PING)

    async def run(self, read: Read[T], statement: Statement, parameters: Mapping[str, Any]) -> T:
        """Run a statement; inside a keyed call that has written already, in the transaction of that call."""
        scope = current_scope(self)
        if scope is not None and (transaction := scope.transaction) is not None:
            return await transaction.run(read, statement, parameters)
        return await self._pool.run(read, statement, parameters)

    async def transact(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """Run `work` in one transaction and commit; any error rolls everything back.

        After a deadlock or a serialization failure `work` runs again from the start, so it must have no effects outside
        the transaction (use `on_commit`). Inside of it ask the transaction, never the database: a second connection
        for every call is how a pool runs dry. Within a keyed call it joins the call's transaction, which commits when
        the handler has returned. Raises TransactionConflict, DatabaseUnavailable, CommitOutcomeUnknown,
        StatementTimeout.
        """
        scope = current_scope(self)
        if scope is not None:
            return await scope.join(work)
        return await until_no_conflict(lambda: self._attempt(work))

    async def transact_apart(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """Run `work` in a transaction of its own also within a keyed call, for what stays when the call fails.

        A guess that counts, say. Call it before the call's own transaction has begun: it takes a second connection.
        """
        return await until_no_conflict(lambda: self._attempt(work))

    def unit_of_work(self) -> UnitOfWork:
        """Return a transaction not yet begun, for who has to hold one open over several steps."""
        return UnitOfWork(self._pool, self._clock, self.outbox_ready)

    async def _attempt(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        unit = self.unit_of_work()
        transaction = await unit.begin()
        try:
            result = await work(transaction)
            await unit.commit()
        except Exception:
            await unit.rollback()
            raise
        except BaseException:
            unit.abandon()
            raise
        return result


async def _patiently(start: Callable[[], Awaitable[None]]) -> None:
    deadline = asyncio.get_running_loop().time() + _START_SECONDS
    while True:
        try:
            return await start()
        except DatabaseUnavailable:
            if asyncio.get_running_loop().time() > deadline:
                raise
        await asyncio.sleep(_START_PAUSE_SECONDS)
