"""Rate limit: each call takes tokens from every bucket of its method's policy."""

import math
from dataclasses import dataclass
from typing import Any, ClassVar

from mesh.contract import MethodSpec, RateLimit
from mesh.limits.charges import Decision, Limiter, check, is_charged, owner_of
from mesh.rpc.call import Call
from mesh.rpc.concern import Proceed


@dataclass(frozen=True, slots=True)
class RateLimits:
    """Tells callers how much is left in `ratelimit-*` metadata, whether they are refused or not."""

    name: ClassVar[str] = "rate_limit"
    limiter: Limiter

    def applies(self, method: MethodSpec) -> bool:
        """Methods with buckets."""
        return bool(method.required_policy.rate_limits)

    async def __call__(self, call: Call, proceed: Proceed) -> Any:
        """Charge the caller; raises RateLimited."""
        caller, policy = call.principal, call.method.required_policy
        if not is_charged(caller):
            return await proceed(call)
        least: tuple[int, RateLimit, Decision] | None = None
        for limit in policy.rate_limits:
            decision = await self.limiter.take(limit, owner_of(limit, caller), policy.cost)
            if not decision.allowed:
                call.trailers += _headers(limit, decision)
                check(decision, limit)
            if least is None or decision.remaining < least[0]:
                least = decision.remaining, limit, decision
        if least is not None:
            call.trailers += _headers(*least[1:])
        return await proceed(call)


def _headers(limit: RateLimit, decision: Decision) -> list[tuple[str, str]]:
    full_again = (decision.limit - decision.remaining) * 60 / limit.refill_per_minute
    reset = full_again if decision.allowed else decision.retry_after
    return [
        ("ratelimit-limit", str(decision.limit)),
        ("ratelimit-remaining", str(decision.remaining)),
        ("ratelimit-reset", str(math.ceil(reset))),
    ]
