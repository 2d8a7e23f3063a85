"""Sessions that were ended before their access tokens expire."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from mesh.auth.errors import RevocationNotSpread, RevocationsUnknown
from mesh.auth.revocation_log import RevocationLog
from mesh.cache import Cache, CacheUnavailable
from mesh.telemetry import get_logger

LONGEST_ACCESS = timedelta(hours=1)
"""No access token lives longer, so an ended session need not be remembered longer either."""

MAX_REMEMBERED = 50_000
"""About 8 MB; more sessions than a mesh of this size ends within the life of an access token."""

_SPREAD_SECONDS = 5.0  # more than a client of ours waits to repeat a call: its caller is to learn of it
_log = get_logger(__name__)


class Revocations:
    """Which sessions were ended: what this process heard, and read in the log that Redis keeps of them.

    Each call asks Redis for the log's generation, one command for all calls of a tick; another one than was read last
    means that there is more to read first. So a process that lost the bus, or starts, knows what it missed before it
    answers. Redis is no truth: it may have been emptied. So a process answers for nobody until it has heard of all
    sessions that were ended within the life of an access token (`heard_all`), or finds a log that a process left which
    had. All services must give a `cache` with the same prefix. `reachable` tells whether the bus carries news to the
    others.
    """

    def __init__(
        self,
        cache: Cache,
        *,
        heard_all: asyncio.Event,
        reachable: Callable[[], bool] = lambda: False,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._kept = RevocationLog(cache, LONGEST_ACCESS)
        self.ask = self._kept.ask
        """Ask, with the commands of this tick, whether there is something to be read; `has_ended` takes the answer."""
        self._heard_all = heard_all
        self._reachable = reachable
        self._monotonic = monotonic
        self._ended: OrderedDict[UUID, float] = OrderedDict()
        self._watchers: set[Callable[[UUID], None]] = set()
        self._sure = False
        """Whether all ended sessions were known at some time, and whatever was ended since was heard or read."""
        self._reading = asyncio.Lock()
        self._readings_begun = 0
        self._newest_reading = 0

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

    def remembers(self, session_id: UUID) -> bool:
        """Tell whether this process knows that the session was ended, without asking anybody."""
        until = self._ended.get(session_id) if self._ended else None  # to hash a UUID costs more than to look
        if until is None:
            return False
        if until <= self._monotonic():
            del self._ended[session_id]
            return False
        return True

    def is_clear(self, session_id: UUID, asked: "asyncio.Future[bytes | None] | None") -> bool:
        """Tell whether the answer to `ask` is there, and all ended sessions are known, and this is none of them."""
        return self._sure and self._kept.is_read(asked) and not (self._ended and self.remembers(session_id))

    async def has_ended(self, session_id: UUID, asked: "asyncio.Future[bytes | None] | None") -> bool:
        """Tell whether the session was ended before `ask`; raises RevocationsUnknown while that cannot be said."""
        if not (self.remembers(session_id) or self.is_clear(session_id, asked)):
            await self._catch_up(asked)
        return self.remembers(session_id)

    async def is_revoked(self, session_id: UUID) -> bool:
        """Tell whether the session was ended by now; raises RevocationsUnknown while that cannot be said of any."""
        return self.remembers(session_id) or await self.has_ended(session_id, self.ask())

    async def check(self) -> None:
        """Raise RevocationsUnknown while it is not known which sessions were ended (a readiness check)."""
        if not (self._sure and self._kept.whole):
            await self._read()

    async def revoke(self, *session_ids: UUID) -> None:
        """End sessions for all processes.

        The events of it, which the other processes hear, are the caller's to emit. Raises RevocationNotSpread when
        neither Redis nor the bus could be reached: others learn of it when the bus is back.
        """
        for session_id in session_ids:
            self.hear(session_id)
        try:
            await self._kept.add(session_ids)
        except CacheUnavailable as error:
            _log.warning("revoked sessions are not in redis", number=len(session_ids), error=repr(error))
            if not self._reachable():
                raise RevocationNotSpread(
                    "the session is ended, but other servers do not know yet", retry_after=_SPREAD_SECONDS
                ) from error

    async def _catch_up(self, asked: "asyncio.Future[bytes | None] | None") -> None:
        await self._kept.answered(asked)
        if not (self._sure and self._kept.is_read(asked)):
            await self._read()

    async def _read(self) -> None:
        """Read what is new in the log; who needs it meanwhile waits, and reads only where that may have come since."""
        needed_since = self._readings_begun
        async with self._reading:
            if self._newest_reading > needed_since:
                return
            self._readings_begun += 1
            number = self._readings_begun
            try:
                await self._read_alone()
            except CacheUnavailable:
                self._sure = self._sure or self._heard_all.is_set()
            else:
                self._newest_reading = number
        if not self._sure:
            raise RevocationsUnknown("it is not known yet which sessions were ended: try again", retry_after=1.0)

    async def _read_alone(self) -> None:
        await self._hear_new()
        if not self._kept.whole and self._heard_all.is_set() and (self._reachable() or not self._sure):
            now = self._monotonic()
            await self._kept.restore([session_id for session_id, until in self._ended.items() if until > now])
            await self._hear_new()  # what others added meanwhile
        self._sure = self._sure or self._kept.whole

    async def _hear_new(self) -> None:
        for session_id in await self._kept.read():
            if not self.remembers(session_id):
                self.hear(session_id)
