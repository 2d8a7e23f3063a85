"""Latencies in an HDR histogram: merged over processes, read as percentiles."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Self

from hdrh.histogram import HdrHistogram

_LOWEST = 1
_HIGHEST = 120_000_000
_DIGITS = 3
MICROSECONDS = 1_000_000
LONGEST = _HIGHEST / MICROSECONDS
"""In seconds: longer ones count as this."""


class Latencies:
    """Durations from one microsecond to two minutes, each kept to three digits; longer ones count as two minutes."""

    def __init__(self) -> None:
        self._histogram = HdrHistogram(_LOWEST, _HIGHEST, _DIGITS)

    @classmethod
    def of(cls, seconds: Iterable[float]) -> Self:
        """Count durations given in seconds."""
        latencies = cls()
        for value, count in Counter(int(each * MICROSECONDS) for each in seconds).items():
            latencies._histogram.record_value(min(max(value, _LOWEST), _HIGHEST), count)
        return latencies

    @classmethod
    def decode(cls, text: str) -> Self:
        """Read what `encode` wrote."""
        latencies = cls()
        latencies.add(text)
        return latencies

    def add(self, encoded: str) -> None:
        """Merge the encoded latencies of another process into these."""
        self._histogram.decode_and_add(encoded)

    def encode(self) -> str:
        """Return these in HdrHistogram's own compressed form (V2, base64)."""
        return self._histogram.encode().decode()

    @property
    def count(self) -> int:
        """How many there are."""
        return self._histogram.get_total_count()

    def percentile(self, percent: float) -> float:
        """Return the latency in seconds that `percent` of all do not exceed; 0 when there are none."""
        return self._histogram.get_value_at_percentile(percent) / MICROSECONDS if self.count else 0.0

    def within(self, seconds: float) -> int:
        """Return how many were no longer than that."""
        limit = int(seconds * MICROSECONDS)
        steps = self._histogram.get_recorded_iterator()
        return sum(step.count_added_in_this_iter_step for step in steps if step.value_iterated_to <= limit)

    @property
    def longest(self) -> float:
        """The longest in seconds; 0 when there are none."""
        return self._histogram.get_max_value() / MICROSECONDS if self.count else 0.0

    def curve(self, steps_per_half: int = 8) -> Iterator[tuple[float, float]]:
        """Yield (percent, seconds) denser and denser towards 100, as HDR plots want them."""
        if not self.count:
            return
        for point in self._histogram.get_percentile_iterator(steps_per_half):
            yield point.percentile_level_iterated_to, point.value_iterated_to / MICROSECONDS
