"""Token buckets shared by all instances, kept by one Lua script on the clock of the Redis server."""

import asyncio
import ipaddress
from collections.abc import Awaitable, Sequence
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from prometheus_client import Counter

from mesh.cache.client import Cache
from mesh.cache.errors import CacheUnavailable
from mesh.cache.sent import SentScript
from mesh.contract import RateLimit, Scope
from mesh.limits.local_bucket import LocalBuckets

MAX_RETRY_AFTER = 3600.0
"""Seconds; what a refused caller is told at most, and how long a bucket that never refills is remembered."""

_LONGEST = int(MAX_RETRY_AFTER)

# KEYS buckets of one kind, the same one several times too; ARGV capacity, refill per minute, longest wait in seconds,
# cost of each charge. A refusal takes nothing. Replies for each key {whole tokens left, wait in microseconds}, one
# after the other: whoever need not wait was charged.
_TAKE = """
local capacity, per_minute, longest = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local cost = tonumber(ARGV[4])
local rate = per_minute / 60000000
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local at_now = string.format('%d', now)
local replies = {}
for i, key in ipairs(KEYS) do
  local state = redis.call('HMGET', key, 'tokens', 'at')
  local tokens, at = tonumber(state[1] or capacity), tonumber(state[2] or now)
  tokens = math.min(capacity, tokens + math.max(0, now - at) * rate)
  local wait = 0
  if tokens < cost then
    wait = longest * 1000000
    if rate > 0 then wait = math.min(wait, math.ceil((cost - tokens) / rate)) end
  else
    tokens = tokens - cost
    local life = longest * 1000
    if rate > 0 then life = math.ceil((capacity - tokens) / rate / 1000) + 1000 end
    redis.call('HSET', key, 'tokens', string.format('%.9f', tokens), 'at', at_now)
    redis.call('PEXPIRE', key, string.format('%d', life))
  end
  replies[2 * i - 1], replies[2 * i] = math.floor(tokens), wait
end
return replies
"""

_decisions = Counter("guild_rate_limit_decisions", "Rate-limit decisions by bucket.", ("bucket", "decision"))


class Decision(NamedTuple):
    """Whether a call may go on; `retry_after` is in seconds, 0 when it may."""

    allowed: bool
    limit: int
    remaining: int
    retry_after: float


_Charge = tuple[str, asyncio.Future[Decision]]
"""The owner of a bucket who is charged, and the decision to come."""


class TokenBucket:
    """Takes tokens for callers. While Redis is down each process counts by itself, so a limit stays a limit.

    All charges of one turn of the loop to buckets of a kind are one run of one script: most of what a charge costs,
    here and in Redis, is the command and not the charge. Within it they are charged one after the other, so that the
    last token of a bucket goes to one of them.
    """

    def __init__(self, cache: Cache, profile: Literal["laptop", "production"] = "production") -> None:
        self._script = cache.script(_TAKE)
        self._lift_loopback = profile == "laptop"
        self._local = LocalBuckets()
        self._asked: dict[tuple[int, int], tuple[RateLimit, list[_Charge]]] = {}
        """What was asked for in this turn, by the limit's identity, which costs less than its hash, and the cost."""
        self._settling: set[asyncio.Task[None]] = set()

    def take(self, limit: RateLimit, owner: str, cost: int = 1) -> Awaitable[Decision]:
        """Charge `cost` tokens to `owner` (an account's or a session's id, or an address), or say that there are less.

        The charge is sent at the end of this turn, awaited or not; await it for the decision. On a laptop the buckets
        of loopback addresses are lifted: there one address is everybody.
        """
        loop = asyncio.get_running_loop()
        decision: asyncio.Future[Decision] = loop.create_future()
        if limit.scope == Scope.ADDRESS and self._lift_loopback and _is_loopback(owner):
            decision.set_result(Decision(allowed=True, limit=limit.capacity, remaining=limit.capacity, retry_after=0.0))
            return decision
        if not self._asked:
            loop.call_soon(self._send)
        kind = id(limit), cost
        asked = self._asked.get(kind)
        if asked is None:
            asked = self._asked[kind] = limit, []
        asked[1].append((owner, decision))
        return decision

    def _send(self) -> None:
        """Send what was asked for in the turn that ends."""
        asked, self._asked = self._asked, {}
        for (_, cost), (limit, charges) in asked.items():
            keys = [f"limit:{limit.bucket}:{owner}" for owner, _ in charges]
            try:
                runs = self._script.start_each(keys, [limit.capacity, limit.refill_per_minute, _LONGEST, cost])
            except CacheUnavailable:
                self._decide_alone(limit, cost, charges)
                continue
            except Exception as error:  # noqa: BLE001 - whatever it is, somebody waits for each decision
                _fail(charges, error)
                continue
            for positions, sent in runs:
                task = asyncio.create_task(self._settle(sent, limit, cost, [charges[at] for at in positions]))
                self._settling.add(task)
                task.add_done_callback(self._settling.discard)

    async def _settle(self, sent: SentScript, limit: RateLimit, cost: int, charges: Sequence[_Charge]) -> None:
        """Tell those who were charged in one run of the script."""
        try:
            told: list[int] = await sent.reply()
        except CacheUnavailable:
            self._decide_alone(limit, cost, charges)
        except Exception as error:  # noqa: BLE001 - as above
            _fail(charges, error)
        else:
            of_each = zip(told[::2], told[1::2], strict=True)
            _tell(limit, charges, [Decision(wait == 0, limit.capacity, left, wait / 1e6) for left, wait in of_each])

    def _decide_alone(self, limit: RateLimit, cost: int, charges: Sequence[_Charge]) -> None:
        """Charge without Redis."""
        rate = limit.refill_per_minute / 60
        decisions: list[Decision] = []
        for owner, _ in charges:
            left, wait = self._local.take((limit.bucket, owner), limit.capacity, rate, cost)
            decisions.append(Decision(left is not None, limit.capacity, int(left or 0), min(wait, MAX_RETRY_AFTER)))
        _tell(limit, charges, decisions)


def _fail(charges: Sequence[_Charge], error: Exception) -> None:
    for _, decision in charges:
        if not decision.done():
            decision.set_exception(error)


def _tell(limit: RateLimit, charges: Sequence[_Charge], decisions: Sequence[Decision]) -> None:
    allowed = 0
    for (_, to_come), decision in zip(charges, decisions, strict=True):
        allowed += decision.allowed
        if not to_come.done():  # else its caller went away, and was charged
            to_come.set_result(decision)
    if allowed:
        _counter(limit.bucket, "allowed").inc(allowed)
    if allowed < len(decisions):
        _counter(limit.bucket, "refused").inc(len(decisions) - allowed)


@cache
def _counter(bucket: str, decision: str) -> Counter:
    return _decisions.labels(bucket, decision)


@lru_cache(maxsize=4096)
def _is_loopback(address: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return (mapped or parsed).is_loopback
