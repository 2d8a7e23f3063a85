"""Open and closed loops."""

import asyncio
import time
from collections import Counter

from bench.load.arrivals import arrivals
from bench.load.generator import PAUSE_SECONDS, closed_loop, open_loop
from bench.load.outcome import DROPPED
from bench.load.recorder import Recorder, Report
from bench.load.result import Result, Timeline, merge
from mesh.errors import Unavailable
from tests.unit.bench.sample_target import Sample, SampleSession


async def run(sample: Sample, *, rate: float, seconds: float, in_flight: int = 1000) -> Result:
    """Fire at the sample on a constant schedule."""
    recorder = Recorder()
    session = SampleSession(sample, recorder.observe)
    due = arrivals("constant", rate, seconds)
    await open_loop(session, recorder, due, start=time.monotonic(), in_flight=in_flight)
    return merge([recorder.report(seconds, 0.0)], Timeline())


async def test_a_stall_is_charged_to_everybody_who_waited() -> None:
    """A server that stands still for 200 ms at its start delays every request due meanwhile, not just the first."""
    result = await run(Sample(stall=0.2), rate=200, seconds=0.4)

    assert 80 == result.latencies.count
    assert result.p(75) > 0.05
    assert result.p(100) > 0.19


async def test_too_many_in_flight_are_dropped_and_counted() -> None:
    """Requests beyond the bound are failures; nothing is queued silently."""
    result = await run(Sample(seconds=0.2), rate=100, seconds=0.1, in_flight=4)

    assert 4 == result.latencies.count
    assert Counter({DROPPED: 6}) == result.failures
    assert 0.6 == result.failed_share


async def test_refusals_are_counted_by_code() -> None:
    """What is refused has no latency, but a word."""
    result = await run(Sample(refuse=5), rate=200, seconds=0.1)

    assert Counter({Unavailable.code.name: 4}) == result.failures
    assert {"even": 8, "odd": 8} == {kind: latencies.count for kind, latencies in result.kinds.items()}
    assert 16 == result.observed["twice"].count


async def test_a_closed_loop_keeps_so_many_open() -> None:
    """Four at a time with 20 ms each are about forty in 200 ms, never more."""
    recorder = Recorder()
    session = SampleSession(Sample(seconds=0.02), recorder.observe)

    await closed_loop(session, recorder, start=time.monotonic(), seconds=0.2, in_flight=4)

    done = merge([recorder.report(0.2, 0.0)], Timeline()).latencies.count
    assert 4 <= done <= 44


async def test_who_was_refused_in_a_closed_loop_does_not_ask_again_at_once() -> None:
    """A system that refuses everything is not made to refuse as often as it can: one at a time pauses after each."""
    recorder = Recorder()
    session = SampleSession(Sample(refuse=1), recorder.observe)

    await closed_loop(session, recorder, start=time.monotonic(), seconds=0.2, in_flight=1)

    refused = merge([recorder.report(0.2, 0.0)], Timeline()).failed
    assert 1 <= refused <= 0.2 / PAUSE_SECONDS + 1


async def test_intervals_say_what_is_new() -> None:
    """Each interval counts only what happened since the one before."""
    recorder = Recorder()
    recorder.done("read", time.monotonic())
    first = recorder.interval()
    recorder.failed("timeout")
    second = recorder.interval()

    assert [(0, 1, 0), (1, 0, 1)] == [(each.index, each.done, each.failed) for each in (first, second)]


async def test_reports_of_workers_are_one_result() -> None:
    """Counts add up, the generators' CPU stays apart."""
    reports: list[Report] = []
    for cpu in (0.25, 0.5):
        recorder = Recorder()
        recorder.done("read", time.monotonic())
        recorder.failed("timeout")
        reports.append(recorder.report(2.0, cpu))
        await asyncio.sleep(0)

    result = merge(reports, Timeline())

    assert (2, Counter(timeout=2), (0.25, 0.5)) == (result.latencies.count, result.failures, result.generator_cpu)
    assert 1.0 == result.rate
