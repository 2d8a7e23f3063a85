"""Rate limit: each call takes tokens from every bucket of its method's policy."""

import math
from dataclasses import dataclass
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
        limits, cost = method.required_policy.rate_limits, method.required_policy.cost
        take, sessions = self.limiter.take, self.sessions

        async def run(call: Call) -> Any:
            caller = call.principal
            price = cost_to(caller, cost)
            takings = [take(limit, owner_of(limit, caller), price) for limit in limits]
            session = SessionCheck(call, sessions)
            decisions = [await taking for taking in takings]
            if not session.is_passed():
                await session.passed()
            least, limit = decisions[0], limits[0]
            if len(limits) > 1:
                least, limit = min(zip(decisions, limits, strict=True), key=_worth)
            call.trailers += _headers(least, limit)
            if not least.allowed:
                check(least, limit)
            return await proceed(call)

        return lambda call: run(call) if is_charged(call.principal) else proceed(call)


def _worth(decided: tuple[Decision, RateLimit]) -> tuple[bool, int]:
    """Order refusals ahead of what has least left."""
    decision, _ = decided
    return decision.allowed, decision.remaining


def _headers(decision: Decision, limit: RateLimit) -> tuple[tuple[str, str], ...]:
    if decision.allowed:
        reset = (decision.limit - decision.remaining) * 60 / limit.refill_per_minute
    else:
        reset = decision.retry_after
    return (
        ("ratelimit-limit", str(decision.limit)),
        ("ratelimit-remaining", str(decision.remaining)),
        ("ratelimit-reset", str(math.ceil(reset))),
    )
