"""What all workers of one load saw together."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bench.load.latencies import LONGEST, Latencies
from bench.load.recorder import Interval, Report


@dataclass(frozen=True, slots=True)
class Moment:
    """Half a second of all workers together; `p99` is that of the worst of them."""

    done: int = 0
    failed: int = 0
    p50: float = 0.0
    p99: float = 0.0

    def add(self, interval: Interval) -> "Moment":
        """Return this with another worker's half second."""
        return Moment(
            self.done + interval.done,
            self.failed + interval.failed,
            max(self.p50, interval.p50),
            max(self.p99, interval.p99),
        )


@dataclass(slots=True)
class Timeline:
    """How it went, half second by half second."""

    moments: list[Moment] = field(default_factory=list[Moment])

    def add(self, interval: Interval) -> None:
        """Merge what one worker said."""
        while len(self.moments) <= interval.index:
            self.moments.append(Moment())
        self.moments[interval.index] = self.moments[interval.index].add(interval)


@dataclass(frozen=True, slots=True)
class Result:
    """One load; latencies count answered requests only, failures are beside them by word."""

    seconds: float
    latencies: Latencies
    kinds: Mapping[str, Latencies]
    observed: Mapping[str, Latencies]
    late: Latencies
    failures: Counter[str]
    timeline: Timeline
    generator_cpu: tuple[float, ...]

    @property
    def rate(self) -> float:
        """Answered requests per second."""
        return self.latencies.count / self.seconds

    @property
    def failed(self) -> int:
        """Requests without an answer."""
        return self.failures.total()

    @property
    def failed_share(self) -> float:
        """Failed requests as a share of all."""
        everything = self.failed + self.latencies.count
        return self.failed / everything if everything else 0.0

    def p(self, percent: float) -> float:
        """Return a percentile of all answered requests, in seconds."""
        return self.latencies.percentile(percent)

    def p_of_all(self, percent: float) -> float:
        """Return a percentile of all requests, in seconds: one that failed took as long as can be told."""
        rank = percent / 100 * (self.latencies.count + self.failed)
        if rank > self.latencies.count:
            return LONGEST
        return self.latencies.percentile(100 * rank / self.latencies.count) if rank else 0.0


def merge(reports: Iterable[Report], timeline: Timeline) -> Result:
    """Merge the reports of all workers."""
    gathered = list(reports)
    kinds = _merged(report.latencies for report in gathered)
    failures: Counter[str] = Counter()
    for report in gathered:
        failures.update(report.failures)
    return Result(
        seconds=max(report.seconds for report in gathered),
        latencies=_all(latencies.encode() for latencies in kinds.values()),
        kinds=kinds,
        observed=_merged(report.observed for report in gathered),
        late=_all(report.late for report in gathered),
        failures=failures,
        timeline=timeline,
        generator_cpu=tuple(report.cpu for report in gathered),
    )


def _merged(maps: Iterable[Mapping[str, str]]) -> dict[str, Latencies]:
    merged: dict[str, Latencies] = {}
    for encoded in maps:
        for name, text in encoded.items():
            merged.setdefault(name, Latencies()).add(text)
    return merged


def _all(encoded: Iterable[str]) -> Latencies:
    every = Latencies()
    for text in encoded:
        every.add(text)
    return every
