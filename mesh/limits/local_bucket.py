"""Token buckets of one process, for the time the shared ones cannot be reached."""

import math
import time
from collections.abc import Callable

from cachetools import LRUCache

MAX_BUCKETS = 50_000
"""Owners remembered at once, about 10 MB; one that is forgotten begins with a full bucket."""


class LocalBuckets:
    """Buckets by key, refilled continuously on a monotonic clock (seconds)."""

    def __init__(self, *, max_buckets: int = MAX_BUCKETS, timer: Callable[[], float] = time.monotonic) -> None:
        self._timer = timer
        self._buckets: LRUCache[tuple[str, str], tuple[float, float]] = LRUCache(max_buckets)

    def take(
        self, key: tuple[str, str], capacity: int, refill_per_second: float, cost: int = 1
    ) -> tuple[float | None, float]:
        """Take tokens: (tokens left, 0), or (None, seconds until there are enough; infinite when none flow back)."""
        now = self._timer()
        tokens, at = self._buckets.get(key, (float(capacity), now))
        tokens = min(float(capacity), tokens + max(0.0, now - at) * refill_per_second)
        if tokens < cost:
            return None, (cost - tokens) / refill_per_second if refill_per_second > 0 else math.inf
        self._buckets[key] = (tokens - cost, now)
        return tokens - cost, 0.0
