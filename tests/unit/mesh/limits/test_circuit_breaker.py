"""When a circuit opens, how it closes again."""

import pytest

from mesh.limits.circuit_breaker import Circuit, CircuitBreaker


class Timer:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def timer() -> Timer:
    return Timer()


@pytest.fixture
def breaker(timer: Timer) -> CircuitBreaker:
    return CircuitBreaker(window=10, minimum_calls=4, failure_ratio=0.5, open_seconds=1, timer=timer)


def fail(breaker: CircuitBreaker, times: int) -> None:
    for _ in range(times):
        assert 0.0 == breaker.admit()
        breaker.fail()


def test_few_failures_prove_nothing(breaker: CircuitBreaker) -> None:
    """Below the minimum of calls it stays closed."""
    fail(breaker, 3)

    assert Circuit.CLOSED is breaker.state


def test_opens_when_half_fail(breaker: CircuitBreaker) -> None:
    """Two of four calls fail: the next is refused with the time to wait."""
    for _ in range(2):
        breaker.admit()
        breaker.succeed()
    fail(breaker, 2)

    assert (Circuit.OPEN, 1.0) == (breaker.state, breaker.admit())


def test_old_failures_are_forgotten(breaker: CircuitBreaker, timer: Timer) -> None:
    """What is older than the window does not count."""
    fail(breaker, 3)
    timer.now += 11
    fail(breaker, 3)

    assert Circuit.CLOSED is breaker.state


def test_one_probe_at_a_time(breaker: CircuitBreaker, timer: Timer) -> None:
    """After the wait one call goes through; others wait for its outcome."""
    fail(breaker, 4)
    timer.now += 1

    assert (0.0, 1.0) == (breaker.admit(), breaker.admit())
    assert Circuit.HALF_OPEN is breaker.state


def test_good_probe_closes(breaker: CircuitBreaker, timer: Timer) -> None:
    """When the probe is answered all calls go through, and counting begins anew."""
    fail(breaker, 4)
    timer.now += 1
    breaker.admit()
    breaker.succeed()

    assert Circuit.CLOSED is breaker.state
    fail(breaker, 3)
    assert Circuit.CLOSED is breaker.state


def test_bad_probe_opens_again(breaker: CircuitBreaker, timer: Timer) -> None:
    """When the probe fails the wait begins anew."""
    fail(breaker, 4)
    timer.now += 1
    fail(breaker, 1)

    assert (Circuit.OPEN, 1.0) == (breaker.state, breaker.admit())


def test_abandoned_probe_makes_room_for_another(breaker: CircuitBreaker, timer: Timer) -> None:
    """A probe whose caller gave up proves nothing."""
    fail(breaker, 4)
    timer.now += 1
    breaker.admit()
    breaker.forget()

    assert 0.0 == breaker.admit()


def test_answers_from_before_it_opened_change_nothing(breaker: CircuitBreaker) -> None:
    """Calls that were under way when it opened neither close it nor prolong the wait."""
    fail(breaker, 4)
    breaker.succeed()
    breaker.fail()

    assert Circuit.OPEN is breaker.state
