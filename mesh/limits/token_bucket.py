"""Token buckets shared by all instances, kept by one Lua script on the clock of the Redis server."""

import ipaddress
from dataclasses import dataclass
from typing import Literal

from prometheus_client import Counter

from mesh.cache.client import Cache
from mesh.cache.errors import CacheUnavailable
from mesh.contract import RateLimit, Scope
from mesh.limits.local_bucket import LocalBuckets

MAX_RETRY_AFTER = 3600.0
"""Seconds; what a refused caller is told at most, and how long a bucket that never refills is remembered."""

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


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a call may go on; `retry_after` is in seconds, 0 when it may."""

    allowed: bool
    limit: int
    remaining: int
    retry_after: float


class TokenBucket:
    """Takes tokens for callers. While Redis is down each process counts by itself, so a limit stays a limit."""

    def __init__(self, cache: Cache, profile: Literal["laptop", "production"] = "production") -> None:
        self._take = cache.script(_TAKE)
        self._lift_loopback = profile == "laptop"
        self._local = LocalBuckets()

    async def take(self, limit: RateLimit, owner: str, cost: int = 1) -> Decision:
        """Charge `cost` tokens to `owner` (an account's or a session's id, or an address), or say that there are less.

        On a laptop the buckets of loopback addresses are lifted: there one address is everybody.
        """
        if self._lift_loopback and limit.scope == Scope.ADDRESS and _is_loopback(owner):
            return Decision(allowed=True, limit=limit.capacity, remaining=limit.capacity, retry_after=0.0)
        try:
            allowed, remaining, wait = await self._take(
                [f"limit:{limit.bucket}:{owner}"],
                [limit.capacity, limit.refill_per_minute, int(MAX_RETRY_AFTER), cost],
            )
            decision = Decision(bool(allowed), limit.capacity, int(remaining), int(wait) / 1e6)
        except CacheUnavailable:
            left, wait = self._local.take((limit.bucket, owner), limit.capacity, limit.refill_per_minute / 60, cost)
            decision = Decision(left is not None, limit.capacity, int(left or 0), min(wait, MAX_RETRY_AFTER))
        _decisions.labels(limit.bucket, "allowed" if decision.allowed else "refused").inc()
        return decision


def _is_loopback(address: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return (mapped or parsed).is_loopback
