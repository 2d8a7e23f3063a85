"""Which failed calls are tried again, when."""

import random
from collections.abc import Iterable
from dataclasses import dataclass

from mesh.contract import Idempotency, Policy
from mesh.errors import Code, Failure
from mesh.limits.door import Overloaded

MAX_ATTEMPTS = 3
FIRST_DELAY = 0.05
MAX_DELAY = 1.0
"""Seconds; a peer that asks for a longer wait is believed, and the caller is told instead."""

_WORTH_IT = frozenset({Code.UNAVAILABLE, Code.ABORTED})


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Full jitter: each delay is anything up to a bound that doubles."""

    max_attempts: int = MAX_ATTEMPTS
    first_delay: float = FIRST_DELAY
    max_delay: float = MAX_DELAY

    def delay(self, attempt: int, failure: Failure) -> float | None:
        """Return the seconds to wait after failed attempt number `attempt` (from 1), None to give up.

        A peer that is overloaded is not asked again, however soon it has room: each hop that did so would multiply the
        load there is too much of. Whoever asked first is told how long to wait.
        """
        if failure.code not in _WORTH_IT or failure.reason == Overloaded.reason or attempt >= self.max_attempts:
            return None
        asked = failure.retry_after or 0.0
        if asked > self.max_delay:
            return None
        bound = min(self.max_delay, self.first_delay * 2 ** (attempt - 1))
        return asked + random.uniform(0, bound)  # noqa: S311 - jitter is no secret


def may_repeat(policy: Policy | None, sent: Iterable[tuple[str, str | bytes]]) -> bool:
    """Tell whether a second call could do harm: keyed methods are safe only with their key, unsafe ones never."""
    if policy is None:
        return False
    if policy.idempotency == Idempotency.KEYED:
        return any(key == "idempotency-key" and value for key, value in sent)
    return policy.idempotency.repeated_unasked
