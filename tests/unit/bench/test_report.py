"""What a run prints and writes."""

import time
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bench.budgets import BUDGETS, rows
from bench.findings import Finding
from bench.load.latencies import LONGEST, Latencies
from bench.load.recorder import Interval, Recorder
from bench.load.result import Result, Timeline, merge
from bench.run import Measurement
from bench.show.html import curves, over_time, write
from bench.show.plot import plot
from bench.show.words import duration, line


@pytest.fixture
def result() -> Result:
    """Two seconds with a hundred answers and a failure."""
    recorder = Recorder()
    for number in range(100):
        recorder.done("read", time.monotonic() - 0.001 * number)
    recorder.failed("timeout & <more>")
    timeline = Timeline()
    for index in range(4):
        timeline.add(Interval(index, 25, 0, 0.01, 0.02))
    return merge([recorder.report(2.0, 0.95)], timeline)


@pytest.mark.parametrize(
    ("value", "floor", "verdict"),
    [(70.0, 100.0, "reaches the aim"), (40.0, 100.0, "good to ship"), (10.0, 100.0, "below ship")],
)
def test_a_ratio_is_judged_against_its_floor(value: float, floor: float, verdict: str) -> None:
    """More of the floor's rate is better."""
    row = next(row for row in rows([Finding("feed.grpc", value, floor)]) if "echo server" in row[0])

    assert ("100/s", f"{value:.0f}% of floor", verdict) == (row[1], *row[-2:])


@pytest.mark.parametrize(("p99", "verdict"), [(0.02, "reaches the aim"), (0.07, "good to ship"), (0.2, "below ship")])
def test_a_time_is_better_when_it_is_shorter(p99: float, verdict: str) -> None:
    """Latencies are judged the other way round."""
    row = next(row for row in rows([Finding("chat.receive.p99", p99, unit="s")]) if "receive" in row[0])

    assert verdict == row[-1]


def test_every_budget_has_a_line_whatever_was_measured() -> None:
    """Nothing is hidden: what was not measured says so, what has no budget is shown after the others."""
    table = rows([Finding("nobody", 300.0, 900.0)])

    assert ["not measured"] * len(BUDGETS) + ["no budget"] == [row[-1] for row in table]
    assert ("nobody", "900/s", "300/s") == (table[-1][0], table[-1][1], table[-1][4])


def test_the_report_is_one_file_that_needs_nothing_else(tmp_path: Path, result: Result) -> None:
    """No script, no address, and what came from outside is escaped."""
    file = write(tmp_path / "deep", [Measurement("feed-read", "a load", result, 50.0)], [], ["<svg/>"])

    text = file.read_text()
    assert "timeout &amp; &lt;more&gt;" in text
    assert not any(word in text for word in ("<script", "http://", "https://", "src="))


def test_charts_are_well_formed(result: Result) -> None:
    """Both charts are XML with a line for each series."""
    lines = [len(ET.fromstring(chart(result)).findall("polyline")) for chart in (curves, over_time)]  # noqa: S314 - ours

    assert [1, 2] == lines


def test_one_line_tells_rate_latency_failures_and_whether_the_generator_was_the_limit(result: Result) -> None:
    """A generator above nine tenths of a core says that it is the bottleneck."""
    told = line(result)

    assert told.startswith("50/s  p50 ")
    assert "1 of timeout" in told
    assert "generator 95% (its limit)" in told


def test_the_plot_fits_a_narrow_terminal() -> None:
    """No line is wider than asked for."""
    drawn = plot("answers per second", [10.0, 20.0, 15.0], 0.5, 60)

    assert "answers per second" in drawn


def test_a_run_without_answers_can_be_shown() -> None:
    """Nothing divides by nothing."""
    nothing = merge([Recorder().report(1.0, 0.0)], Timeline())

    assert line(nothing).startswith("0/s")
    assert 0 == Latencies().count
    assert "<svg" in curves(nothing) + over_time(nothing)


def test_requests_that_failed_are_no_quick_ones() -> None:
    """A system that refuses most of what it is asked has no good percentiles of all."""
    recorder = Recorder()
    for _ in range(98):
        recorder.done("read", time.monotonic() - 0.01)
    few = merge([recorder.report(1.0, 0.0)], Timeline())
    for _ in range(2):
        recorder.failed("UNAVAILABLE OVERLOADED")
    many = merge([recorder.report(1.0, 0.0)], Timeline())

    assert few.p(99) == few.p_of_all(99)
    assert (LONGEST, True) == (many.p_of_all(99), many.p_of_all(90) < 1.0)
    assert "never" == duration(many.p_of_all(99))
    assert 0.0 == merge([Recorder().report(1.0, 0.0)], Timeline()).p_of_all(99)
