"""What counts once: each challenge is passed, and each token of one used, a single time."""

import hashlib
import secrets
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
        self._here = LocalCache[str, str](_MOST_HERE, _TTL)

    async def count(self, who: str) -> None:
        """Count a challenge that somebody passed."""
        key = _of(who)
        try:
            await self._cache.execute_all(("INCR", key), ("EXPIRE", key, _HOUR))
        except CacheUnavailable:
            return

    async def counted(self, who: str) -> int:
        """How many they passed with less than an hour between each and the next; none while Redis is away."""
        try:
            return int(await self._cache.get(_of(who)) or 0)
        except CacheUnavailable:
            return 0

    async def spend(self, what: str, id_: UUID, use: str = "") -> bool:
        """Whether it was there to be spent, or was spent for the same `use`: by a call that is run or sent again."""
        key, mine = f"challenge:{what}:{id_}", _hashed(use) if use else secrets.token_hex(16)
        before = self._here.get(key)
        if before is not None and before != mine:
            return False
        self._here.put(key, mine)
        try:  # what is known here may have been put by a call that Redis is yet to refuse
            return await self._cache.set(key, mine, ttl=_TTL, if_absent=True) or await self._holds(key, mine)
        except CacheUnavailable:
            return True

    async def _holds(self, key: str, mine: str) -> bool:
        return await self._cache.get(key) == mine.encode()


def _of(who: str) -> str:
    return f"challenges:{_hashed(who)}"


def _hashed(text: str) -> str:
    """Networks and addresses of clients are no business of the cache."""
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
