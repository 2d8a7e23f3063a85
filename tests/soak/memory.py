"""Whether memory is flat: what the processes held at moments of rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from tests.soak.gauges import Gauges

WARM_UP = 0.2
"""The share of a run in which caches, pools and the allocator's arenas come to their size."""
LEAST = 9
"""Moments after the warm-up, below which a run is too short to tell."""
BLOCKS = 4_000
"""What Python's blocks may grow by from the first third to the last, and what is given out of the heap, in octets:
neither has fragments. In a quarter of an hour some 150,000 calls lie between the two thirds, so that a leak of one
object in fifty calls shows, or of fourteen octets a call."""
HEAP = 2 * 1024 * 1024
PAGES = 24 * 1024 * 1024
"""As much for the pages that a process has, which differ by what messages of up to a megabyte leave between them, 6 to
11 MiB: this is for what neither of the others counts."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A moment of rest."""

    seconds: float
    calls: int
    client: Gauges
    server: Gauges


def grown(samples: Sequence[Sample], seconds: float) -> list[str] | None:
    """Return what grew between the first third after the warm-up and the last; None when the run was too short."""
    warm = [sample for sample in samples if sample.seconds >= seconds * WARM_UP]
    if len(warm) < LEAST:
        return None
    third = len(warm) // 3
    faults: list[str] = []
    for side in ("client", "server"):
        for name, most in (("blocks", BLOCKS), ("heap", HEAP), ("pss", PAGES), ("rss", PAGES)):
            first, last = (
                median(getattr(getattr(one, side), name) for one in part) for part in (warm[:third], warm[-third:])
            )
            if last - first > most:
                calls = warm[-1].calls - warm[0].calls
                faults.append(
                    f"{name} of the {side} grew by {last - first:,.0f} ({first:,.0f} to {last:,.0f}; {most:,} may be), "
                    f"that is {(last - first) / max(1, calls):.1f} a call"
                )
    return faults
