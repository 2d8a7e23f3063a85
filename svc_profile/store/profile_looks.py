"""Whose profiles a member opened today: a HyperLogLog in Redis, which holds no list of them, and when the latest."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from mesh.cache import Cache, CacheUnavailable, LocalCache
from mesh.clock import Clock
from svc_profile.domain.browsing import RING, RING_KEPT, Looked, is_steady
from svc_profile.domain.canaries import WITHIN
from svc_profile.domain.ids import UserId

_KEEP_SECONDS = int(timedelta(hours=25).total_seconds())
_TRAP_SECONDS = int(WITHIN.total_seconds())
_RING_SECONDS = int(RING_KEPT.total_seconds())
_MOST_HERE = 10_000  # members whom a process counts by itself while Redis is away
_MOST_EACH = 1_000
_MARK = 2  # octets that tell a profile from the others of a ring, and from no more than 65,536 of the network


class ProfileLooks:
    """Counted by the days of UTC; while Redis is away each process counts what it shows itself, by no clock."""

    def __init__(self, cache: Cache, clock: Clock) -> None:
        self._cache = cache
        self._clock = clock
        self._here = LocalCache[str, set[UserId]](_MOST_HERE, _KEEP_SECONDS)

    async def count(self, viewer: UserId, owner: UserId, *, canary: bool = False) -> Looked:
        """Count a profile that is opened, in one round trip: different ones once, exactly while they are few.

        P. Flajolet et al., "HyperLogLog", AofA 2007; Redis is wrong by 0.8 % where they are many.
        """
        looked, passes, ring, trap = self._keys(viewer)
        trapped = [("PFADD", trap, owner.bytes), ("EXPIRE", trap, _TRAP_SECONDS)] if canary else []
        moment = int(self._clock.now().timestamp() * 1000)
        try:
            *_, canaries, _, profiles, _, passed, _, _, _, latest = await self._cache.execute_all(
                *trapped,
                ("PFCOUNT", trap),
                ("PFADD", looked, owner.bytes),
                ("PFCOUNT", looked),
                ("EXPIRE", looked, _KEEP_SECONDS),
                ("GET", passes),
                ("LPUSH", ring, f"{moment}:{owner.bytes[-_MARK:].hex()}"),
                ("LTRIM", ring, 0, RING - 1),
                ("EXPIRE", ring, _RING_SECONDS),
                ("LRANGE", ring, 0, -1),
            )
        except CacheUnavailable:
            return Looked(self._count_here(looked, owner))
        return Looked(int(profiles), int(passed or 0), is_steady(_moments(latest)), int(canaries))

    async def allow(self, viewer: UserId) -> None:
        """Count a challenge that was passed for more; when they opened what, and which canaries, is forgotten."""
        _, passes, ring, trap = self._keys(viewer)
        try:
            await self._cache.execute_all(
                ("INCR", passes), ("EXPIRE", passes, _KEEP_SECONDS), ("DEL", ring), ("DEL", trap)
            )
        except CacheUnavailable:
            return

    def _count_here(self, key: str, owner: UserId) -> int:
        seen = self._here.get(key) or set[UserId]()
        if len(seen) < _MOST_EACH:
            seen.add(owner)
        self._here.put(key, seen)
        return len(seen)

    def _keys(self, viewer: UserId) -> tuple[str, str, str, str]:
        mine, day = f"looks:{{{viewer}}}", _day(self._clock.now())
        return f"{mine}:{day}", f"{mine}:{day}:passes", f"{mine}:latest", f"{mine}:canaries"


def _day(at: datetime) -> str:
    return at.date().isoformat()


def _moments(ring: Iterable[bytes]) -> list[int]:
    """When profiles were opened, each once: a page that is loaded again and again by itself is no scraper."""
    looks = [entry.partition(b":")[::2] for entry in ring]
    return list({mark: int(moment) for moment, mark in looks}.values())
