"""Whether memory is flat is decided by what it was at rest."""

from dataclasses import replace

import pytest

from tests.soak.gauges import Gauges
from tests.soak.memory import BLOCKS, HEAP, PAGES, Sample, grown

MANY, FEW = 30, 5


def samples(count: int, name: str = "heap", growth: int = 0) -> list[Sample]:
    """Of a run of `count` seconds whose server grows by so much each second."""
    still = Gauges(pss=60_000_000, rss=90_000_000, heap=9_000_000, blocks=1_000)
    return [
        Sample(float(number), number * 100, still, replace(still, **{name: getattr(still, name) + number * growth}))
        for number in range(count)
    ]


@pytest.mark.parametrize(("name", "most"), [("blocks", BLOCKS), ("heap", HEAP), ("pss", PAGES), ("rss", PAGES)])
def test_growth_beyond_the_noise_is_a_fault(name: str, most: int) -> None:
    """It is named, with what it is a call."""
    for growth in (0, most // MANY, -most):
        assert [] == grown(samples(MANY, name, growth), MANY)
    faults = grown(samples(MANY, name, most // 10), MANY)
    assert faults is not None
    assert [f"{name} of the server grew"] == [fault[: fault.index(" by ")] for fault in faults]
    assert "a call" in faults[0]


def test_a_short_run_tells_nothing() -> None:
    """It is not called flat."""
    assert grown(samples(FEW), FEW) is None
