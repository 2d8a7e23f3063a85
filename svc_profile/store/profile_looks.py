"""Whose profiles a member opened today: a HyperLogLog in Redis, which holds no list of them."""

from datetime import datetime, timedelta

from mesh.cache import Cache, CacheUnavailable, LocalCache
from mesh.clock import Clock
from svc_profile.domain.browsing import Looked
from svc_profile.domain.ids import UserId

_KEEP_SECONDS = int(timedelta(hours=25).total_seconds())
_MOST_HERE = 10_000  # members whom a process counts by itself while Redis is away
_MOST_EACH = 1_000


class ProfileLooks:
    """Counted by the days of UTC; while Redis is away each process counts what it shows itself."""

    def __init__(self, cache: Cache, clock: Clock) -> None:
        self._cache = cache
        self._clock = clock
        self._here = LocalCache[str, set[UserId]](_MOST_HERE, _KEEP_SECONDS)

    async def count(self, viewer: UserId, owner: UserId) -> Looked:
        """Count a profile that is opened, in one round trip: different ones once, exactly while they are few.

        P. Flajolet et al., "HyperLogLog", AofA 2007; Redis is wrong by 0.8 % where they are many.
        """
        looked, passes = self._keys(viewer)
        try:
            _, profiles, _, passed = await self._cache.execute_all(
                ("PFADD", looked, owner.bytes),
                ("PFCOUNT", looked),
                ("EXPIRE", looked, _KEEP_SECONDS),
                ("GET", passes),
            )
        except CacheUnavailable:
            return Looked(self._count_here(looked, owner))
        return Looked(int(profiles), int(passed or 0))

    async def allow(self, viewer: UserId) -> None:
        """Count a challenge that was passed for more."""
        _, passes = self._keys(viewer)
        try:
            await self._cache.execute_all(("INCR", passes), ("EXPIRE", passes, _KEEP_SECONDS))
        except CacheUnavailable:
            return

    def _count_here(self, key: str, owner: UserId) -> int:
        seen = self._here.get(key) or set[UserId]()
        if len(seen) < _MOST_EACH:
            seen.add(owner)
        self._here.put(key, seen)
        return len(seen)

    def _keys(self, viewer: UserId) -> tuple[str, str]:
        day = _day(self._clock.now())
        return f"looks:{{{viewer}}}:{day}", f"looks:{{{viewer}}}:{day}:passes"


def _day(at: datetime) -> str:
    return at.date().isoformat()
