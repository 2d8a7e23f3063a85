"""What the workloads measure with: loads of the fleet, in turns with a floor and other commits, up to a limit."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Self

from bench.findings import Finding
from bench.load.fleet import Fleet
from bench.load.result import Result
from bench.load.target import Target
from bench.load.worker import Load
from bench.show.table import Sheet
from bench.show.view import View
from bench.show.words import cost
from bench.system.accounts import Cost, Watched
from bench.system.population import Population
from bench.system.running import System

ROUNDS = 3
"""Whatever is compared takes turns this often, so that a noisy neighbour meets all of it; medians are compared."""
IN_FLIGHT = 64
"""Open requests of a closed loop: enough to keep two cores busy."""
OPEN_IN_FLIGHT = 2_000
"""Open requests of an open loop before more are dropped."""
_TOLERATED = 0.001


@dataclass(frozen=True, slots=True)
class Options:
    """What the caller asked for."""

    seconds: float = 3.0
    rate: float | None = None
    find_max: bool = False
    workers: int = 2
    followers: int = 2_000_000


@dataclass(frozen=True, slots=True)
class Measurement:
    """One load with its name; `cost` is what the watched processes used per answer."""

    workload: str
    name: str
    result: Result
    rate: float | None
    cost: Cost = field(default_factory=Cost)


@dataclass
class Side:
    """A system with what was found of it; `name` tells this checkout from another commit, where there is one."""

    name: str
    system: System
    findings: list[Finding] = field(default_factory=list[Finding])
    population: Population | None = None

    def named(self, what: str) -> str:
        """Return what is measured, with whose it is."""
        return f"{self.name}: {what}" if self.name else what

    def found(self, key: str, value: float, floor: float | None = None, *, unit: str = "/s") -> None:
        """Note a figure for the table."""
        self.findings.append(Finding(key, value, floor, unit))


@dataclass(frozen=True, slots=True)
class Line:
    """One who takes turns: what is fired at in each round, and the processes whose time counts."""

    name: str
    target: Callable[[], Target]
    watched: Watched
    in_flight: int = IN_FLIGHT

    @classmethod
    def of(cls, name: str, target: Target, watched: Watched, in_flight: int = IN_FLIGHT) -> Self:
        """Return one who fires at the same in each round."""
        return cls(name, lambda: target, watched, in_flight)


@dataclass(frozen=True, slots=True)
class Turns:
    """What a line came to: medians of its rounds."""

    rate: float
    cost: Cost


@dataclass
class Bench:
    """One run over some workloads; the first side is this checkout's."""

    sides: Sequence[Side]
    view: View
    options: Options
    fleet: Fleet = field(init=False)
    workload: str = ""
    measurements: list[Measurement] = field(default_factory=list[Measurement])
    sheets: list[Sheet] = field(default_factory=list[Sheet])
    charts: list[str] = field(default_factory=list[str])
    """Drawings for the report, as SVG."""

    @property
    def turn_seconds(self) -> float:
        """How long one turn takes."""
        return max(1.0, self.options.seconds / ROUNDS)

    def at_rate(
        self, name: str, target: Target, rate: float, *, seconds: float = 0.0, watched: Watched | None = None
    ) -> Result:
        """Measure latencies at a scheduled rate; `--rate` takes the place of the workload's own."""
        rate = self.options.rate or rate
        load = Load(target, seconds or self.options.seconds, rate, OPEN_IN_FLIGHT)
        return self.measure(f"{name} at {rate:,.0f}/s", load, watched).result

    def compare(
        self, key: str, lines: Sequence[Line], floor: Line | None = None, *, cost_floor: bool = True
    ) -> list[Turns]:
        """Let a line for each side and a floor take turns; note rates, and under `key.cpu` what one answer costs.

        Without `cost_floor` the floor is one of rates only: what works for it is not watched.
        """
        *ours, least = (*self.turns((*lines, floor)),) if floor else (*self.turns(lines), None)
        for side, line, turns in zip(self.sides, lines, ours, strict=True):
            side.found(key, turns.rate, least.rate if least else None)
            side.found(f"{key}.cpu", turns.cost.total, least.cost.total if least and cost_floor else None, unit="cpu")
            against = f", {turns.rate / least.rate:.0%} of the floor's {least.rate:,.0f}/s" if least else ""
            self.view.say(f"  = {line.name}: {turns.rate:,.0f}/s{against}; {cost(turns.cost)}")
        return ours

    def turns(self, lines: Sequence[Line]) -> list[Turns]:
        """Let them take turns in closed loops."""
        measured: list[list[Measurement]] = [[] for _ in lines]
        for number in range(ROUNDS):
            pairs = list(zip(lines, measured, strict=True))
            for line, own in pairs if number % 2 == 0 else reversed(pairs):  # nobody is always the first
                load = Load(line.target(), self.turn_seconds, None, line.in_flight)
                own.append(self.measure(f"{line.name}, closed loop of {line.in_flight}", load, line.watched))
        return [_median(own) for own in measured]

    def find_max(self, name: str, target: Target, start: float, p99: float) -> float:
        """Return the highest rate tried with this p99 and next to no failures: doubled until it breaks, then halved."""
        good, bad, rate = 0.0, float("inf"), start
        while bad / max(good, 1.0) > 1.1 and rate >= 1.0:
            load = Load(target, self.options.seconds, rate, OPEN_IN_FLIGHT)
            result = self.measure(f"{name} at {rate:,.0f}/s", load).result
            if result.p(99) <= p99 and result.failed_share <= _TOLERATED and result.latencies.count:
                good = rate
            else:
                bad = rate
            rate = good * 2 if bad == float("inf") else (good + bad) / 2
        self.view.say(f"  {name}: {good:,.0f}/s is the most with p99 ≤ {p99 * 1000:g} ms")
        return good

    def measure(self, name: str, load: Load, watched: Watched | None = None) -> Measurement:
        """Do one load."""
        self.view.begin(name)
        account = (watched or Watched()).account()
        result = self.fleet.run(load, self.view.update)
        used = account.close().over(max(result.latencies.count, 1))
        measurement = Measurement(self.workload, name, result, load.rate, used)
        self.measurements.append(measurement)
        self.view.end(name, result, f"  {cost(used)}" if watched else "")
        return measurement


def _median(rounds: Sequence[Measurement]) -> Turns:
    """Return the round whose cost is the median, so that its parts add up, at the median rate."""
    middle = sorted(rounds, key=lambda each: each.cost.total)[len(rounds) // 2]
    return Turns(statistics.median(each.result.rate for each in rounds), middle.cost)
