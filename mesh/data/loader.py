"""Lookups of one tick gathered into one query."""

import asyncio
import contextvars
import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Generic, TypeVar

from mesh import deadlines

K = TypeVar("K")
V = TypeVar("V")


class Loader(Generic[K, V]):
    """Looks values up by key for everyone in this process: what is asked for in one tick is fetched together.

    `fetch` gets distinct keys, at most `max_batch`, and returns what it found. It runs outside of any call: it sees
    neither its principal nor its uncommitted writes, so it must not decide who may see what. Its deadline is the latest
    of those who wait. What nobody waits for any more is not fetched.
    """

    def __init__(self, fetch: Callable[[Sequence[K]], Awaitable[Mapping[K, V]]], *, max_batch: int = 1_000) -> None:
        self._fetch = fetch
        self._max_batch = max_batch
        self._wanted: dict[K, list[asyncio.Future[V | None]]] = {}
        self._until = 0.0
        self._tasks: set[asyncio.Task[None]] = set()

    async def load(self, key: K) -> V | None:
        """Return the value of a key, or None when there is none; raises what `fetch` raises."""
        return await self.start(key)

    def start(self, key: K) -> "asyncio.Future[V | None]":
        """Ask with the others of this tick, and return the value to come; await it, or `forget` it."""
        loop = asyncio.get_running_loop()
        if not self._wanted:
            self._until = 0.0
            loop.call_soon(self._dispatch, context=contextvars.Context())
        until = deadlines.deadline()
        if until is None:
            self._until = math.inf
        elif until > self._until:
            self._until = until
        future: asyncio.Future[V | None] = loop.create_future()
        self._wanted.setdefault(key, []).append(future)
        return future

    @staticmethod
    def forget(value: "asyncio.Future[V | None]") -> None:
        """Do without what was asked for."""
        if not (value.cancel() or value.cancelled()):
            value.exception()

    def _dispatch(self) -> None:
        wanted, self._wanted = self._wanted, {}
        if self._until < math.inf:
            deadlines.work_for(deadlines.Together(self._until))
        keys = [key for key, futures in wanted.items() if not all(future.done() for future in futures)]
        for start in range(0, len(keys), self._max_batch):
            some = {key: wanted[key] for key in keys[start : start + self._max_batch]}
            task = asyncio.get_running_loop().create_task(self._answer(some))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _answer(self, wanted: "Mapping[K, list[asyncio.Future[V | None]]]") -> None:
        try:
            found = await self._fetch(list(wanted))
        except Exception as error:  # noqa: BLE001 - told to everyone who waits for it
            for future in _waiting(wanted):
                future.set_exception(error)
            return
        for key, futures in wanted.items():
            value = found.get(key)
            for future in futures:
                if not future.done():
                    future.set_result(value)


def _waiting(wanted: "Mapping[K, list[asyncio.Future[V | None]]]") -> "list[asyncio.Future[V | None]]":
    return [future for futures in wanted.values() for future in futures if not future.done()]
