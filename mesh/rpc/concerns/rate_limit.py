"""Rate limit: each call takes a token from every bucket of its method's policy."""

import math
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from mesh.contract import MethodSpec, RateLimit, Scope
from mesh.errors import ResourceExhausted
from mesh.principal import Principal
from mesh.rpc.call import Call
from mesh.rpc.concern import Proceed

EDGE = "edge"
"""The service that speaks for the outside; calls of other services were charged where they came in."""


class RateLimited(ResourceExhausted):
    """The caller's bucket is empty; `retry_after` says when there is a token again."""

    reason = "RATE_LIMITED"


class Decision(Protocol):
    """What a limiter answers."""

    @property
    def allowed(self) -> bool:
        """Whether the call may go on."""
        ...

    @property
    def limit(self) -> int:
        """Tokens of a full bucket."""
        ...

    @property
    def remaining(self) -> int:
        """Whole tokens left."""
        ...

    @property
    def retry_after(self) -> float:
        """Seconds until there is a token, 0 when there is."""
        ...


class Limiter(Protocol):
    """Where the buckets are kept."""

    async def take(self, limit: RateLimit, owner: str, /) -> Decision:
        """Charge one token to `owner`."""
        ...


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
        caller = call.principal
        if caller.service is not None and caller.service != EDGE:
            return await proceed(call)
        least: tuple[int, RateLimit, Decision] | None = None
        for limit in call.method.required_policy.rate_limits:
            decision = await self.limiter.take(limit, _owner(limit, caller))
            if not decision.allowed:
                call.trailers += _headers(limit, decision)
                wait = math.ceil(decision.retry_after)
                raise RateLimited(f"too many calls: try again in {wait} s", retry_after=decision.retry_after)
            if least is None or decision.remaining < least[0]:
                least = decision.remaining, limit, decision
        if least is not None:
            call.trailers += _headers(*least[1:])
        return await proceed(call)


def _owner(limit: RateLimit, caller: Principal) -> str:
    if limit.scope == Scope.ACCOUNT and caller.user_id is not None:
        return str(caller.user_id)
    return caller.address or "unknown"


def _headers(limit: RateLimit, decision: Decision) -> list[tuple[str, str]]:
    full_again = (decision.limit - decision.remaining) * 60 / limit.refill_per_minute
    reset = full_again if decision.allowed else decision.retry_after
    return [
        ("ratelimit-limit", str(decision.limit)),
        ("ratelimit-remaining", str(decision.remaining)),
        ("ratelimit-reset", str(math.ceil(reset))),
    ]
