"""The delays between attempts to connect."""

from hypothesis import given
from hypothesis import strategies as st

from mesh.wire.client.address import Backoff


@given(st.integers(1, 20))
def test_the_first_delays_are_short(failures: int) -> None:
    """A server that restarts is found again at once."""
    assert 0 < Backoff().delay(failures) <= 0.2


@given(st.integers(21, 1 << 60))
def test_no_delay_is_above_the_bound(failures: int) -> None:
    """However long a server is away: there is always a next attempt."""
    backoff = Backoff()

    assert 0.1 <= backoff.delay(failures) <= backoff.most * (1 + backoff.jitter)


def test_delays_grow_to_their_bound() -> None:
    """Without jitter they never become shorter, and end at the bound."""
    backoff = Backoff(jitter=0.0)
    delays = [backoff.delay(failures) for failures in range(1, 60)]

    assert sorted(delays) == delays
    assert (backoff.first, backoff.most) == (delays[0], delays[-1])


def test_clients_do_not_come_back_together() -> None:
    """Those that were lost at the same moment spread over two fifths of a delay."""
    delays = [Backoff().delay(8) for _ in range(500)]

    assert max(delays) - min(delays) > 0.3 * Backoff().delay(8)
    assert len(set(delays)) > 400
