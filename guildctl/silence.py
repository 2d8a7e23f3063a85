"""When a process that runs but answers nobody counts as hung."""

import time

MISSES = 3
"""Unanswered questions in a row: one can be our own fault, when this machine had no time for us."""


class Silence:
    """How long a process has not answered."""

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self._since: float | None = None
        self._misses = 0

    def heard(self) -> None:
        """It answered, or it is a new process."""
        self._since, self._misses = None, 0

    def missed(self, asked_at: float) -> bool:
        """It did not answer what was asked at this time; tell whether that has gone on for too long."""
        self._since = asked_at if self._since is None else self._since
        self._misses += 1
        return self._misses >= MISSES and time.monotonic() - self._since >= self.limit
