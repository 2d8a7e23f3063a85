"""What one worker saw, kept as plain numbers while the load runs, counted into histograms after it."""

import time
from array import array
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from bench.load.latencies import Latencies
from bench.load.outcome import DROPPED, LOST


@dataclass(frozen=True, slots=True)
class Interval:
    """Half a second of one worker; latencies in seconds."""

    index: int
    done: int
    failed: int
    p50: float
    p99: float


@dataclass(frozen=True, slots=True)
class Report:
    """A whole run of one worker; histograms are encoded, `cpu` is the share of one core this worker itself used."""

    latencies: dict[str, str]
    observed: dict[str, str]
    late: str
    failures: Counter[str] = field(default_factory=Counter[str])
    seconds: float = 0.0
    cpu: float = 0.0


def _floats() -> "array[float]":
    return array("d")


class Recorder:
    """Collects; a run is bounded in rate and time, and so is this."""

    def __init__(self) -> None:
        self._latencies: defaultdict[str, array[float]] = defaultdict(_floats)
        self._observed: defaultdict[str, array[float]] = defaultdict(_floats)
        self._late = _floats()
        self._failures: Counter[str] = Counter()
        self._recent: list[float] = []
        self._recent_failures = 0
        self._intervals = 0

    def sent(self, due: float) -> None:
        """Note how late a request left: what the generator itself adds to the latency."""
        self._late.append(time.monotonic() - due)

    def done(self, kind: str, due: float) -> None:
        """Note an answer, at the time that has passed since its request was due."""
        seconds = time.monotonic() - due
        self._latencies[kind].append(seconds)
        self._recent.append(seconds)

    def failed(self, word: str) -> None:
        """Note a request without an answer."""
        self._failures[word] += 1
        self._recent_failures += 1

    def dropped(self) -> None:
        """Note a request that was never sent, because too many others were open."""
        self.failed(DROPPED)

    def lost(self, count: int) -> None:
        """Note what was promised and did not come."""
        if count:
            self._failures[LOST] += count

    def observe(self, name: str, seconds: float) -> None:
        """Note a latency besides those of the requests."""
        self._observed[name].append(seconds)

    def interval(self) -> Interval:
        """Return what happened since the last call."""
        recent, self._recent = sorted(self._recent), []
        failed, self._recent_failures = self._recent_failures, 0
        self._intervals += 1
        at = len(recent) - 1
        p50, p99 = (recent[at // 2], recent[at * 99 // 100]) if recent else (0.0, 0.0)
        return Interval(self._intervals - 1, len(recent), failed, p50, p99)

    def report(self, seconds: float, cpu: float) -> Report:
        """Count everything into histograms."""
        return Report(
            {kind: Latencies.of(values).encode() for kind, values in self._latencies.items()},
            {name: Latencies.of(values).encode() for name, values in self._observed.items()},
            Latencies.of(self._late).encode(),
            self._failures,
            seconds,
            cpu,
        )
