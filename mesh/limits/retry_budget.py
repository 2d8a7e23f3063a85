"""A budget for retries: calls earn them, so that a peer in trouble is not buried under second attempts."""

RATIO = 0.1
"""Retries per call in the long run: one in ten."""
CAPACITY = 10.0
"""Retries at once after a quiet time."""


class RetryBudget:
    """Begins full: the first calls after a start may be retried too."""

    def __init__(self, ratio: float = RATIO, capacity: float = CAPACITY) -> None:
        self._ratio = ratio
        self._capacity = capacity
        self._tokens = capacity

    def earn(self) -> None:
        """Count a call."""
        self._tokens = min(self._capacity, self._tokens + self._ratio)

    def spend(self) -> bool:
        """Take one retry; False when there is none left."""
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True
