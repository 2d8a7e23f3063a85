"""What becomes of requests beyond capacity."""

import time
from collections import Counter
from xml.etree import ElementTree as ET

import pytest

from bench.load.outcome import UNFINISHED
from bench.load.recorder import Recorder
from bench.load.result import Result, Timeline, merge
from bench.load.served import Served
from bench.workloads.overload import HEADINGS, Point, curve, left, row


def load(answers: list[float], failures: Counter[str], seconds: float = 2.0) -> Result:
    """A load that saw these latencies and these failures."""
    recorder = Recorder()
    for latency in answers:
        recorder.done("read", time.monotonic() - latency)
    for word, count in failures.items():
        for _ in range(count):
            recorder.failed(word)
    return merge([recorder.report(seconds, 0.5)], Timeline())


def test_requests_are_told_apart_by_what_became_of_them() -> None:
    """Answers after the deadline and calls whose deadline passed are late; refusals are neither late nor failures."""
    seen = Counter(
        {
            "RESOURCE_EXHAUSTED OVERLOADED": 10,
            "UNAVAILABLE OVERLOADED": 2,
            "DEADLINE_EXCEEDED": 4,
            UNFINISHED: 2,
            "INTERNAL": 6,
        }
    )

    served = Served.of(load([0.01] * 20 + [1.5] * 8, seen), deadline=1.0)

    assert (10.0, 7.0, 6.0, 3.0) == (served.in_time, served.late, served.refused, served.failed)
    assert served.p99 == pytest.approx(1.5, abs=0.1)


def test_nothing_answered_is_no_goodput() -> None:
    """A system that answers nobody has none, and divides by nothing."""
    assert Served(0.0, 0.0, 0.0, 0.0, 0.0) == Served.of(load([], Counter()), deadline=1.0)


def test_what_a_busier_generator_takes_is_missing_to_the_system() -> None:
    """Half a core more of two that had one and a half left is a third less."""
    assert left(0.5, 1.0, cores=2) == pytest.approx(2 / 3)
    assert left(0.5, 0.5, cores=2) == pytest.approx(1.0)
    assert left(0.5, 3.0, cores=2) > 0


def test_the_curve_has_a_line_for_each_end() -> None:
    """In time, refused, late, over what was offered."""
    points = [
        Point(times, 1_000.0, Served(900.0, 5.0, 800.0 * times, 0.0, 0.3), 0.2, 0.5) for times in (0.5, 1.0, 2.0, 4.0)
    ]

    drawn = ET.fromstring(curve("overload", points))  # noqa: S314 - ours

    assert {0.9} == {point.goodput for point in points}
    lines = drawn.findall("polyline")
    assert [4, 4, 4] == [len((line.get("points") or "").split()) for line in lines]


def test_a_line_says_what_of_capacity_was_answered_in_time() -> None:
    """Of all of it, and of what the generator left to the system."""
    told = row(Point(2.0, 500.0, Served(400.0, 5.0, 600.0, 0.0, 0.3), 0.0, 0.0))

    assert len(HEADINGS) == len(told)
    assert ("2 times 500/s", "400/s", "80%", "80%") == told[:4]
