"""Token buckets shared by all instances, kept by one Lua script on the clock of the Redis server."""

import ipaddress
from collections.abc import Awaitable, Generator
from functools import cache
from typing import Any, Literal, NamedTuple

from prometheus_client import Counter

from mesh.cache.client import Cache
from mesh.cache.errors import CacheUnavailable
from mesh.cache.sent import SentScript
from mesh.contract import RateLimit, Scope
from mesh.limits.local_bucket import LocalBuckets

MAX_RETRY_AFTER = 3600.0
"""Seconds; what a refused caller is told at most, and how long a bucket that never refills is remembered."""

_LONGEST = int(MAX_RETRY_AFTER)

# KEYS[1] bucket; ARGV capacity, refill per minute, longest wait in seconds, cost. A refusal takes nothing.
# Replies {allowed, whole tokens left, wait in microseconds}.
_TAKE = """
local capacity, per_minute, longest = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local cost = tonumber(ARGV[4])
local rate = per_minute / 60000000
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local state = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens, at = tonumber(state[1] or capacity), tonumber(state[2] or now)
tokens = math.min(capacity, tokens + math.max(0, now - at) * rate)
if tokens < cost then
  local wait = longest * 1000000
  if rate > 0 then wait = math.min(wait, math.ceil((cost - tokens) / rate)) end
  return {0, math.floor(tokens), wait}
end
tokens = tokens - cost
local life = longest * 1000
if rate > 0 then life = math.ceil((capacity - tokens) / rate / 1000) + 1000 end
redis.call('HSET', KEYS[1], 'tokens', string.format('%.9f', tokens), 'at', string.format('%d', now))
redis.call('PEXPIRE', KEYS[1], string.format('%d', life))
return {1, math.floor(tokens), 0}
"""

_decisions = Counter("guild_rate_limit_decisions", "Rate-limit decisions by bucket.", ("bucket", "decision"))


class Decision(NamedTuple):
    """Whether a call may go on; `retry_after` is in seconds, 0 when it may."""

    allowed: bool
    limit: int
    remaining: int
    retry_after: float


class TokenBucket:
    """Takes tokens for callers. While Redis is down each process counts by itself, so a limit stays a limit."""

    def __init__(self, cache: Cache, profile: Literal["laptop", "production"] = "production") -> None:
        self._script = cache.script(_TAKE)
        self._lift_loopback = profile == "laptop"
        self._local = LocalBuckets()

    def take(self, limit: RateLimit, owner: str, cost: int = 1) -> Awaitable[Decision]:
        """Charge `cost` tokens to `owner` (an account's or a session's id, or an address), or say that there are less.

        The charge is sent at once, with the commands of this tick; await it for the decision. On a laptop the buckets
        of loopback addresses are lifted: there one address is everybody.
        """
        return _Taking(self, limit, owner, cost)

    def begin(self, limit: RateLimit, owner: str, cost: int) -> SentScript | None:
        """Send a charge; None where Redis is not asked, because it is away or the bucket is lifted."""
        if self.is_lifted(limit, owner):
            return None
        try:
            return self._script.start(
                [f"limit:{limit.bucket}:{owner}"], [limit.capacity, limit.refill_per_minute, _LONGEST, cost]
            )
        except CacheUnavailable:
            return None

    async def end(self, sent: SentScript | None, limit: RateLimit, owner: str, cost: int) -> Decision:
        """Return the decision on a charge that was sent, or made without Redis."""
        if sent is None:
            return self._alone(limit, owner, cost)
        try:
            allowed, remaining, wait = await sent.reply()
        except CacheUnavailable:
            return self._alone(limit, owner, cost)
        return _counted(limit, Decision(allowed == 1, limit.capacity, remaining, wait / 1e6))

    def is_lifted(self, limit: RateLimit, owner: str) -> bool:
        """Tell whether a bucket never refuses."""
        return self._lift_loopback and limit.scope == Scope.ADDRESS and _is_loopback(owner)

    def _alone(self, limit: RateLimit, owner: str, cost: int) -> Decision:
        if self.is_lifted(limit, owner):
            return Decision(allowed=True, limit=limit.capacity, remaining=limit.capacity, retry_after=0.0)
        left, wait = self._local.take((limit.bucket, owner), limit.capacity, limit.refill_per_minute / 60, cost)
        return _counted(limit, Decision(left is not None, limit.capacity, int(left or 0), min(wait, MAX_RETRY_AFTER)))


class _Taking:
    """A charge on its way."""

    __slots__ = ("_asked", "_bucket", "_sent")

    def __init__(self, bucket: TokenBucket, limit: RateLimit, owner: str, cost: int) -> None:
        self._bucket = bucket
        self._asked = limit, owner, cost
        self._sent = bucket.begin(limit, owner, cost)

    def __await__(self) -> Generator[Any, Any, Decision]:
        return self._bucket.end(self._sent, *self._asked).__await__()


@cache
def _counter(bucket: str, decision: str) -> Counter:
    return _decisions.labels(bucket, decision)


def _counted(limit: RateLimit, decision: Decision) -> Decision:
    _counter(limit.bucket, "allowed" if decision.allowed else "refused").inc()
    return decision


def _is_loopback(address: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return (mapped or parsed).is_loopback
