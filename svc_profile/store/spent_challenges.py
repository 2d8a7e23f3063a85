"""What counts once: each challenge is passed, and each token of one used, a single time."""

from uuid import UUID

from mesh.cache import Cache, CacheUnavailable, LocalCache
from svc_profile.domain.challenge import GOOD_FOR, LIFETIME

_TTL = (LIFETIME + GOOD_FOR).total_seconds()
_MOST_HERE = 100_000


class SpentChallenges:
    """In Redis; while it is away each process knows what was spent at itself."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._here = LocalCache[str, bool](_MOST_HERE, _TTL)

    async def spend(self, what: str, id_: UUID) -> bool:
        """Whether it was there to be spent."""
        key = f"challenge:{what}:{id_}"
        if self._here.get(key):
            return False
        self._here.put(key, value=True)
        try:
            return await self._cache.set(key, 1, ttl=_TTL, if_absent=True)
        except CacheUnavailable:
            return True
