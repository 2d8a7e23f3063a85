"""How often young accounts did what within a day, or an hour: a small hash each in Redis, for a day."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from mesh.cache import Cache
from svc_profile.domain.ids import UserId
from svc_profile.domain.signals import Doing, window

_KEEP_SECONDS = int(timedelta(hours=25).total_seconds())


class Doings:
    """Whatever is counted here is a hint: raises CacheUnavailable while Redis is away, and nobody counts then."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    async def add(self, at: datetime, counts: Mapping[tuple[UserId, Doing], int]) -> dict[tuple[UserId, Doing], int]:
        """Add to what was counted, in one round trip; how much it is now."""
        keys = [(_key(user_id, doing, at), doing, by) for (user_id, doing), by in counts.items()]
        adding = [("HINCRBY", key, doing.value, by) for key, doing, by in keys]
        keeping = [("EXPIRE", key, _KEEP_SECONDS) for key in dict.fromkeys(key for key, _, _ in keys)]
        replies = await self._cache.execute_all(*adding, *keeping)
        return dict(zip(counts, map(int, replies), strict=False))

    async def claim(self, at: datetime, user_id: UserId, doing: Doing) -> bool:
        """Whether nobody told of it in this window: who claims it tells."""
        return bool(await self._cache.execute("HSETNX", _key(user_id, doing, at), f"told:{doing}", 1))

    async def release(self, at: datetime, user_id: UserId, doing: Doing) -> None:
        """Leave it to somebody else: it could not be told."""
        await self._cache.execute("HDEL", _key(user_id, doing, at), f"told:{doing}")


def _key(user_id: UserId, doing: Doing, at: datetime) -> str:
    return f"doings:{{{user_id}}}:{window(doing, at)}"
