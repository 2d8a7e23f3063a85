"""Hot writes: calls that do the same at once share one transaction, keyed ones included.

How a use case joins. Where it would have called `db.transact(work)`, it submits what it wants as a value:

    self._changes = SharedWrites(db, self._write, name="reactions")
    …
    return await self._changes.submit(Change(post_id, me, reaction))

and does the work of many at once, in the order they were submitted:

    async def _write(self, tx: Transaction, calls: Sequence[Call[Change]]) -> Sequence[Reacted | Exception]:
        found = await tx.fetch(LOCK_AND_READ, …)              # one statement for all; rows locked in one order
        …                                                     # the domain decides, call by call
        call.run(publish, tx, fact, by=me)                    # an event, with its own call's trace and actor
        tx.send(WRITE_ALL, …)                                 # leaves with the commit: two round trips in all
        return outcomes                                       # an exception refuses one call and not the others

Results are told before the commit, so that the handler of a keyed call makes its reply, which is stored with the rest
in the same transaction: between `submit` and its reply a handler waits for nothing.
"""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, ParamSpec, TypeVar, final

from opentelemetry import trace

from mesh.data.claims import Claim, keep
from mesh.data.database import Database
from mesh.data.failures import CONFLICTS, GroupFailed, KeyTaken, StatementTimeout
from mesh.data.group_commit import ONE_ITEMS_FAULT, GroupCommit, GroupCommitFull
from mesh.data.scope import current_scope
from mesh.data.transaction import Transaction
from mesh.limits.door import overloaded
from mesh.telemetry import tracer

Item = TypeVar("Item")
Result = TypeVar("Result")
T = TypeVar("T")
P = ParamSpec("P")

MAX_BATCH = 200
"""Calls of one transaction: what comes meanwhile waits for no more than these."""
MAX_WAITING = 2_000
TRANSACTION_SECONDS = 5.0
"""The longest deadline of a write in the contract: whoever waits for a transaction that takes longer has gone."""
REPLY_SECONDS = 1.0
"""How long the others wait for the reply of a handler; one that takes longer runs again, alone."""

_tracer = tracer(__name__)


@final
class Call(Generic[Item]):
    """One call's part of a shared transaction."""

    __slots__ = ("_cancelled", "_context", "_group", "claim", "ended", "following", "item", "reply", "taken", "told")

    def __init__(self, item: Item, claim: Claim | None = None) -> None:
        self.item = item
        """What it submitted."""
        self.claim = claim
        self.taken = False
        self.reply: bytes | None = None
        self.told: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self.ended: asyncio.Future[Any] = self.told
        self.following: asyncio.Future[None] | None = None
        self._context = contextvars.copy_context()
        self._group: _Replies | None = None
        self._cancelled = False

    def run(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function as this call would: what it makes has the call's principal and trace."""
        return self._context.run(function, *args, **kwargs)

    def follow(self, ended: "asyncio.Future[Any]") -> None:
        """Go by the end of the transaction: a failure before the result is told is told in its place."""
        self.ended = ended
        ended.add_done_callback(self._over)

    async def result(self) -> Any:
        """Wait for the result, which precedes the commit.

        Who is cancelled while it is being written waits all the same, since the reply is still to be handed in, and
        leaves then.
        """
        while True:
            try:
                return await self.told
            except asyncio.CancelledError:
                if not self.taken:
                    self.ended.cancel()
                    raise
                self._cancelled = True
                if self.told.cancelled():
                    self.told = asyncio.get_running_loop().create_future()
            except Exception:
                if self._cancelled:
                    raise asyncio.CancelledError from None
                raise

    def tell(self, outcome: Any, group: "_Replies | None" = None) -> None:
        """Give the call its result, or the error that refuses it; `group` waits for its reply."""
        self._group = group
        if self.told.cancelled():  # in this very turn: its caller has yet to notice, and waits again
            self.told = asyncio.get_running_loop().create_future()
        if self.told.done():
            return
        if isinstance(outcome, Exception):
            self.told.set_exception(outcome)
        else:
            self.told.set_result(outcome)

    async def keep(self, reply: bytes) -> None:
        """Hand in the reply, and wait for the commit; who is cancelled meanwhile leaves at once."""
        self.reply = reply
        if self._group is not None:
            self._group.came()
        if self._cancelled:
            raise asyncio.CancelledError
        await self.ended
        await self.followed()

    async def followed(self) -> None:
        """Wait for what follows the commit of the transaction; raises the Failure that it tells."""
        if self.following is not None:
            await asyncio.shield(self.following)

    def withdraw(self) -> None:
        """Have nothing of this transaction kept, if there is still time."""
        if self._group is not None and self.reply is None:
            self._group.fail()

    def _over(self, ended: "asyncio.Future[Any]") -> None:
        if not ended.cancelled() and (error := ended.exception()) is not None:
            self.tell(error)


@final
class _Replies:
    """Waits for the replies of calls that were told their results."""

    __slots__ = ("_ended", "_failed", "_missing")

    def __init__(self, missing: int) -> None:
        self._missing = missing
        self._failed = False
        self._ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def came(self) -> None:
        self._missing -= 1
        if not self._missing:
            self._end()

    def fail(self) -> None:
        self._failed = True
        self._end()

    async def wait(self) -> None:
        """Raise GroupFailed when one fails, or does not come."""
        await asyncio.wait([self._ended], timeout=REPLY_SECONDS)
        if self._failed or self._missing:
            raise GroupFailed("a call that shared the transaction did not finish, try again")

    def _end(self) -> None:
        if not self._ended.done():
            self._ended.set_result(None)


@final
class SharedWrites(Generic[Item, Result]):
    """Writes in groups: what gathers while one transaction is on its way shares the next, in the order it came.

    What follows a commit holds up the calls it follows and not the next group.
    A call that has written already, and one whose group failed, has a transaction of its own instead, so that the
    fault of one call is nobody else's; `work` gets one call then.
    """

    def __init__(
        self,
        database: Database,
        work: Callable[[Transaction, Sequence[Call[Item]]], Awaitable[Sequence[Result | Exception]]],
        *,
        name: str,
        max_batch: int = MAX_BATCH,
        max_waiting: int = MAX_WAITING,
    ) -> None:
        self._database = database
        self._work = work
        self._name = name
        self._group: GroupCommit[Call[Item], Result] = GroupCommit(
            self._flush, max_batch=max_batch, max_waiting=max_waiting, name=name
        )

    async def submit(self, item: Item) -> Result:
        """Return what `work` makes of it, or raise what it refuses it with; Overloaded when too many wait.

        In a keyed call all is committed when the handler has returned, in any other on return. Who is cancelled before
        the item was taken withdraws it; after that it is written all the same.
        """
        if not trace.get_current_span().is_recording():
            return await self._submit(item)
        with _tracer.start_as_current_span(f"share {self._name}"):
            return await self._submit(item)

    async def _submit(self, item: Item) -> Result:
        scope = current_scope(self._database)
        if scope is None:
            return await self._without_key(Call(item))
        if scope.transaction is not None or not scope.may_share:
            return await self._alone(item)
        call = Call(item, scope.claim)
        call.follow(self._enqueue(call))
        scope.share = call
        try:
            return await call.result()
        except BaseException:
            scope.share = None
            raise

    async def _without_key(self, call: Call[Item]) -> Result:
        try:
            result = await self._enqueue(call)
        except (*CONFLICTS, KeyTaken):
            return await self._alone(call.item)
        await call.followed()
        return result

    def _enqueue(self, call: Call[Item]) -> "asyncio.Future[Result]":
        try:
            return self._group.enqueue(call)
        except GroupCommitFull as full:
            raise overloaded() from full

    async def _alone(self, item: Item) -> Result:
        async def work(tx: Transaction) -> Result:
            (outcome,) = await self._work(tx, [Call(item)])
            if isinstance(outcome, Exception):
                raise outcome
            return outcome

        return await self._database.transact(work)

    async def _flush(self, calls: Sequence[Call[Item]]) -> Sequence[Result | Exception]:
        for call in calls:
            call.taken = True
        try:
            async with asyncio.timeout(TRANSACTION_SECONDS):
                return await self._transact(calls)
        except TimeoutError:
            raise StatementTimeout(f"the {self._name} of several calls were not written in time") from None

    async def _transact(self, calls: Sequence[Call[Item]]) -> Sequence[Result | Exception]:
        unit = self._database.unit_of_work()
        transaction = await unit.begin()
        try:
            outcomes = await self._work(transaction, calls)
            try:
                keep(transaction, await _replies(calls, outcomes))
                following = await unit.commit_first()
            except ONE_ITEMS_FAULT as error:  # too late to try the calls one by one: they have their results
                raise GroupFailed("a write that shared the transaction was refused, try again") from error
        except Exception:
            await unit.rollback()
            raise
        except BaseException:
            unit.abandon()
            raise
        for call in calls:
            call.following = following
        return outcomes


async def _replies(calls: Sequence[Call[Any]], outcomes: Sequence[Any]) -> list[tuple[Claim, bytes]]:
    """Tell keyed calls their results, and return what they answer."""
    keyed = [
        (call, call.claim, outcome)
        for call, outcome in zip(calls, outcomes, strict=True)
        if call.claim is not None and not isinstance(outcome, Exception)
    ]
    if not keyed:
        return []
    replies = _Replies(len(keyed))
    for call, _, outcome in keyed:
        call.tell(outcome, replies)
    await replies.wait()
    return [(claim, call.reply) for call, claim, _ in keyed if call.reply is not None]
