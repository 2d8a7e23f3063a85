"""What each attempt at a method of a peer passes: its circuit breaker, its metrics."""

import time
from types import TracebackType
from typing import Self

from prometheus_client import Counter, Histogram

from mesh.errors import Code, Failure, Unavailable
from mesh.limits.circuit_breaker import CircuitBreaker
from mesh.rpc.client.failures import TROUBLE
from mesh.rpc.client.outgoing import policy_of
from mesh.telemetry import LATENCY_BUCKETS

PATIENCE = 0.5
"""The part of its policy's deadline a call must have had for its lateness to count against the peer."""

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
    allow a call a millisecond would close the method for everybody.
    """

    def __init__(self, peer: str, path: str, breaker: CircuitBreaker) -> None:
        self.peer = peer
        self.path = path
        self._breaker = breaker
        policy = policy_of(path)
        self._patience = (policy.deadline or 0.0) * PATIENCE if policy else 0.0
        self._histograms: dict[Code, Histogram] = {}

    def enter(self, left: float | None) -> "Attempt":
        """Begin an attempt that has `left` seconds; raises CircuitOpen."""
        wait = self._breaker.admit()
        if wait > 0:
            raise CircuitOpen(f"{self.peer} does not answer at present", retry_after=wait)
        return Attempt(self, self._breaker, hurried=left is not None and left < self._patience)

    def observe(self, code: Code, seconds: float) -> None:
        """Count an attempt that is over."""
        histogram = self._histograms.get(code)
        if histogram is None:
            histogram = self._histograms[code] = _seconds.labels(self.peer, self.path, code.name)
        histogram.observe(seconds)


class Attempt:
    """Tells the gate how it ended when its block is left, by the exception that leaves it."""

    __slots__ = ("_began", "_breaker", "_gate", "_hurried")

    def __init__(self, gate: Gate, breaker: CircuitBreaker, *, hurried: bool) -> None:
        self._gate = gate
        self._breaker = breaker
        self._hurried = hurried
        self._began = time.perf_counter()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        seconds = time.perf_counter() - self._began
        if error is None:
            self._breaker.succeed()
            self._gate.observe(Code.OK, seconds)
        elif isinstance(error, Failure):
            self._judge(error.code)
            self._gate.observe(error.code, seconds)
        else:
            self._breaker.forget()
            self._gate.observe(Code.CANCELLED, seconds)

    def _judge(self, code: Code) -> None:
        if code not in TROUBLE:
            self._breaker.succeed()
        elif self._hurried and code == Code.DEADLINE_EXCEEDED:
            self._breaker.forget()
        else:
            self._breaker.fail()
