"""Histograms whose observations cost next to nothing: plain numbers, read when Prometheus asks for them."""

import math
import time
from bisect import bisect_left
from collections.abc import Iterable, Sequence

from prometheus_client import REGISTRY, CollectorRegistry
from prometheus_client.metrics_core import Metric
from prometheus_client.utils import floatToGoString


class Series:
    """The observations under one set of label values; `observe` belongs to one thread, the event loop's."""

    __slots__ = ("_bounds", "_counts", "_sum", "created")

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = bounds
        self._counts = [0] * len(bounds)
        self._sum = 0.0
        self.created = time.time()

    def observe(self, amount: float) -> None:
        """Count one observation."""
        self._counts[bisect_left(self._bounds, amount)] += 1
        self._sum += amount

    def read(self) -> tuple[list[int], float]:
        """Return how many were observed up to each bound, cumulated, and the sum of all."""
        cumulated, below = list[int](), 0
        for count in self._counts:
            below += count
            cumulated.append(below)
        return cumulated, self._sum


class Histogram:
    """What prometheus_client's own exposes, without a lock and an object for each bucket of each observation.

    Label values come from code and contract, never from clients, so that there is a bounded number of series.
    """

    def __init__(
        self,
        name: str,
        documentation: str,
        labels: Iterable[str] = (),
        *,
        buckets: Sequence[float],
        registry: CollectorRegistry = REGISTRY,
    ) -> None:
        """Register; `buckets` are rising upper bounds, to which infinity is added."""
        self._name = name
        self._documentation = documentation
        self._labels = tuple(labels)
        self._bounds = (*buckets, math.inf)
        self._series: dict[tuple[str, ...], Series] = {}
        registry.register(self)

    def labels(self, *values: str) -> Series:
        """Return the series of these values, to be looked up once and kept; raises ValueError for a wrong number."""
        series = self._series.get(values)
        if series is None:
            if len(values) != len(self._labels):
                raise ValueError(f"{self._name} has the labels {', '.join(self._labels)}")
            series = self._series[values] = Series(self._bounds)
        return series

    def describe(self) -> list[Metric]:
        """Return the metric without samples (called by the registry)."""
        return [Metric(self._name, self._documentation, "histogram")]

    def collect(self) -> list[Metric]:
        """Return the metric with all samples (called by the registry)."""
        (metric,) = self.describe()
        for values, series in list(self._series.items()):
            labels = dict(zip(self._labels, values, strict=True))
            cumulated, total = series.read()
            for bound, count in zip(self._bounds, cumulated, strict=True):
                metric.add_sample(f"{self._name}_bucket", {**labels, "le": floatToGoString(bound)}, count)
            metric.add_sample(f"{self._name}_count", labels, cumulated[-1])
            metric.add_sample(f"{self._name}_sum", labels, total)
            metric.add_sample(f"{self._name}_created", labels, series.created)
        return [metric]
