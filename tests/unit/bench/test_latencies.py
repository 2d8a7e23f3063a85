"""Latencies in histograms."""

import pytest

from bench.load.latencies import Latencies


def test_percentiles_are_kept_to_three_digits() -> None:
    """The 99th of a hundred milliseconds from 1 to 100 is 99 ms."""
    latencies = Latencies.of(each / 1000 for each in range(1, 101))

    assert 0.099 == pytest.approx(latencies.percentile(99), rel=1e-3)
    assert 0.1 == pytest.approx(latencies.longest, rel=1e-3)
    assert 100 == latencies.count


def test_merged_histograms_are_the_histogram_of_everything() -> None:
    """What two processes saw, merged, has the percentiles of one process that saw it all."""
    fast, slow = [0.001] * 90, [0.2] * 10
    together = Latencies.of(fast + slow)
    merged = Latencies.decode(Latencies.of(fast).encode())
    merged.add(Latencies.of(slow).encode())

    assert [together.percentile(p) for p in (50, 90, 95, 100)] == [merged.percentile(p) for p in (50, 90, 95, 100)]
    assert list(together.curve()) == list(merged.curve())


def test_nothing_measured_has_no_latency() -> None:
    """Empty histograms answer with zeros and an empty curve."""
    nothing = Latencies()

    assert (0, 0.0, 0.0, []) == (nothing.count, nothing.percentile(99), nothing.longest, list(nothing.curve()))


def test_what_is_too_long_counts_as_the_longest() -> None:
    """An hour is not lost: it counts as two minutes."""
    assert 120.0 == pytest.approx(Latencies.of([3600.0]).longest, rel=1e-3)
