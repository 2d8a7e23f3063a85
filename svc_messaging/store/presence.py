"""Who has a chat open, on any instance: kept in Redis, gone by itself with an instance that died."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from mesh.cache import Cache
from mesh.clock import Clock
from svc_messaging.domain.ids import UserId

LIFE = timedelta(seconds=60)
"""How long an instance that says nothing more counts as holding a stream."""
_SEEN_SECONDS = 30 * 86_400.0
_AT_ONCE = 500
"""Members of one round trip."""


class Presence:
    """For each member the instances that hold a stream of theirs, with the time until which that is believed."""

    def __init__(self, cache: Cache, clock: Clock, instance: UUID) -> None:
        self._cache = cache
        self._clock = clock
        self._instance = str(instance)

    async def arrive(self, user_id: UserId) -> bool:
        """Note a stream here; True when the member had none anywhere."""
        before = await self._held(user_id)
        await self._note(user_id)
        return not before

    async def leave(self, user_id: UserId) -> datetime | None:
        """Note that there is no stream here any more; the time of it when that was the member's last one anywhere."""
        await self._cache.execute("ZREM", _key(user_id), self._instance)
        if await self._held(user_id):
            return None
        now = self._clock.now()
        await self._cache.set(f"seen:{user_id}", now.isoformat(), ttl=_SEEN_SECONDS)
        return now

    async def forget(self, user_id: UserId) -> int:
        """Drop what is known of a member; returns how many entries that were."""
        return await self._cache.delete(_key(user_id), f"seen:{user_id}")

    async def refresh(self, user_ids: Sequence[UserId]) -> None:
        """Say again that there are streams here."""
        for start in range(0, len(user_ids), _AT_ONCE):
            await asyncio.gather(*map(self._note, user_ids[start : start + _AT_ONCE]))

    async def online(self, user_ids: Sequence[UserId]) -> list[UserId]:
        """Those who have a chat open, asked for in one round trip."""
        held = await asyncio.gather(*map(self._held, user_ids))
        return [user_id for user_id, here in zip(user_ids, held, strict=True) if here]

    async def _note(self, user_id: UserId) -> None:
        until = (self._clock.now() + LIFE).timestamp()
        await asyncio.gather(
            self._cache.execute("ZADD", _key(user_id), until, self._instance),
            self._cache.expire(_key(user_id), LIFE.total_seconds()),
        )

    async def _held(self, user_id: UserId) -> bool:
        return bool(await self._cache.execute("ZCOUNT", _key(user_id), self._clock.now().timestamp(), "+inf"))


def _key(user_id: UserId) -> str:
    return f"presence:{user_id}"
