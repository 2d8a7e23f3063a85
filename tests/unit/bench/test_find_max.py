"""The search for the highest rate."""

import time
from collections.abc import Callable
from typing import Any, cast

import pytest

from bench.load.fleet import Fleet
from bench.load.recorder import Recorder
from bench.load.result import Result, Timeline, merge
from bench.load.worker import Load
from bench.run import Bench, Options
from bench.show.view import Lines
from tests.unit.bench.sample_target import Sample


class Limited:
    """Stands for a fleet whose system is quick up to a rate and slow above it."""

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self.tried: list[float] = []

    def run(self, load: Load, _on_interval: Callable[[Timeline], None]) -> Result:
        """Answer as such a system would."""
        assert load.rate is not None
        self.tried.append(load.rate)
        recorder = Recorder()
        slow = load.rate > self.limit
        recorder.done("read", time.monotonic() - (1.0 if slow else 0.001))
        return merge([recorder.report(load.seconds, 0.0)], Timeline())


@pytest.mark.parametrize("limit", [130.0, 1_000.0, 7_300.0])
def test_the_highest_rate_is_found_within_a_tenth(limit: float) -> None:
    """Doubled while it goes well, halved between what went well and what did not; never above the limit."""
    bench = Bench((), Lines(), Options(seconds=1.0))
    fleet = Limited(limit)
    bench.fleet = cast("Fleet", cast("Any", fleet))

    found = bench.find_max("sample", Sample(), 500.0, 0.1)

    assert limit / 1.1 <= found <= limit
    assert len(fleet.tried) < 15


def test_a_system_that_never_answers_in_time_ends_the_search() -> None:
    """The most is nothing."""
    bench = Bench((), Lines(), Options(seconds=1.0))
    bench.fleet = cast("Fleet", cast("Any", Limited(0.0)))

    assert 0.0 == bench.find_max("sample", Sample(), 500.0, 0.1)
