"""When requests are due, decided before the first is sent."""

import random
from collections.abc import Iterator
from typing import Literal

Pattern = Literal["poisson", "constant"]


def arrivals(pattern: Pattern, rate: float, seconds: float, *, worker: int = 0, workers: int = 1) -> Iterator[float]:
    """Yield this worker's share of the due times, in seconds from the start, ascending.

    `rate` is that of all workers together, per second. Constant arrivals interleave the workers evenly; Poisson
    arrivals are independent streams, whose sum is a Poisson stream of the whole rate. The same arguments give the same
    times.
    """
    if rate <= 0:
        raise ValueError(f"a rate is above 0, not {rate}")
    make = _constant if pattern == "constant" else _poisson
    return make(rate, seconds, worker, workers)


def _constant(rate: float, seconds: float, worker: int, workers: int) -> Iterator[float]:
    number = worker
    while (due := number / rate) < seconds:
        yield due
        number += workers


def _poisson(rate: float, seconds: float, worker: int, workers: int) -> Iterator[float]:
    gaps = random.Random(worker)
    due = gaps.expovariate(rate / workers)
    while due < seconds:
        yield due
        due += gaps.expovariate(rate / workers)
