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


def report(breaker: CircuitBreaker, how: str, times: int) -> None:
    for _ in range(times):
        assert 0.0 == breaker.admit()
        getattr(breaker, how)(breaker.era)


def opened(breaker: CircuitBreaker) -> CircuitBreaker:
    report(breaker, "fail", 4)
    assert Circuit.OPEN is breaker.state
    return breaker


def test_few_failures_prove_nothing(breaker: CircuitBreaker) -> None:
    """Below the minimum of calls it stays closed."""
    report(breaker, "fail", 3)

    assert Circuit.CLOSED is breaker.state


def test_opens_when_half_fail(breaker: CircuitBreaker) -> None:
    """Two of four calls fail: the next is refused with the time to wait."""
    report(breaker, "succeed", 2)
    report(breaker, "fail", 2)

    assert (Circuit.OPEN, 1.0) == (breaker.state, breaker.admit())


def test_opens_when_all_are_late(breaker: CircuitBreaker) -> None:
    """A target that answers nobody in time hangs."""
    report(breaker, "late", 4)

    assert (Circuit.OPEN, 1.0) == (breaker.state, breaker.admit())


def test_slow_target_is_not_cut_off(breaker: CircuitBreaker) -> None:
    """However many calls are late: as long as one in a window is answered the others may be made."""
    report(breaker, "succeed", 1)
    report(breaker, "late", 10_000)

    assert Circuit.CLOSED is breaker.state


def test_old_failures_are_forgotten(breaker: CircuitBreaker, timer: Timer) -> None:
    """What is older than the window does not count."""
    report(breaker, "fail", 3)
    timer.now += 11
    report(breaker, "fail", 3)

    assert Circuit.CLOSED is breaker.state


def test_one_probe_at_first(breaker: CircuitBreaker, timer: Timer) -> None:
    """After the wait one call goes through; others wait for its outcome."""
    opened(breaker)
    timer.now += 1

    assert (0.0, 1.0) == (breaker.admit(), breaker.admit())
    assert Circuit.HALF_OPEN is breaker.state


def test_each_answer_makes_room_for_one_more(breaker: CircuitBreaker, timer: Timer) -> None:
    """One probe, then two, then four at once: what comes back is not run over by everybody who waited."""
    opened(breaker)
    timer.now += 1
    rounds: list[int] = []
    while breaker.state is not Circuit.CLOSED and len(rounds) < 9:
        under_way = 0
        while breaker.admit() == 0.0:
            under_way += 1
        rounds.append(under_way)
        for _ in range(under_way):
            breaker.succeed(breaker.era)

    assert [1, 2, 4] == rounds


def test_counting_begins_anew_when_it_closes(breaker: CircuitBreaker, timer: Timer) -> None:
    """After as many answers as a judgement needs all calls go through, and old failures are gone."""
    opened(breaker)
    timer.now += 1
    report(breaker, "succeed", 4)

    assert Circuit.CLOSED is breaker.state
    report(breaker, "fail", 3)
    assert Circuit.CLOSED is breaker.state


@pytest.mark.parametrize("how", ["fail", "late"])
def test_bad_probe_opens_again(breaker: CircuitBreaker, timer: Timer, how: str) -> None:
    """When the probe fails the wait begins anew."""
    opened(breaker)
    timer.now += 1
    report(breaker, how, 1)

    assert (Circuit.OPEN, 1.0) == (breaker.state, breaker.admit())


def test_abandoned_probe_makes_room_for_another(breaker: CircuitBreaker, timer: Timer) -> None:
    """A probe whose caller gave up proves nothing."""
    opened(breaker)
    timer.now += 1
    report(breaker, "forget", 1)

    assert 0.0 == breaker.admit()


def test_probe_that_never_reports_is_not_waited_for_for_ever(breaker: CircuitBreaker, timer: Timer) -> None:
    """A silent stream must not keep everybody else out."""
    opened(breaker)
    timer.now += 1
    breaker.admit()
    timer.now += 1

    assert 0.0 == breaker.admit()


def test_whoever_knows_better_need_not_wait(breaker: CircuitBreaker) -> None:
    """A target that is known to be back is probed at once; one that was never cut off is not touched."""
    breaker.probe_now()
    opened(breaker)
    breaker.probe_now()

    assert 0.0 == breaker.admit()
    breaker.probe_now()
    assert breaker.admit() > 0


@pytest.mark.parametrize("how", ["succeed", "fail", "late", "forget"])
def test_answers_from_before_it_opened_change_nothing(breaker: CircuitBreaker, timer: Timer, how: str) -> None:
    """Calls that were under way when it opened neither close it, nor prolong the wait, nor spoil the probe."""
    before = breaker.era
    opened(breaker)
    getattr(breaker, how)(before)
    assert Circuit.OPEN is breaker.state

    timer.now += 1
    breaker.admit()
    getattr(breaker, how)(before)

    assert (Circuit.HALF_OPEN, 1.0) == (breaker.state, breaker.admit())
