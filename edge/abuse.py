"""A budget of abandoned calls: opening and resetting streams at speed costs whoever does it, not us."""

import time
from collections.abc import Callable

from edge.metrics import refused
from mesh.errors import ResourceExhausted

WINDOW_SECONDS = 10.0
MAX_ABANDONED = 500
"""Calls of one connection that may be abandoned in a window; people who scroll fast abandon a few a second."""
MAX_CONNECTIONS = 10_000
"""Connections that are watched at once; beyond it all counts begin anew."""
PATIENCE_SECONDS = 0.5
"""A client that waited so long has given us our chance."""
PATIENCE = 0.5
"""So has one that waited for this part of its deadline: we are late then, and it is not rash. No more than half: its
time began when it sent the call, ours when we read it."""


class TooManyResets(ResourceExhausted):
    """The connection abandoned too many calls lately."""

    reason = "TOO_MANY_RESETS"


class ResetBudget:
    """Counts rashly abandoned calls by connection within a window: people behind one address are not each other."""

    def __init__(self, timer: Callable[[], float] = time.monotonic) -> None:
        self._timer = timer
        self._began = timer()
        self._abandoned: dict[str, int] = {}

    def check(self, connection: str) -> None:
        """Raise TooManyResets for a connection that is over its budget."""
        if self._abandoned.get(connection, 0) < MAX_ABANDONED:
            return
        left = self._began + WINDOW_SECONDS - self._timer()
        if left <= 0:
            self._abandoned.clear()
            return
        refused.labels("resets").inc()
        raise TooManyResets("too many calls of this connection were abandoned", retry_after=left)

    def abandoned(self, connection: str, waited: float, allowed: float | None) -> None:
        """Count a call that was abandoned after `waited` of the `allowed` seconds, unless that was long enough."""
        if waited >= PATIENCE_SECONDS or (allowed is not None and waited >= allowed * PATIENCE):
            return
        now = self._timer()
        if now - self._began > WINDOW_SECONDS or len(self._abandoned) >= MAX_CONNECTIONS:
            self._began = now
            self._abandoned.clear()
        self._abandoned[connection] = self._abandoned.get(connection, 0) + 1
