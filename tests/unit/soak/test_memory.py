"""Whether memory is flat is decided by what it was at rest."""

import pytest

from tests.soak.gauges import Gauges
from tests.soak.memory import GROWTH, Sample, grown

MANY, FEW = 30, 5


def samples(count: int, growth: int) -> list[Sample]:
    """Of a run of `count` seconds whose server grows by so many octets each second."""
    return [
        Sample(float(number), number * 100, Gauges(pss=60_000_000, rss=90_000_000, blocks=1_000), server)
        for number in range(count)
        for server in [Gauges(pss=30_000_000 + number * growth, rss=50_000_000, blocks=1_000)]
    ]


@pytest.mark.parametrize(("growth", "expected"), [(0, 0), (GROWTH // MANY, 0), (GROWTH // 10, 1)])
def test_growth_beyond_the_noise_is_a_fault(growth: int, expected: int) -> None:
    """It is named, with what it is a call."""
    faults = grown(samples(MANY, growth), MANY)

    assert faults is not None
    assert expected == len(faults)
    assert all("pss of the server grew" in fault and "a call" in fault for fault in faults)


def test_a_short_run_tells_nothing() -> None:
    """It is not called flat."""
    assert grown(samples(FEW, GROWTH), FEW) is None
