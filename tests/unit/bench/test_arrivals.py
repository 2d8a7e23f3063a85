"""When requests are due."""

import itertools

import pytest

from bench.load.arrivals import Pattern, arrivals


def test_constant_arrivals_are_evenly_spaced() -> None:
    """Four requests a second for one second are due every quarter."""
    assert [0.0, 0.25, 0.5, 0.75] == list(arrivals("constant", 4, 1))


def test_workers_share_constant_arrivals() -> None:
    """The shares of all workers together are the whole schedule, each time once."""
    shares = [arrivals("constant", 300, 2, worker=worker, workers=3) for worker in range(3)]

    assert list(arrivals("constant", 300, 2)) == sorted(itertools.chain(*shares))


def test_poisson_arrivals_have_the_rate_of_all_workers() -> None:
    """Two workers at 2,000 a second for five seconds make about 10,000 requests between them."""
    times = [list(arrivals("poisson", 2_000, 5, worker=worker, workers=2)) for worker in range(2)]

    total = sum(map(len, times))
    assert 9_600 < total < 10_400
    assert times[0] != times[1]


@pytest.mark.parametrize("pattern", ["constant", "poisson"])
def test_the_same_arguments_give_the_same_times(pattern: Pattern) -> None:
    """A schedule can be run again, and it ascends."""
    first, second = (list(arrivals(pattern, 500, 1, worker=1, workers=2)) for _ in range(2))

    assert first == second
    assert sorted(first) == first


def test_a_rate_of_nothing_is_refused() -> None:
    """There is no schedule without arrivals."""
    with pytest.raises(ValueError, match="above 0"):
        arrivals("constant", 0, 1)
