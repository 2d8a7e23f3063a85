"""Remembers that the cache is down, so that callers degrade at once instead of waiting for a time-out each."""

import asyncio
import random
from collections.abc import Awaitable, Callable

from prometheus_client import Gauge

from mesh.telemetry import get_logger

FIRST_PROBE = 0.05
"""Seconds until the first look whether the cache is back; a restart on the same machine takes about as long."""

LAST_PROBE = 0.5
"""Seconds between looks in the end."""

JITTER = 0.25
"""Part of these by which a look may come earlier or later, so that not all processes come back in one moment."""

_log = get_logger(__name__)
_up = Gauge("guild_cache_up", "Whether the cache answers.")


class Breaker:
    """Open from a failure until a probe succeeds; the probes run on their own, no caller pays for one."""

    def __init__(self, probe: Callable[[], Awaitable[object]]) -> None:
        self._probe = probe
        self._probing: asyncio.Task[None] | None = None
        _up.set(1)

    @property
    def open(self) -> bool:
        """Whether the cache is known to be down."""
        return self._probing is not None

    def trip(self, error: BaseException) -> None:
        """Open, and begin to probe; called again while it is open it does nothing."""
        if self._probing is None:
            _up.set(0)
            _log.warning("cache lost, callers degrade", error=repr(error))
            self._probing = asyncio.create_task(self._until_back())

    async def close(self) -> None:
        """Stop probing."""
        if self._probing is not None:
            self._probing.cancel()
            await asyncio.wait((self._probing,))

    async def _until_back(self) -> None:
        delay = FIRST_PROBE
        while True:
            await asyncio.sleep(delay * random.uniform(1 - JITTER, 1 + JITTER))  # noqa: S311 - hides nothing
            try:
                await self._probe()
            except Exception:  # noqa: BLE001 - whatever keeps the cache from answering, it is still down
                delay = min(delay * 2, LAST_PROBE)
            else:
                break
        self._probing = None
        _up.set(1)
        _log.info("cache is back")
