"""Reads a value from the cache, computes it when it is not there or about to go.

Early expiry is XFetch (Vattani, Chierichetti, Lowenstein: "Optimal Probabilistic Cache Stampede Prevention", VLDB
2015): each read of a value that took `delta` seconds to build recomputes it when `now - delta * beta * ln(rand)`
reaches the expiry, so that the dearer a value the earlier somebody, and on average only one, renews it.
"""

import asyncio
import contextlib
import math
import random
import struct
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from prometheus_client import Counter

from mesh.cache.client import Cache
from mesh.cache.errors import CacheUnavailable
from mesh.clock import Clock, SystemClock
from mesh.telemetry import get_logger

T = TypeVar("T")

_HEADER = struct.Struct(">Bdd")  # version of the layout, build time in seconds, expiry in seconds since the epoch
_VERSION = 1

_log = get_logger(__name__)
_reads = Counter("guild_cache_reads", "Read-through reads by what became of them.", ("result",))


class ReadThrough:
    """`await read_through(key, ttl, load, decode=…, encode=…)`: from the cache, else from `load`, once per key.

    While the cache is down every read loads (still once per key at a time), so a value is never refused.
    """

    def __init__(
        self,
        cache: Cache,
        *,
        beta: float = 1.0,
        clock: Clock | None = None,
        rand: Callable[[], float] = random.random,
    ) -> None:
        self._cache = cache
        self._beta = beta
        self._clock = clock or SystemClock()
        self._rand = rand
        self._flights: dict[str, asyncio.Task[Any]] = {}

    async def __call__(
        self,
        key: str,
        ttl: float,
        load: Callable[[], Awaitable[T]],
        *,
        decode: Callable[[bytes], T],
        encode: Callable[[T], bytes],
    ) -> T:
        """Return the value of `key`, at most `ttl` seconds old; errors of `load` reach everyone who waits for it.

        `load` runs in a task of its own, in the context of the caller that came first: it outlives a cancelled caller.
        """
        entry = await self._read(key, decode)
        if entry is None:
            return await asyncio.shield(self._flight(key, ttl, load, encode))
        value, delta, expiry = entry
        if self._clock.now().timestamp() - delta * self._beta * math.log(1.0 - self._rand()) >= expiry:
            _reads.labels("early").inc()
            self._flight(key, ttl, load, encode)
        return value

    async def _read(self, key: str, decode: Callable[[bytes], T]) -> tuple[T, float, float] | None:
        try:
            stored = await self._cache.get(key)
        except CacheUnavailable:
            _reads.labels("degraded").inc()
            return None
        if stored is None or len(stored) < _HEADER.size or stored[0] != _VERSION:
            _reads.labels("miss").inc()
            return None
        _, delta, expiry = _HEADER.unpack_from(stored)
        try:
            value = decode(stored[_HEADER.size :])
        except Exception as error:  # noqa: BLE001 - what another version of us stored is rebuilt, not served
            _log.warning("cached value does not decode, rebuilding it", key=key, error=repr(error))
            return None
        _reads.labels("hit").inc()
        return value, delta, expiry

    def _flight(
        self, key: str, ttl: float, load: Callable[[], Awaitable[T]], encode: Callable[[T], bytes]
    ) -> asyncio.Task[T]:
        task = self._flights.get(key)
        if task is None:
            task = self._flights[key] = asyncio.create_task(self._build(key, ttl, load, encode))
            task.add_done_callback(lambda done: self._landed(key, done))
        return task

    def _landed(self, key: str, task: asyncio.Task[Any]) -> None:
        del self._flights[key]
        if not task.cancelled() and (error := task.exception()):
            _log.info("building a cached value failed", key=key, error=repr(error))

    async def _build(self, key: str, ttl: float, load: Callable[[], Awaitable[T]], encode: Callable[[T], bytes]) -> T:
        begun = self._clock.now()
        value = await load()
        now = self._clock.now()
        header = _HEADER.pack(_VERSION, (now - begun).total_seconds(), now.timestamp() + ttl)
        with contextlib.suppress(CacheUnavailable):
            await self._cache.set(key, header + encode(value), ttl=ttl)
        return value
