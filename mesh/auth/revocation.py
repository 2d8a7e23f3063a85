"""Sessions that were ended before their access tokens expire."""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID

from mesh.auth.errors import RevocationNotSpread
from mesh.cache import Cache, CacheUnavailable
from mesh.telemetry import get_logger

SUBJECT = "guild.session.revoked"
MAX_REMEMBERED = 50_000
"""About 8 MB; more sessions than a mesh of this size ends within the life of an access token."""

_log = get_logger(__name__)


class Interest(Protocol):
    """A subscription."""

    async def stop(self) -> None:
        """Listen no more."""
        ...


class Signal(Protocol):
    """A message of the bus."""

    @property
    def data(self) -> bytes:
        """What was published."""
        ...


class Channel(Protocol):
    """What is needed of the bus: signals to whoever listens now."""

    async def publish(self, subject: str, data: bytes = b"") -> bool:
        """Send; False when nobody can have got it."""
        ...

    async def subscribe(self, subject: str, callback: Callable[[Any], Awaitable[None]]) -> Interest:
        """Call back with each message from now on."""
        ...


class Revocations:
    """Which sessions were ended: asked of Redis on each call, remembered here for when Redis is away (a Part).

    While Redis is down a process knows only what it heard on the bus since it started; a revoked token then may live
    until it expires, at most fifteen minutes. All services must give a `cache` with the same prefix.
    """

    name = "revocations"

    def __init__(
        self, cache: Cache, bus: Channel | None = None, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._cache = cache
        self._bus = bus
        self._monotonic = monotonic
        self._heard: OrderedDict[UUID, float] = OrderedDict()
        self._interest: Interest | None = None

    async def start(self) -> None:
        """Listen to what other processes revoke."""
        if self._bus:
            self._interest = await self._bus.subscribe(SUBJECT, self._hear)

    async def stop(self) -> None:
        """Stop listening."""
        if self._interest:
            await self._interest.stop()

    async def is_revoked(self, session_id: UUID) -> bool:
        """Tell whether the session was ended; never raises."""
        if self._remembers(session_id):
            return True
        try:
            return await self._cache.get(_key(session_id)) is not None
        except CacheUnavailable:
            return False

    async def revoke(self, session_id: UUID, ttl: timedelta) -> None:
        """End a session for all processes, for `ttl`: as long as its newest access token may live.

        Raises RevocationNotSpread when neither Redis nor the bus could be reached.
        """
        seconds = ttl.total_seconds()
        self._remember(session_id, seconds)
        stored = await self._store(session_id, seconds)
        told = bool(self._bus) and await self._bus.publish(SUBJECT, f"{session_id} {seconds:.0f}".encode())
        if not stored and not told:
            raise RevocationNotSpread("the session is ended, but not everywhere yet: try again", retry_after=1.0)

    async def _store(self, session_id: UUID, seconds: float) -> bool:
        try:
            return await self._cache.set(_key(session_id), b"1", ttl=seconds)
        except CacheUnavailable as error:
            _log.warning("a revoked session is not in redis", session_id=str(session_id), error=repr(error))
            return False

    async def _hear(self, signal: Signal) -> None:
        try:
            session_id, _, seconds = signal.data.decode().partition(" ")
            self._remember(UUID(session_id), float(seconds))
        except ValueError:
            _log.warning("a signal about a revoked session is not understood")

    def _remember(self, session_id: UUID, seconds: float) -> None:
        self._heard[session_id] = self._monotonic() + seconds
        self._heard.move_to_end(session_id)
        if len(self._heard) > MAX_REMEMBERED:
            self._heard.popitem(last=False)

    def _remembers(self, session_id: UUID) -> bool:
        until = self._heard.get(session_id)
        if until is None:
            return False
        if until <= self._monotonic():
            del self._heard[session_id]
            return False
        return True


def _key(session_id: UUID) -> str:
    return f"revoked:{session_id}"
