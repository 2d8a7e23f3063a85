"""Failed sign-ins of the last minutes, in Redis; without it the address bucket is what still holds."""

import hashlib
from datetime import timedelta

from mesh.cache import Cache, CacheUnavailable
from svc_profile.domain.login_throttling import WINDOW, Failures

# One sorted set a key, scored by the server's own clock; returns how many and how long ago the last one was (ms).
_COUNT = """
local now = redis.call('TIME')
local ms = now[1] * 1000 + math.floor(now[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ms - tonumber(ARGV[1]))
local last = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
return {redis.call('ZCARD', KEYS[1]), last[2] and (ms - tonumber(last[2])) or 0}
"""
_ADD = """
local now = redis.call('TIME')
local ms = now[1] * 1000 + math.floor(now[2] / 1000)
redis.call('ZADD', KEYS[1], ms, now[1] .. '.' .. now[2])
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1
"""
_WINDOW_MS = int(WINDOW.total_seconds() * 1000)


class LoginFailures:
    """Counts failures by a key that is stored hashed: addresses of members are no business of the cache."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._count = cache.script(_COUNT)
        self._add = cache.script(_ADD)

    async def of(self, key: str) -> Failures:
        """The failures of a key within the window; none when Redis is down."""
        try:
            count, ago = await self._count([_name(key)], [_WINDOW_MS])
        except CacheUnavailable:
            return Failures(0, timedelta())
        return Failures(int(count), timedelta(milliseconds=int(ago)))

    async def add(self, key: str) -> None:
        """Count one more."""
        try:
            await self._add([_name(key)], [_WINDOW_MS])
        except CacheUnavailable:
            return

    async def clear(self, key: str) -> None:
        """Forget the failures of a key."""
        try:
            await self._cache.delete(_name(key))
        except CacheUnavailable:
            return


def _name(key: str) -> str:
    return f"login_failures:{hashlib.blake2b(key.encode(), digest_size=16).hexdigest()}"
