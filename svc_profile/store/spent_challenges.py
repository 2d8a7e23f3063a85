"""What counts once: each challenge is passed, and each token of one used, a single time."""

import asyncio
import hashlib
from uuid import UUID

from mesh.cache import Cache, CacheUnavailable, LocalCache
from svc_profile.domain.challenge import GOOD_FOR, LIFETIME

_TTL = (LIFETIME + GOOD_FOR).total_seconds()
_MOST_HERE = 100_000
_HOUR = 3600


class SpentChallenges:
    """In Redis; while it is away each process knows what was spent at itself."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._here = LocalCache[str, bool](_MOST_HERE, _TTL)

    async def count(self, who: str) -> None:
        """Count a challenge that somebody passed."""
        key = _of(who)
        try:
            await asyncio.gather(self._cache.execute("INCR", key), self._cache.execute("EXPIRE", key, _HOUR))
        except CacheUnavailable:
            return

    async def counted(self, who: str) -> int:
        """How many they passed with less than an hour between each and the next; none while Redis is away."""
        try:
            return int(await self._cache.get(_of(who)) or 0)
        except CacheUnavailable:
            return 0

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


def _of(who: str) -> str:
    """Stored hashed: networks of clients are no business of the cache."""
    return f"challenges:{hashlib.blake2b(who.encode(), digest_size=16).hexdigest()}"
