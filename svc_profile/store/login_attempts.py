"""Sign-ins of the last minutes that failed or are under way, in Redis; without it the address bucket still holds."""

import asyncio
import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import timedelta

from mesh.cache import Cache, CacheUnavailable
from svc_profile.domain.login_throttling import WINDOW, Attempts

# A sorted set for the network and one for everybody, scored by the server's own clock. An attempt counts before its
# password is looked at: of many at once, each sees those before it.
_RESERVE = """
local now = redis.call('TIME')
local ms = now[1] * 1000 + math.floor(now[2] / 1000)
for _, key in ipairs(KEYS) do
    redis.call('ZREMRANGEBYSCORE', key, '-inf', ms - tonumber(ARGV[1]))
    redis.call('ZREMRANGEBYRANK', key, 0, -1001)
end
local last = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
local seen = {redis.call('ZCARD', KEYS[1]), last[2] and (ms - tonumber(last[2])) or 0, redis.call('ZCARD', KEYS[2])}
for _, key in ipairs(KEYS) do
    redis.call('ZADD', key, ms, ARGV[2])
    redis.call('PEXPIRE', key, ARGV[1])
end
return seen
"""
_RELEASE = "for _, key in ipairs(KEYS) do redis.call('ZREM', key, ARGV[1]) end"
_CLEAR = "for _, key in ipairs(KEYS) do redis.call('DEL', key) end"
_WINDOW_MS = int(WINDOW.total_seconds() * 1000)
_WINDOW_SECONDS = int(WINDOW.total_seconds())
_NOBODY = Attempts(0, timedelta(), 0)


@dataclass(frozen=True, slots=True)
class Reserved:
    """An attempt with those it met; `counter` is that of its network, where that is counted."""

    keys: tuple[str, str]
    name: str
    before: Attempts
    counter: str = ""


class LoginAttempts:
    """Counts by keys that are stored hashed: addresses of members are no business of the cache."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._reserve = cache.script(_RESERVE)
        self._release = cache.script(_RELEASE)
        self._clear = cache.script(_CLEAR)

    async def reserve(self, email: str, network: str) -> Reserved:
        """Count one more; it stays counted unless it is released or cleared. Redis being away, it met none."""
        keys, name = _keys(email, network), secrets.token_hex(8)
        try:
            here_before, ago, everywhere = map(int, await self._reserve(keys, [_WINDOW_MS, name]))
        except CacheUnavailable:
            return Reserved(keys, name, _NOBODY)
        return Reserved(keys, name, Attempts(here_before, timedelta(milliseconds=ago), everywhere))

    async def reserve_of_network(self, email: str, network: str) -> Reserved:
        """The same, counted for the network as well, whatever accounts it tries."""
        counter = f"logins:of:{_digest(network)}"
        reserved, before = await asyncio.gather(self.reserve(email, network), self._count(counter, 1))
        return replace(reserved, before=replace(reserved.before, of_network=before), counter=counter)

    async def release(self, attempt: Reserved) -> None:
        """Uncount an attempt that did not take place."""
        try:
            await self._release(attempt.keys, [attempt.name])
        except CacheUnavailable:
            return
        await self._uncount(attempt)

    async def clear(self, attempt: Reserved) -> None:
        """Forget the attempts at this account from this network, and how many came from everywhere.

        Of the network's only this one is: an account of their own would let them go on with those of others.
        """
        await self._forget(attempt.keys)
        await self._uncount(attempt)

    async def forget(self, email: str, network: str) -> None:
        """Forget the attempts of somebody who proved in another way that the account is theirs."""
        await self._forget(_keys(email, network))

    async def _uncount(self, attempt: Reserved) -> None:
        if attempt.counter:
            await self._count(attempt.counter, -1)

    async def _count(self, counter: str, by: int) -> int:
        """Change the counter of a window that begins with the first; what it was before, none while Redis is away."""
        try:
            _, now = await self._cache.execute_all(
                ("SET", counter, 0, "EX", _WINDOW_SECONDS, "NX"), ("INCRBY", counter, by)
            )
        except CacheUnavailable:
            return 0
        return int(now) - by

    async def _forget(self, keys: tuple[str, str]) -> None:
        try:
            await self._clear(keys)
        except CacheUnavailable:
            return


def _keys(email: str, network: str) -> tuple[str, str]:
    account, here = _digest(email), _digest(network)
    return f"logins:{{{account}}}:{here}", f"logins:{{{account}}}"


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
