"""Generations: one number per user in the keys of everything derived from that user's data.

Redis has no wildcard delete; a change bumps the number instead, and what was cached under the old one is never asked
for again and ages out.
"""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from mesh.cache.client import Cache

MAX_VALUE_TTL = 7 * 24 * 3600
"""Seconds a generation is remembered after its last bump: nothing keyed by one may live longer."""

# The time is part of the number, so that a server that lost its last writes cannot hand out an old number again.
_BUMP = """
local time = redis.call('TIME')
local fresh = time[1] * 1000000 + time[2]
local known = tonumber(redis.call('GET', KEYS[1]) or '0')
if fresh <= known then fresh = known + 1 end
redis.call('SET', KEYS[1], string.format('%d', fresh), 'EX', ARGV[1])
return fresh
"""


class Generations:
    """Current generation of a user's data; both calls raise CacheUnavailable while the cache is down."""

    def __init__(self, cache: Cache, name: str = "gen") -> None:
        self._cache = cache
        self._name = name
        self._bump = cache.script(_BUMP)

    async def current(self, user: UUID) -> int:
        """Return the generation, 0 when nothing changed lately."""
        return int(await self._cache.get(self._key(user)) or 0)

    async def current_many(self, users: Sequence[UUID]) -> list[int]:
        """Return the generations in the order of the users."""
        return [int(value or 0) for value in await self._cache.mget([self._key(user) for user in users])]

    async def bump(self, user: UUID) -> int:
        """Leave everything cached for the user behind; returns the new generation, always greater than any before."""
        return cast("int", await self._bump([self._key(user)], [MAX_VALUE_TTL]))

    def _key(self, user: UUID) -> str:
        return f"{self._name}:{user}"
