"""How much of a load a caller holds back, and when it stops to."""

import pytest

from mesh.limits.throttle import ENOUGH, MORE, Throttle

CAPACITY = 500.0


class Peer:
    """Takes so many calls a second and refuses the others."""

    def __init__(self, *, asked_ahead: bool = False) -> None:
        self.asked_ahead = asked_ahead
        self.now = 0.0
        self.throttle = Throttle(timer=lambda: self.now)
        self.places = 0.0

    def offered(self, rate: float, seconds: float) -> tuple[float, float]:
        """Offer calls; those that were made and those that were accepted, in a second."""
        made = accepted = 0
        for _ in range(int(rate * seconds)):
            self.now += 1 / rate
            self.places = min(10.0, self.places + CAPACITY / rate)
            if (self.asked_ahead and self.throttle.holds_back()) or not self.throttle.allows():
                continue
            made += 1
            room = self.places >= 1
            self.places -= room
            accepted += room
            self.throttle.answered(accepted=room)
        return made / seconds, accepted / seconds


@pytest.mark.parametrize("asked_ahead", [False, True])
@pytest.mark.parametrize("times", [1.5, 2, 4, 10])
def test_peer_is_asked_a_little_more_than_it_takes(times: float, asked_ahead: bool) -> None:
    """It is kept busy, and refuses a fraction of what it would have to; whoever asks ahead holds back no more."""
    peer = Peer(asked_ahead=asked_ahead)
    peer.offered(times * CAPACITY, 3.0)
    made, accepted = peer.offered(times * CAPACITY, 5.0)

    assert accepted >= 0.97 * CAPACITY
    assert made <= 1.1 * MORE * CAPACITY


def test_nothing_is_held_back_below_capacity() -> None:
    """Two seconds after an overload at the latest."""
    peer = Peer()
    peer.offered(4 * CAPACITY, 3.0)
    peer.offered(0.8 * CAPACITY, 2.0)

    assert (0.8 * CAPACITY, 0.8 * CAPACITY) == peer.offered(0.8 * CAPACITY, 5.0)


def test_few_refusals_are_borne() -> None:
    """A caller with little to ask asks, whatever the answer."""
    now = [0.0]
    throttle = Throttle(timer=lambda: now[0])
    for _ in range(100):
        now[0] += 1.0 / (ENOUGH - 2)
        assert throttle.allows()
        throttle.answered(accepted=False)


def test_peer_that_refuses_everything_is_still_asked() -> None:
    """Else nobody would notice that it has room again."""
    now = [0.0]
    throttle = Throttle(timer=lambda: now[0])
    made = 0
    for _ in range(10_000):
        now[0] += 0.001
        if throttle.allows():
            made += 1
            throttle.answered(accepted=False)

    assert 400 <= made <= 1_000
