"""The one transaction of a keyed call, which every `transact` of its handler joins."""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol, TypeVar

from mesh.data.claims import Claim
from mesh.data.failures import CONFLICTS, KeyTaken
from mesh.data.transaction import Transaction
from mesh.data.unit_of_work import UnitOfWork

T = TypeVar("T")


class Share(Protocol):
    """A call's part of a transaction that it shares with others."""

    async def keep(self, reply: bytes, /) -> None:
        """Hand in the reply; return when all is committed."""
        ...

    def withdraw(self) -> None:
        """Have nothing of it kept: the handler failed."""
        ...


class CallScope:
    """Opens its transaction, with the claim in it, at the first `join`; or has a share of one that is others' as well.

    `taken` tells that the call was answered before, `conflicted` that the handler has to run again: then it may not
    share. A share is all that a call writes, and its last word to the database before the reply.
    """

    def __init__(
        self, database: object, open_unit: Callable[[], UnitOfWork], claim: Claim, *, may_share: bool = True
    ) -> None:
        self.database = database
        self.claim = claim
        self.may_share = may_share
        self.share: Share | None = None
        self.closed = False
        self.taken = False
        self.conflicted = False
        self._open_unit = open_unit
        self._unit: UnitOfWork | None = None
        self._transaction: Transaction | None = None
        self._turn = asyncio.Lock()

    @property
    def transaction(self) -> Transaction | None:
        """The open transaction; None before the first write. Raises RuntimeError when it is others' as well."""
        if self.share is not None:
            raise RuntimeError("a call that shares a transaction asks nothing more of the database: others wait for it")
        return self._transaction

    async def join(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """Run `work` in the call's transaction; tasks of the handler that join at once take turns."""
        if _working_in.get() is self:  # a transact inside the work of another
            return await self._further(work)
        async with self._turn:
            token = _working_in.set(self)
            try:
                return await (self._first(work) if self.transaction is None else self._further(work))
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
        if self.share is not None:
            self.closed = True
            await self.share.keep(reply)
            return
        async with self._turn:
            self.closed = True
            unit, transaction = self._forget()
            if unit is None or transaction is None:
                return
            try:
                self.claim.answer(transaction, reply)
                await unit.commit()
            except Exception:
                await unit.rollback()
                raise
            except BaseException:
                unit.abandon()
                raise

    async def rollback(self) -> None:
        """Drop everything the handler wrote."""
        self._close()
        unit, _ = self._forget()
        if unit is not None:
            await unit.rollback()

    def abandon(self) -> None:
        """Drop everything without waiting: the caller is gone."""
        self._close()
        unit, _ = self._forget()
        if unit is not None:
            unit.abandon()

    def _close(self) -> None:
        self.closed = True
        if self.share is not None:
            self.share.withdraw()

    async def _first(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        unit = self._open_unit()
        transaction = await unit.begin()
        self.claim.take(transaction)
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
