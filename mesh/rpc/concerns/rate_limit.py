"""Rate limit: each call takes tokens from every bucket of its method's policy."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

from mesh.contract import MethodSpec, RateLimit
from mesh.limits.charges import Decision, Limiter, check, cost_to, is_charged, owner_of
from mesh.rpc.call import Call
from mesh.rpc.concern import Proceed
from mesh.rpc.concerns.sessions import SessionCheck, Sessions


@dataclass(frozen=True, slots=True)
class RateLimits:
    """Tells callers how much is left in `ratelimit-*` metadata, whether they are refused or not.

    All buckets are charged, and the session is asked about, in one round trip. Whose session was ended learns only
    that: nothing of what is left to the member.
    """

    name: ClassVar[str] = "rate_limit"
    limiter: Limiter
    sessions: Sessions | None = None

    def applies(self, method: MethodSpec) -> bool:
        """Methods with buckets."""
        return bool(method.required_policy.rate_limits)

    def around(self, method: MethodSpec, proceed: Proceed) -> Proceed:
        """Charge callers; raises SessionRevoked, RateLimited."""
        (first, *others), cost = method.required_policy.rate_limits, method.required_policy.cost
        take, sessions = self.limiter.take, self.sessions

        async def run(call: Call) -> Any:
            caller = call.principal
            price = cost_to(caller, cost) if caller.limited else cost
            taking = take(first, owner_of(first, caller), price)
            more = [(take(limit, owner_of(limit, caller), price), limit) for limit in others] if others else ()
            session = SessionCheck(call, sessions)
            least, limit = await taking, first
            if more:
                decisions = [(least, limit), *[(await other, limit) for other, limit in more]]
                least, limit = min(decisions, key=_worth)
            if not session.is_passed():
                await session.passed()
            if least.allowed:
                call.trailers += _left(least.limit, least.remaining, limit.refill_per_minute)
            else:
                call.trailers += _headers(least.limit, least.remaining, least.retry_after)
                check(least, limit)
            return await proceed(call)

        return lambda call: run(call) if is_charged(call.principal) else proceed(call)


def _worth(decided: tuple[Decision, RateLimit]) -> tuple[bool, int]:
    """Order refusals ahead of what has least left."""
    decision, _ = decided
    return decision.allowed, decision.remaining


@lru_cache(maxsize=4_096)
def _left(capacity: int, remaining: int, refill_per_minute: float) -> tuple[tuple[str, str], ...]:
    return _headers(capacity, remaining, (capacity - remaining) * 60 / refill_per_minute)


def _headers(capacity: int, remaining: int, reset: float) -> tuple[tuple[str, str], ...]:
    return (
        ("ratelimit-limit", str(capacity)),
        ("ratelimit-remaining", str(remaining)),
        ("ratelimit-reset", str(math.ceil(reset))),
    )
