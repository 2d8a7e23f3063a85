"""What the workloads measure with: loads of the fleet, in rounds against a floor, up to a limit."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bench.load.fleet import Fleet
from bench.load.result import Result
from bench.load.target import Target
from bench.load.worker import Load
from bench.show.view import View
from bench.system.population import Population
from bench.system.running import System, cpu_seconds

ROUNDS = 3
"""System and floor take turns this often, so that a noisy neighbour meets both; medians are compared."""
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


@dataclass(frozen=True, slots=True)
class Measurement:
    """One load with its name; `server_cpu` is what the watched processes used per answer, in seconds."""

    workload: str
    name: str
    result: Result
    rate: float | None
    server_cpu: float


@dataclass(frozen=True, slots=True)
class Finding:
    """A figure for the table of budgets; without a floor it stands for itself."""

    key: str
    value: float
    floor: float | None = None

    @property
    def ratio(self) -> float | None:
        """The figure over that of the floor."""
        return self.value / self.floor if self.floor else None


@dataclass
class Bench:
    """One run over some workloads."""

    system: System
    view: View
    options: Options
    fleet: Fleet = field(init=False)
    workload: str = ""
    population: Population | None = None
    measurements: list[Measurement] = field(default_factory=list[Measurement])
    findings: list[Finding] = field(default_factory=list[Finding])

    def found(self, key: str, value: float, floor: float | None = None) -> None:
        """Note a figure for the table."""
        self.findings.append(Finding(key, value, floor))

    def at_rate(
        self, name: str, target: Target, rate: float, *, seconds: float = 0.0, pids: Sequence[int] = ()
    ) -> Result:
        """Measure latencies at a scheduled rate; `--rate` takes the place of the workload's own."""
        rate = self.options.rate or rate
        load = Load(target, seconds or self.options.seconds, rate, OPEN_IN_FLIGHT)
        return self._measure(f"{name} at {rate:,.0f}/s", load, pids)

    def capacity(
        self,
        name: str,
        target: Target,
        *,
        seconds: float = 0.0,
        in_flight: int = IN_FLIGHT,
        pids: Sequence[int] = (),
    ) -> Result:
        """Measure how many answers per second are possible at most."""
        load = Load(target, seconds or self.options.seconds, None, in_flight)
        return self._measure(f"{name}, closed loop of {in_flight}", load, pids)

    def against(
        self,
        key: str,
        ours: Callable[[], Result],
        floor: Callable[[], Result],
        what: str,
    ) -> float:
        """Let system and floor take turns; note and return the ratio of their median rates."""
        rates: list[tuple[float, float]] = [(ours().rate, floor().rate) for _ in range(ROUNDS)]
        mine, least = (statistics.median(column) for column in zip(*rates, strict=True))
        self.found(key, mine, least)
        ratio = mine / least if least else 0.0
        self.view.say(
            f"  {what}: {mine:,.0f}/s is {ratio:.0%} of the floor's {least:,.0f}/s (medians of {ROUNDS} rounds)"
        )
        return ratio

    def find_max(self, name: str, target: Target, start: float, p99: float) -> float:
        """Return the highest rate tried with this p99 and next to no failures: doubled until it breaks, then halved."""
        good, bad, rate = 0.0, float("inf"), start
        while bad / max(good, 1.0) > 1.1 and rate >= 1.0:
            load = Load(target, self.options.seconds, rate, OPEN_IN_FLIGHT)
            result = self._measure(f"{name} at {rate:,.0f}/s", load, ())
            if result.p(99) <= p99 and result.failed_share <= _TOLERATED and result.latencies.count:
                good = rate
            else:
                bad = rate
            rate = good * 2 if bad == float("inf") else (good + bad) / 2
        self.view.say(f"  {name}: {good:,.0f}/s is the most with p99 ≤ {p99 * 1000:g} ms")
        return good

    def _measure(self, name: str, load: Load, pids: Sequence[int]) -> Result:
        self.view.begin(name)
        before = sum(map(cpu_seconds, pids))
        result = self.fleet.run(load, self.view.update)
        used = (sum(map(cpu_seconds, pids)) - before) / max(result.latencies.count, 1)
        self.measurements.append(Measurement(self.workload, name, result, load.rate, used))
        self.view.end(name, result, f"  server {used * 1e6:,.0f} µs CPU each" if pids else "")
        return result
