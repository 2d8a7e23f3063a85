"""Group commit: many small durable writes share one transaction."""

import asyncio
import contextvars
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

import asyncpg
from prometheus_client import Histogram

from mesh.errors import ResourceExhausted
from mesh.telemetry import BATCH_BUCKETS

Item = TypeVar("Item")
Result = TypeVar("Result")

ONE_ITEMS_FAULT = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError, asyncpg.exceptions.DataError)
"""Errors of a batch that nothing was kept of, and that a single item can have caused."""

_SIZES = Histogram("guild_group_commit_size", "Items committed together.", ["name"], buckets=BATCH_BUCKETS)


class GroupCommitFull(ResourceExhausted):
    """More writes wait than may; the store cannot keep up."""

    reason = "GROUP_COMMIT_FULL"


class GroupCommit(Generic[Item, Result]):
    """Flushes what has gathered as soon as the flush before it returns: no timer, and no delay at concurrency one.

    `flush` gets the items in the order they were submitted and returns a result, or an exception, for each. It runs
    outside of any call. When a batch fails because of what one item holds, its items are flushed one by one.
    """

    def __init__(
        self,
        flush: Callable[[Sequence[Item]], Awaitable[Sequence[Result | Exception]]],
        *,
        max_batch: int = 500,
        max_waiting: int = 10_000,
        writers: int = 1,
        name: str = "writes",
    ) -> None:
        self._flush = flush
        self._max_batch = max_batch
        self._max_waiting = max_waiting
        self._max_writers = writers
        self._waiting: deque[tuple[Item, asyncio.Future[Result]]] = deque()
        self._writers: set[asyncio.Task[None]] = set()
        self._active = 0  # writers that will look at the queue again
        self._sizes = _SIZES.labels(name)

    async def submit(self, item: Item) -> Result:
        """Return the item's result once it is committed; raises GroupCommitFull at once when too many wait.

        Who stops waiting before its item is taken into a batch withdraws it; afterwards it is written all the same.
        """
        return await self.enqueue(item)

    def enqueue(self, item: Item) -> "asyncio.Future[Result]":
        """Do what `submit` does; the item is withdrawn by cancelling the future."""
        if len(self._waiting) >= self._max_waiting:
            raise GroupCommitFull(f"{self._max_waiting} writes wait already, try again", retry_after=1.0)
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result] = loop.create_future()
        self._waiting.append((item, future))
        if self._active < self._max_writers:
            self._active += 1
            writer = loop.create_task(self._write(), context=contextvars.Context())
            self._writers.add(writer)
            writer.add_done_callback(self._writers.discard)
        return future

    async def drain(self) -> None:
        """Wait until everything submitted is written: part of stopping."""
        while self._writers:
            await asyncio.wait(self._writers)

    async def _write(self) -> None:
        try:
            while batch := self._next_batch():
                await self._answer(batch)
        finally:
            self._active -= 1

    def _next_batch(self) -> "list[tuple[Item, asyncio.Future[Result]]]":
        batch: list[tuple[Item, asyncio.Future[Result]]] = []
        while self._waiting and len(batch) < self._max_batch:
            item, future = self._waiting.popleft()
            if not future.done():
                batch.append((item, future))
        return batch

    async def _answer(self, batch: "list[tuple[Item, asyncio.Future[Result]]]") -> None:
        self._sizes.observe(len(batch))
        try:
            results = await self._flush([item for item, _ in batch])
            if len(results) != len(batch):
                raise RuntimeError(f"flush returned {len(results)} results for {len(batch)} items")  # noqa: TRY301
        except ONE_ITEMS_FAULT as error:
            if len(batch) == 1:
                _settle(batch[0][1], error)
                return
            for one in batch:
                await self._answer([one])
        except Exception as error:  # noqa: BLE001 - told to everyone who waits for it
            for _, future in batch:
                _settle(future, error)
        else:
            for (_, future), result in zip(batch, results, strict=True):
                _settle(future, result)


def _settle(future: "asyncio.Future[Result]", result: Result | Exception) -> None:
    if future.done():
        return
    if isinstance(result, Exception):
        future.set_exception(result)
    else:
        future.set_result(result)
