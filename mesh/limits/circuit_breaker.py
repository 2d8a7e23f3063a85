"""A circuit breaker: calls to a target that does not answer are refused at once, probes find out when it is back."""

import enum
import time
from collections.abc import Callable

WINDOW_SECONDS = 10.0
MINIMUM_CALLS = 20
"""Calls within the window below which nothing is concluded; also the answers in a row that close it again."""
FAILURE_RATIO = 0.5
OPEN_SECONDS = 1.0
"""How long it refuses before a probe, unless somebody knows better: see `probe_now`."""


class Circuit(enum.Enum):
    """The state a breaker is in."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class CircuitBreaker:
    """Each `admit` that returns 0 is followed by at most one report, which names the `era` of the admission.

    It opens when half of the calls fail, or when all are late: a target that answers some calls and is late with others
    is slow, and refusing it everything would only make it swing between idle and overrun. It closes by degrees: each
    answer makes room for one more call than before, so that a target that comes back is not run over.
    """

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
        self._since = timer()
        """When the window began, the circuit opened, or the last probe was let through."""
        self._calls = 0
        self._failures = 0
        self._late = 0
        self._room = 0
        """Probes that may go through while it is half open."""
        self.era = 0
        """Counts the changes of state; what was admitted in another era tells nothing about this one."""

    @property
    def state(self) -> Circuit:
        """Closed lets all calls through, open none, half open as many as were answered so far."""
        return self._state

    def admit(self) -> float:
        """Return 0 when the call may be made, else the seconds to wait."""
        if self._state is Circuit.CLOSED:
            return 0.0
        now = self._timer()
        left = self._since + self._open_seconds - now
        if self._state is Circuit.OPEN:
            if left > 0:
                return left
            self._enter(Circuit.HALF_OPEN)
            self._room = 1
        elif self._room < 1:
            if left > 0:
                return left
            self._room = 1  # the probes never reported: they may be streams on which nothing comes for hours
        self._room -= 1
        self._since = now
        return 0.0

    def probe_now(self) -> None:
        """Let a probe through at once: there is reason to believe that the target is back."""
        if self._state is Circuit.OPEN:
            self._since -= self._open_seconds

    def succeed(self, era: int) -> None:
        """Count an answer, a refusal included: the target works."""
        if era != self.era:
            return
        self._count()
        if self._state is Circuit.HALF_OPEN:
            self._room += 2
            if self._calls >= self._minimum_calls:
                self._enter(Circuit.CLOSED)

    def fail(self, era: int) -> None:
        """Count a call the target did not answer."""
        if era == self.era:
            self._count()
            self._failures += 1
            self._judge()

    def late(self, era: int) -> None:
        """Count a call the target did not answer in the time it is meant to need."""
        if era == self.era:
            self._count()
            self._late += 1
            self._judge()

    def forget(self, era: int) -> None:
        """Count nothing: the caller gave up before there was an answer."""
        if era == self.era:
            self._room += 1

    def _count(self) -> None:
        if self._state is Circuit.CLOSED and self._timer() - self._since > self._window:
            self._enter(Circuit.CLOSED)
        self._calls += 1

    def _judge(self) -> None:
        if self._state is Circuit.HALF_OPEN:
            self._enter(Circuit.OPEN)
        elif self._calls >= self._minimum_calls:
            silent = self._failures + self._late == self._calls
            if silent or self._failures >= self._calls * self._failure_ratio:
                self._enter(Circuit.OPEN)

    def _enter(self, state: Circuit) -> None:
        self.era += state is not self._state
        self._state, self._since = state, self._timer()
        self._calls = self._failures = self._late = self._room = 0
