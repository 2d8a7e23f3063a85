"""Several processes, one result."""

import pytest

from bench.load.fleet import Fleet, FleetBroken
from bench.load.result import Timeline
from bench.load.target import Observe, Place
from bench.load.worker import Load
from tests.unit.bench.sample_target import Sample, SampleSession


class Impossible:
    """Cannot be opened."""

    async def open(self, _place: Place, _observe: Observe) -> SampleSession:
        """Fail."""
        raise RuntimeError("nobody listens")


def test_two_workers_do_one_schedule() -> None:
    """Each fires its share; counts and intervals come together in the parent."""
    seen: list[int] = []

    def watch(timeline: Timeline) -> None:
        seen.append(sum(moment.done for moment in timeline.moments))

    with Fleet(2) as fleet:
        result = fleet.run(Load(Sample(), seconds=0.8, rate=100, pattern="constant"), watch)

    assert 80 == result.latencies.count
    assert 0 == result.failed
    assert 2 == len(result.generator_cpu)
    assert seen


def test_a_target_that_cannot_be_opened_says_why() -> None:
    """The traceback of the worker reaches the parent."""
    with Fleet(1) as fleet, pytest.raises(FleetBroken, match="nobody listens"):
        fleet.run(Load(Impossible(), seconds=0.1, rate=10), lambda _: None)
