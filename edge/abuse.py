"""A budget of abandoned calls: opening and resetting streams at speed costs whoever does it, not us."""

import time
from collections.abc import Callable

from edge.metrics import refused
from mesh.errors import ResourceExhausted

WINDOW_SECONDS = 10.0
MAX_ABANDONED = 500
"""Calls of one address that may be abandoned in a window; people who scroll fast abandon a few a second."""
MAX_ADDRESSES = 10_000
"""Addresses that are watched at once; beyond it all counts begin anew."""


class TooManyResets(ResourceExhausted):
    """The address abandoned too many calls lately."""

    reason = "TOO_MANY_RESETS"


class ResetBudget:
    """Counts abandoned calls by address within a window."""

    def __init__(self, limit: int = MAX_ABANDONED, timer: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._timer = timer
        self._began = timer()
        self._abandoned: dict[str, int] = {}

    def check(self, address: str) -> None:
        """Raise TooManyResets for an address that is over its budget."""
        if self._abandoned.get(address, 0) < self._limit:
            return
        left = self._began + WINDOW_SECONDS - self._timer()
        if left <= 0:
            self._abandoned.clear()
            return
        refused.labels("resets").inc()
        raise TooManyResets("too many calls from this address were abandoned", retry_after=left)

    def abandoned(self, address: str) -> None:
        """Count one."""
        now = self._timer()
        if now - self._began > WINDOW_SECONDS or len(self._abandoned) >= MAX_ADDRESSES:
            self._began = now
            self._abandoned.clear()
        self._abandoned[address] = self._abandoned.get(address, 0) + 1
