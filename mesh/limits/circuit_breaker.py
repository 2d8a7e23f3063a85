"""A circuit breaker: calls to a target that mostly fails are refused at once, a probe finds out when it is back."""

import enum
import time
from collections.abc import Callable

WINDOW_SECONDS = 10.0
MINIMUM_CALLS = 20
"""Calls within the window below which nothing is concluded."""
FAILURE_RATIO = 0.5
OPEN_SECONDS = 1.0
"""How long it refuses before a probe: short, for a role that was killed is back within seconds."""


class Circuit(enum.Enum):
    """The state a breaker is in."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class CircuitBreaker:
    """Each `admit` that returns 0 must be followed by exactly one `succeed`, `fail` or `forget`."""

    def __init__(
        self,
        *,
        window: float = WINDOW_SECONDS,
        minimum_calls: int = MINIMUM_CALLS,
        failure_ratio: float = FAILURE_RATIO,
        open_seconds: float = OPEN_SECONDS,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._window = window
        self._minimum_calls = minimum_calls
        self._failure_ratio = failure_ratio
        self._open_seconds = open_seconds
        self._timer = timer
        self._state = Circuit.CLOSED
        self._probing = False
        self._opened_at = 0.0
        self._window_began = timer()
        self._calls = 0
        self._failures = 0

    @property
    def state(self) -> Circuit:
        """Closed lets all calls through, open none, half open one at a time."""
        return self._state

    def admit(self) -> float:
        """Return 0 when the call may be made, else the seconds to wait."""
        if self._state is Circuit.CLOSED:
            return 0.0
        left = self._opened_at + self._open_seconds - self._timer()
        if left > 0:
            return left
        if self._probing:
            return self._open_seconds
        self._state, self._probing = Circuit.HALF_OPEN, True
        return 0.0

    def succeed(self) -> None:
        """Count an answer, a refusal included: the target works."""
        if self._state is Circuit.CLOSED:
            self._count(failed=False)
        elif self._probing:
            self._reset()

    def fail(self) -> None:
        """Count a call the target did not answer."""
        if self._state is Circuit.CLOSED:
            self._count(failed=True)
            if self._calls >= self._minimum_calls and self._failures >= self._calls * self._failure_ratio:
                self._open()
        elif self._probing:
            self._open()

    def forget(self) -> None:
        """Count nothing: the caller gave up before there was an answer."""
        self._probing = False

    def _count(self, *, failed: bool) -> None:
        now = self._timer()
        if now - self._window_began > self._window:
            self._window_began, self._calls, self._failures = now, 0, 0
        self._calls += 1
        self._failures += failed

    def _open(self) -> None:
        self._state, self._probing, self._opened_at = Circuit.OPEN, False, self._timer()

    def _reset(self) -> None:
        self._state, self._probing = Circuit.CLOSED, False
        self._window_began, self._calls, self._failures = self._timer(), 0, 0
