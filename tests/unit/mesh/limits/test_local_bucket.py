"""The buckets of one process."""

import math

from mesh.limits.local_bucket import LocalBuckets


class Timer:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_refuses_when_empty_and_says_how_long() -> None:
    """Two tokens, then a wait of exactly the time one takes to flow back."""
    buckets = LocalBuckets(timer=Timer())

    taken = [buckets.take(("b", "ann"), 2, 0.5) for _ in range(3)]

    assert [(1.0, 0.0), (0.0, 0.0), (None, 2.0)] == taken


def test_refills_continuously() -> None:
    """Half the time gives half a token, and the wait shrinks by as much."""
    timer = Timer()
    buckets = LocalBuckets(timer=timer)
    buckets.take(("b", "ann"), 1, 0.5)

    timer.now = 1.0
    half = buckets.take(("b", "ann"), 1, 0.5)
    timer.now = 2.0
    whole = buckets.take(("b", "ann"), 1, 0.5)

    assert ((None, 1.0), (0.0, 0.0)) == (half, whole)


def test_never_holds_more_than_its_capacity() -> None:
    """A day of silence does not fill a bucket past the brim."""
    timer = Timer()
    buckets = LocalBuckets(timer=timer)
    buckets.take(("b", "ann"), 2, 1.0)

    timer.now = 86_400.0

    assert [(1.0, 0.0), (0.0, 0.0)] == [buckets.take(("b", "ann"), 2, 1.0) for _ in range(2)]


def test_without_refill_the_wait_is_infinite() -> None:
    """A bucket that never refills says so."""
    buckets = LocalBuckets(timer=Timer())
    buckets.take(("b", "ann"), 1, 0.0)

    assert (None, math.inf) == buckets.take(("b", "ann"), 1, 0.0)


def test_owners_do_not_share() -> None:
    """One owner's calls cost another nothing; neither do calls to another bucket."""
    buckets = LocalBuckets(timer=Timer())
    buckets.take(("b", "ann"), 1, 0.0)

    assert [(0.0, 0.0)] * 2 == [buckets.take(("b", "bob"), 1, 0.0), buckets.take(("c", "ann"), 1, 0.0)]


def test_forgets_the_longest_silent() -> None:
    """The memory is bounded: past it the owner heard of longest ago begins anew."""
    buckets = LocalBuckets(max_buckets=2, timer=Timer())
    for owner in ("ann", "bob", "cat"):
        buckets.take(("b", owner), 1, 0.0)

    assert (0.0, 0.0) == buckets.take(("b", "ann"), 1, 0.0)
