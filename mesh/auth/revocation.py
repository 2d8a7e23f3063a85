"""Sessions that were ended before their access tokens expire."""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any, Protocol
from uuid import UUID

from mesh.auth.errors import RevocationNotSpread
from mesh.cache import Cache, CacheUnavailable
from mesh.telemetry import get_logger

SUBJECT = "guild.session.revoked"
MAX_REMEMBERED = 50_000
"""About 8 MB; more sessions than a mesh of this size ends within the life of an access token."""

_log = get_logger(__name__)


class Channel(Protocol):
    """The part of the bus that is used here: subjects without persistence."""

    async def publish(self, subject: str, payload: bytes) -> None:
        """Send to whoever listens now."""
        ...

    async def subscribe(self, subject: str, handler: Callable[[Any], Awaitable[None]]) -> Any:
        """Call the handler with each message from now on."""
        ...


class Revocations:
    """Which sessions were ended: asked of Redis on each call, remembered here for when Redis is away (a Part).

    While Redis is down a process knows only what it heard on the bus since it started; a revoked token then may live
    until it expires, at most fifteen minutes. `cache` must have no prefix: all services read the same keys.
    """

    name = "revocations"

    def __init__(
        self, cache: Cache, bus: Channel | None = None, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._cache = cache
        self._bus = bus
        self._monotonic = monotonic
        self._heard: OrderedDict[UUID, float] = OrderedDict()
        self._subscription: Any = None

    async def start(self) -> None:
        """Listen to what other processes revoke."""
        if self._bus:
            self._subscription = await self._bus.subscribe(SUBJECT, self._hear)

    async def stop(self) -> None:
        """Stop listening."""
        if self._subscription is not None:
            await self._subscription.unsubscribe()

    async def is_revoked(self, session_id: UUID) -> bool:
        """Tell whether the session was ended; never raises."""
        if self._remembers(session_id):
            return True
        try:
            return await self._cache.get(_key(session_id)) is not None
        except CacheUnavailable:
            return False

    async def revoke(self, session_id: UUID, ttl: float) -> None:
        """End a session for all processes, for `ttl` seconds: as long as its newest access token lives.

        Raises RevocationNotSpread when neither Redis nor the bus could be reached.
        """
        self._remember(session_id, ttl)
        in_cache = await self._store(session_id, ttl)
        on_bus = await self._tell(session_id, ttl)
        if not in_cache and not on_bus:
            raise RevocationNotSpread("the session is ended, but not everywhere yet: try again", retry_after=1.0)

    async def _store(self, session_id: UUID, ttl: float) -> bool:
        try:
            return await self._cache.set(_key(session_id), b"1", ttl=ttl)
        except CacheUnavailable as error:
            _log.warning("a revoked session is not in redis", session_id=str(session_id), error=repr(error))
            return False

    async def _tell(self, session_id: UUID, ttl: float) -> bool:
        if self._bus is None:
            return False
        try:
            await self._bus.publish(SUBJECT, f"{session_id} {ttl:.0f}".encode())
        except Exception as error:  # noqa: BLE001 -- whatever is wrong with the bus, Redis may know already
            _log.warning("a revoked session was not announced", session_id=str(session_id), error=repr(error))
            return False
        return True

    async def _hear(self, message: Any) -> None:
        payload: bytes = message if isinstance(message, bytes) else message.data
        try:
            session_id, _, ttl = payload.decode().partition(" ")
            self._remember(UUID(session_id), float(ttl))
        except ValueError:
            _log.warning("a message on the revocation subject is not understood", subject=SUBJECT)

    def _remember(self, session_id: UUID, ttl: float) -> None:
        self._heard[session_id] = self._monotonic() + ttl
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
