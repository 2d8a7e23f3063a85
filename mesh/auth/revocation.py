"""Sessions that were ended before their access tokens expire."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from mesh.auth.errors import RevocationNotSpread, RevocationsUnknown
from mesh.cache import Cache, CacheUnavailable
from mesh.telemetry import get_logger

LONGEST_ACCESS = timedelta(hours=1)
"""No access token lives longer, so an ended session need not be remembered longer either."""

MAX_REMEMBERED = 50_000
"""About 8 MB; more sessions than a mesh of this size ends within the life of an access token."""

_SPREAD_SECONDS = 5.0  # more than a client of ours waits to repeat a call: its caller is to learn of it
_TOGETHER = 1_000  # sessions given back to Redis at once
_COMPLETE = "revocations:complete"
_log = get_logger(__name__)


class Revocations:
    """Which sessions were ended: what this process heard, then Redis, which it asks on each call.

    Redis is no truth: it may have been emptied. So a process answers for nobody until it has heard of all sessions that
    were ended within the life of an access token (`heard_all`), or finds Redis as a process left it that had. All
    services must give a `cache` with the same prefix. `reachable` tells whether the bus carries news to the others.
    """

    def __init__(
        self,
        cache: Cache,
        *,
        heard_all: asyncio.Event,
        reachable: Callable[[], bool] = lambda: False,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._cache = cache
        self._heard_all = heard_all
        self._reachable = reachable
        self._monotonic = monotonic
        self._ended: OrderedDict[UUID, float] = OrderedDict()
        self._restored = False
        self._watchers: set[Callable[[UUID], None]] = set()

    def hear(self, session_id: UUID) -> None:
        """Remember a session that was ended, here or elsewhere."""
        self._ended[session_id] = self._monotonic() + LONGEST_ACCESS.total_seconds()
        self._ended.move_to_end(session_id)
        if len(self._ended) > MAX_REMEMBERED:
            self._ended.popitem(last=False)
        for watcher in tuple(self._watchers):
            watcher(session_id)

    def watch(self, watcher: Callable[[UUID], None]) -> Callable[[], None]:
        """Call `watcher` with each session that is heard to have ended, some twice; returns how to stop that."""
        self._watchers.add(watcher)
        return lambda: self._watchers.discard(watcher)

    async def is_revoked(self, session_id: UUID) -> bool:
        """Tell whether the session was ended; raises RevocationsUnknown while that cannot be said of any."""
        if self._remembers(session_id):
            return True
        if not self._restored:
            await self.check()
        try:
            return await self._cache.get(_key(session_id)) is not None
        except CacheUnavailable:
            return False

    async def check(self) -> None:
        """Raise RevocationsUnknown while it is not known which sessions were ended (a readiness check)."""
        if self._restored:
            return
        try:
            complete = await self._cache.exists(_COMPLETE)
            if self._heard_all.is_set() and not self._restored:
                self._restored = True  # by one call alone, and again by a later role where it fails
                if not complete:
                    await self._restore()
        except CacheUnavailable:
            complete = False
        if not complete and not self._heard_all.is_set():
            raise RevocationsUnknown("it is not known yet which sessions were ended: try again", retry_after=1.0)

    async def revoke(self, session_id: UUID, ttl: timedelta) -> None:
        """End a session for all processes, for `ttl`: as long as its newest access token may live.

        The event of it, which the other processes hear, is the caller's to emit. Raises RevocationNotSpread when
        neither Redis nor the bus could be reached: others learn of it when the bus is back.
        """
        self.hear(session_id)
        if not await self._store(session_id, ttl) and not self._reachable():
            raise RevocationNotSpread(
                "the session is ended, but other servers do not know yet", retry_after=_SPREAD_SECONDS
            )

    async def _restore(self) -> None:
        """Give an emptied Redis back what was heard, for those who start while the bus is away."""
        now = self._monotonic()
        living = [(session_id, until - now) for session_id, until in self._ended.items() if until > now]
        for at in range(0, len(living), _TOGETHER):
            some = living[at : at + _TOGETHER]
            await asyncio.gather(*(self._cache.set(_key(session_id), b"1", ttl=left) for session_id, left in some))
        await self._cache.set(_COMPLETE, b"1")

    async def _store(self, session_id: UUID, ttl: timedelta) -> bool:
        try:
            return await self._cache.set(_key(session_id), b"1", ttl=ttl.total_seconds())
        except CacheUnavailable as error:
            _log.warning("a revoked session is not in redis", session_id=str(session_id), error=repr(error))
            return False

    def _remembers(self, session_id: UUID) -> bool:
        until = self._ended.get(session_id)
        if until is None:
            return False
        if until <= self._monotonic():
            del self._ended[session_id]
            return False
        return True


def _key(session_id: UUID) -> str:
    return f"revoked:{session_id}"
