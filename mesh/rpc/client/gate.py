"""What each call to a method of a peer passes, streams included: its circuit breaker, its metrics."""

import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from prometheus_client import Counter

from mesh.contract import Policy
from mesh.errors import Code, Failure, Unavailable
from mesh.limits.circuit_breaker import CircuitBreaker
from mesh.limits.door import Overloaded, overloaded
from mesh.limits.throttle import Throttle
from mesh.rpc.ended import Ended
from mesh.telemetry import LATENCY_BUCKETS, Histogram
from mesh.telemetry.histogram import Series

PATIENCE = 0.5
"""The part of its policy's deadline a call must have had for its lateness to count against the peer."""

_DOWN = frozenset({Code.UNAVAILABLE, Code.UNKNOWN})
"""Codes that say the peer does not work."""

_seconds = Histogram(
    "guild_rpc_client_seconds",
    "Seconds an attempt to call a peer took.",
    ("peer", "method", "code"),
    buckets=LATENCY_BUCKETS,
)
retried = Counter("guild_rpc_client_retries_total", "Attempts after the first.", ("peer", "method"))


class CircuitOpen(Unavailable):
    """The peer failed too often lately to be asked now."""

    reason = "CIRCUIT_OPEN"


class Gate:
    """One per method of a peer.

    A call that ran out of a time much shorter than its policy's says nothing about the peer: otherwise clients who
    allow a call a millisecond would close the method for everybody. Nor does a refusal because the peer is full.
    """

    def __init__(
        self, peer: str, path: str, policy: Policy | None, breaker: CircuitBreaker, connected: Callable[[], bool]
    ) -> None:
        self.breaker = breaker
        self.throttle = Throttle()
        self._peer = peer
        self._path = path
        self._connected = connected
        self._was_down = False
        self._patience = (policy.deadline or 0.0) * PATIENCE if policy else 0.0
        self._series: dict[Code, Series] = {}

    def enter(self, left: float | None) -> "Attempt":
        """Begin an attempt that has `left` seconds; raises Ended with CircuitOpen or Overloaded."""
        if not self.throttle.allows():
            raise Ended(overloaded())
        wait = self.breaker.admit()
        if wait > 0 and self._is_back():
            self.breaker.probe_now()
            wait = self.breaker.admit()
        if wait > 0:
            raise Ended(CircuitOpen(f"{self._peer} does not answer at present", retry_after=wait))
        return Attempt(self, hurried=left is not None and left < self._patience)

    def observe(self, code: Code, seconds: float) -> None:
        """Count an attempt that is over."""
        series = self._series.get(code)
        if series is None:
            series = self._series[code] = _seconds.labels(self._peer, self._path, code.name)
        series.observe(seconds)

    def _is_back(self) -> bool:
        up = self._connected()
        back, self._was_down = up and self._was_down, not up
        return back


class Attempt:
    """Tells the gate how it ended, once; as a block, by the exception that leaves it."""

    __slots__ = ("_began", "_era", "_gate", "_hurried", "_judged", "_over")

    def __init__(self, gate: Gate, *, hurried: bool) -> None:
        self._gate = gate
        self._hurried = hurried
        self._era = gate.breaker.era
        self._began = time.perf_counter()
        self._judged = self._over = False

    def answered(self) -> None:
        """The peer works: the first message of a stream came. How the stream ends later says no more about that."""
        if not self._judged:
            self._judged = True
            self._gate.breaker.succeed(self._era)
            self._gate.throttle.answered(accepted=True)

    def end(self, failure: Failure | None = None) -> None:
        """The call is over, well when there is no failure."""
        if failure is not None and not self._judged:
            self._judge(failure)
        self.answered()
        self._observe(Code.OK if failure is None else failure.code)

    def give_up(self) -> None:
        """Nobody waits for the end any more; does nothing to an attempt that is over."""
        if not self._judged:
            self._judged = True
            self._gate.breaker.forget(self._era)
        self._observe(Code.CANCELLED)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if error is None:
            self.end()
        elif isinstance(error, Ended):
            self.end(error.failure)
        else:
            self.give_up()

    def _judge(self, failure: Failure) -> None:
        breaker = self._gate.breaker
        if failure.reason == Overloaded.reason:
            self._gate.throttle.answered(accepted=False)
        if failure.code == Code.DEADLINE_EXCEEDED:
            report = breaker.forget if self._hurried else breaker.late
        elif failure.code in _DOWN and failure.reason != Overloaded.reason:
            report = breaker.fail
        else:
            report = breaker.succeed
        self._judged = True
        report(self._era)

    def _observe(self, code: Code) -> None:
        if not self._over:
            self._over = True
            self._gate.observe(code, time.perf_counter() - self._began)
