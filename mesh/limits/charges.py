"""Charges to the buckets of the contract: who pays, what a refusal says."""

import math
from collections.abc import Awaitable
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol
from uuid import UUID

from mesh import principal
from mesh.contract import RateLimit, Scope, bucket_named
from mesh.errors import ResourceExhausted
from mesh.principal import EDGE, Principal

LIMITED_PAYS = 10
"""What a member pays, for one, whose limits are cut to a tenth."""


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
        """Seconds until there are enough tokens, 0 when there are."""
        ...


class Limiter(Protocol):
    """Where the buckets are kept."""

    def take(self, limit: RateLimit, owner: str, cost: int = 1, /) -> Awaitable[Decision]:
        """Charge `cost` tokens to `owner`, all or none; what is taken in one tick is one round trip."""
        ...


@dataclass(frozen=True, slots=True)
class Charges:
    """What a use case charges to buckets that count for some calls only, the `conditional_buckets` of a policy.

    Buckets of a policy that count for every call are charged ahead of the use case; whether a condition holds only the
    use case knows, such as whether a message goes to a stranger. It calls `charge` before it writes, so that a refusal
    leaves nothing behind.
    """

    limiter: Limiter

    async def charge(self, bucket: str, *, cost: int = 1) -> None:
        """Charge whoever acts now to a bucket, by its name in lower case ("message_stranger"); raises RateLimited.

        Raises LookupError for a bucket the contract does not have.
        """
        caller = principal.current()
        if is_charged(caller):
            limit = bucket_named(bucket)
            check(await self.limiter.take(limit, owner_of(limit, caller), cost_to(caller, cost)), limit)


def is_charged(caller: Principal) -> bool:
    """Tell whether calls of this caller are charged here; those of other services were where they came in."""
    return caller.service is None or caller.service == EDGE  # not is_service, asked twice for each call


def owner_of(limit: RateLimit, caller: Principal) -> str:
    """Return who owns the bucket a caller is charged to; who is not signed in is an address."""
    if caller.user_id is not None:
        if limit.scope == Scope.ACCOUNT:
            return _spelled(caller.user_id.int)
        if limit.scope == Scope.SESSION:
            return _spelled((caller.session_id or caller.user_id).int)
    return caller.address or "unknown"


def cost_to(caller: Principal, cost: int) -> int:
    """Return what a call costs a caller: a member whom operators limited pays for ten."""
    return cost * LIMITED_PAYS if caller.limited else cost


@lru_cache(maxsize=16_384)  # to spell a UUID takes as long as to validate a request, and to hash one is no C
def _spelled(number: int) -> str:
    return str(UUID(int=number))


def check(decision: Decision, limit: RateLimit) -> None:
    """Raise RateLimited when the decision was no."""
    if not decision.allowed:
        wait = math.ceil(decision.retry_after)
        raise RateLimited(
            f"too many calls: try again in {wait} s",
            metadata={"bucket": limit.bucket},
            retry_after=decision.retry_after,
        )
