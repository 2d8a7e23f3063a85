"""The one transaction of a keyed call, which every `transact` of its handler joins."""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from mesh.data.claims import Claim
from mesh.data.failures import CONFLICTS, KeyTaken
from mesh.data.transaction import Transaction
from mesh.data.unit_of_work import UnitOfWork

T = TypeVar("T")


class CallScope:
    """Opens its transaction, with the claim in it, at the first `join`.

    `taken` tells that the call was answered before, `conflicted` that the handler has to run again.
    """

    def __init__(self, database: object, open_unit: Callable[[], UnitOfWork], claim: Claim) -> None:
        self.database = database
        self.closed = False
        self.taken = False
        self.conflicted = False
        self._open_unit = open_unit
        self._claim = claim
        self._unit: UnitOfWork | None = None
        self._transaction: Transaction | None = None
        self._turn = asyncio.Lock()

    @property
    def transaction(self) -> Transaction | None:
        """The open transaction; None before the first write."""
        return self._transaction

    async def join(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """Run `work` in the call's transaction; tasks of the handler that join at once take turns."""
        if _working_in.get() is self:  # a transact inside the work of another
            return await self._further(work)
        async with self._turn:
            token = _working_in.set(self)
            try:
                return await (self._first(work) if self._transaction is None else self._further(work))
            except CONFLICTS:
                self.conflicted = True
                raise
            except KeyTaken:
                self.taken = True
                raise
            finally:
                _working_in.reset(token)

    async def complete(self, reply: bytes) -> None:
        """Store the reply and commit everything; a handler that wrote nothing leaves nothing."""
        async with self._turn:
            self.closed = True
            unit, transaction = self._forget()
            if unit is None or transaction is None:
                return
            try:
                self._claim.answer(transaction, reply)
                await unit.commit()
            except Exception:
                await unit.rollback()
                raise
            except BaseException:
                unit.abandon()
                raise

    async def rollback(self) -> None:
        """Drop everything the handler wrote."""
        self.closed = True
        unit, _ = self._forget()
        if unit is not None:
            await unit.rollback()

    def abandon(self) -> None:
        """Drop everything without waiting: the caller is gone."""
        self.closed = True
        unit, _ = self._forget()
        if unit is not None:
            unit.abandon()

    async def _first(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        unit = self._open_unit()
        transaction = await unit.begin()
        self._claim.take(transaction)
        self._unit, self._transaction = unit, transaction
        try:
            return await work(transaction)
        except Exception:
            self._forget()
            await unit.rollback()
            raise
        except BaseException:
            self._forget()
            unit.abandon()
            raise

    async def _further(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        transaction = self._transaction
        if transaction is None:
            raise RuntimeError("the transaction this work belongs to has ended")
        async with transaction.savepoint():
            return await work(transaction)

    def _forget(self) -> tuple[UnitOfWork | None, Transaction | None]:
        held = self._unit, self._transaction
        self._unit = self._transaction = None
        return held


_scope: ContextVar[CallScope | None] = ContextVar("guild_call_scope", default=None)
_working_in: ContextVar[CallScope | None] = ContextVar("guild_working_in", default=None)


def current_scope(database: object) -> CallScope | None:
    """Return the open scope of the current call, if it has one on this database."""
    scope = _scope.get()
    return scope if scope is not None and scope.database is database and not scope.closed else None


@contextmanager
def entered(scope: CallScope) -> Generator[None]:
    """Make `scope` the current one inside the block."""
    token = _scope.set(scope)
    try:
        yield
    finally:
        _scope.reset(token)
