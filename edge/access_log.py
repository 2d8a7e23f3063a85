"""The access log of all doors: faults of ours a line each, refusals counted and told of together.

A client decides how many of its requests are refused, so it must not decide how much is logged.
"""

import asyncio
from collections import Counter

from mesh.telemetry import get_logger

SLOW_SECONDS = 1.0
"""A request that takes longer is logged although it succeeded."""
WINDOW_SECONDS = 10.0
LINES = 50
"""Single lines in a window; the others of it are only counted."""
MAX_KINDS = 200
"""Kinds of outcomes that are told apart in a window."""

_log = get_logger(__name__)


class AccessLog:
    """One for the process; a window begins with the first thing worth telling."""

    def __init__(self) -> None:
        self._lines = 0
        self._counted: Counter[tuple[str, str]] = Counter()
        self._timer: asyncio.TimerHandle | None = None

    def fault(self, route: str, outcome: str, seconds: float) -> None:
        """Log what failed or took long, as long as it is not one of very many."""
        self._begin()
        if self._lines < LINES:
            self._lines += 1
            _log.info("request", route=route, outcome=outcome, ms=round(seconds * 1e3, 2))
        else:
            self._count(route, outcome)

    def refusal(self, route: str, outcome: str) -> None:
        """Count a request that was answered with a no."""
        self._begin()
        self._count(route, outcome)

    def flush(self) -> None:
        """Tell what was counted; a new window begins with what comes next."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._lines = None, 0
        counted, self._counted = self._counted, Counter()
        for (route, outcome), number in counted.items():
            _log.info("requests", route=route, outcome=outcome, number=number)

    def _count(self, route: str, outcome: str) -> None:
        kind = (route, outcome)
        self._counted[kind if kind in self._counted or len(self._counted) < MAX_KINDS else ("others", "")] += 1

    def _begin(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(WINDOW_SECONDS, self.flush)
