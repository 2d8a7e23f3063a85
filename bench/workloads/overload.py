"""overload: half, all, twice and four times of what can be answered, and what becomes of it."""

import asyncio
import os
import time
from collections.abc import Sequence
from typing import NamedTuple

from bench.load.served import Served
from bench.load.worker import Load
from bench.methods import GET_FEED
from bench.run import Bench, Side
from bench.show.svg import Series, chart, linear
from bench.show.table import Sheet
from bench.show.words import duration
from bench.targets.grpc_read import GrpcRead
from bench.targets.http_read import HttpRead
from bench.workloads.feed_read import PATH, REQUEST, SERVE, crowd_of

OFFERED = (0.5, 1.0, 2.0, 4.0)
DEADLINE = 1.0
"""Seconds a member waits; every call has it as its deadline, and an answer after it counts as none."""
LEAST_SECONDS = 4.0
"""Several deadlines: queues have the time to fill."""
MEMBERS = 150
"""So that the limit on one account's reads is not what refuses."""
RECOVERY_SECONDS = 1.0
IN_FLIGHT = 50_000
_CAPACITY_IN_FLIGHT = 64
HEADINGS = ("offered", "in time", "of capacity", "of what is left", "late", "refused", "failed", "p99", "")


class Point(NamedTuple):
    """One load: how many times `capacity` was offered, and what became of it.

    Capacity is the answers per second in a closed loop just before. The generator took shares of a core: `calm` in the
    closed loop, `busy` under the load; it was `behind` its own schedule by so many seconds (p99), which is in all
    latencies.
    """

    times: float
    capacity: float
    served: Served
    calm: float
    busy: float
    behind: float = 0.0

    @property
    def goodput(self) -> float:
        """Answers in time as a part of capacity."""
        return self.served.in_time / self.capacity if self.capacity else 0.0


def run(bench: Bench) -> None:
    """Measure feeds over public gRPC, and over REST with clients that close their connection on time-out."""
    for side in bench.sides:
        crowd = asyncio.run(crowd_of(side, MEMBERS))
        system = side.system
        if not system.has("edge"):
            target = GrpcRead(system.address("feed"), GET_FEED, (REQUEST,), crowd.tokens, timeout=DEADLINE)
            _measure(bench, side, "feeds", "overload", target)
            continue
        target = GrpcRead(system.public, GET_FEED, (REQUEST,), crowd.tokens, timeout=DEADLINE)
        _measure(bench, side, "feeds", "overload", target)
        rest = HttpRead(system.http_port, PATH, crowd.tokens, timeout=DEADLINE)
        _measure(bench, side, "feeds over REST", "overload.rest", rest)


def _measure(bench: Bench, side: Side, what: str, key: str, target: GrpcRead | HttpRead) -> None:
    """Every load has its own measure of capacity, as neighbours come and go."""
    watched = side.system.watch(*SERVE, "edge")
    points: list[Point] = []
    for times in OFFERED:
        closed = Load(target, bench.turn_seconds, None, _CAPACITY_IN_FLIGHT)
        calm = bench.measure(side.named(f"{what}, closed loop"), closed, watched).result
        load = Load(target, max(LEAST_SECONDS, bench.options.seconds), max(1.0, times * calm.rate), IN_FLIGHT)
        result = bench.measure(side.named(f"{what}, {times:g} times capacity"), load, watched).result
        shares = sum(calm.generator_cpu), sum(result.generator_cpu)
        points.append(Point(times, calm.rate, Served.of(result, DEADLINE), *shares, result.late.percentile(99)))
        time.sleep(RECOVERY_SECONDS)
    beyond = [point for point in points if point.times > 1]
    side.found(f"{key}.goodput", min(point.goodput for point in beyond), unit="share")
    side.found(f"{key}.p99", max(point.served.p99 for point in beyond), unit="s")
    bench.sheets.append(Sheet(side.named(f"overload: {what}"), HEADINGS, [row(point) for point in points]))
    bench.charts.append(curve(side.named(f"{what}: of capacity, by what is offered"), points))


def row(point: Point) -> tuple[str, ...]:
    """Return a line under HEADINGS."""
    served = point.served
    return (
        f"{point.times:g} times {point.capacity:,.0f}/s",
        f"{served.in_time:,.0f}/s",
        f"{point.goodput:.0%}",
        f"{point.goodput / left(point.calm, point.busy):.0%}",
        f"{served.late:,.0f}/s",
        f"{served.refused:,.0f}/s",
        f"{served.failed:,.0f}/s",
        duration(served.p99),
        f"generator {point.busy:.0%} of a core, p99 {duration(point.behind)} behind",
    )


def left(calm: float, busy: float, cores: int = 0) -> float:
    """Return what part of the processors that the system had in the calm a busier generator leaves to it.

    The generator's shares are of one core; it has the machine together with the system.
    """
    cores = cores or os.cpu_count() or 1
    return max(cores - busy, 0.1) / max(cores - calm, 0.1)


def curve(title: str, points: Sequence[Point]) -> str:
    """Return the chart: what was offered to the right, what became of it upwards, both as parts of capacity."""
    series = [
        Series("in time", [(point.times, point.goodput) for point in points]),
        Series("refused", [(point.times, point.served.refused / (point.capacity or 1.0)) for point in points]),
        Series("late", [(point.times, point.served.late / (point.capacity or 1.0)) for point in points]),
    ]
    highest = max(y for each in series for _, y in each.points)
    return chart(
        title,
        series,
        linear(OFFERED[-1], lambda times: f"{times:g} times"),
        linear(max(highest, 1.0), lambda share: f"{share:.0%}"),
    )
