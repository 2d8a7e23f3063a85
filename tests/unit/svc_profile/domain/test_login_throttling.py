"""How long a sign-in waits after failures."""

from datetime import timedelta
from uuid import UUID

import pytest

from svc_profile.domain.login_throttling import MOST_CODES, WINDOW, Attempts, asks_proof, wait
from svc_profile.domain.networks import fingerprint, network


def seconds(from_here: int, *, since: float = 0, elsewhere: int = 0) -> float:
    return wait(Attempts(from_here, timedelta(seconds=since), from_here + elsewhere)).total_seconds()


def test_the_delay_doubles_from_half_a_minute_to_a_quarter_of_an_hour() -> None:
    """Five are free; then every failure from the same network doubles it, for ever bounded."""
    assert [0] * 5 == [seconds(n) for n in range(5)]
    assert [30, 60, 120, 240, 480, 900, 900] == [seconds(n) for n in range(5, 12)]
    assert 900 == seconds(100_000)


def test_the_time_that_passed_counts() -> None:
    """The delay runs from the last failure."""
    assert [30, 1, 0, 0] == [seconds(5, since=since) for since in (0, 29, 30, 1000)]


@pytest.mark.parametrize("elsewhere", [25, 10_000])
def test_failures_elsewhere_cost_spare_attempts_only(elsewhere: int) -> None:
    """The first from here is always let in, at once."""
    assert [0, 30, 60] == [seconds(n, elsewhere=elsewhere) for n in range(3)]


def test_codes_are_bounded_for_all_networks_together() -> None:
    """Six digits do not stand a try from each of many networks, however fresh the next one is."""
    of = [wait(Attempts(0, timedelta(), n), MOST_CODES) for n in (0, MOST_CODES - 1, MOST_CODES, 65_536)]
    assert [timedelta(), timedelta(), WINDOW, WINDOW] == of


def test_a_proof_is_asked_for_before_the_delay_begins() -> None:
    """By failures at the account from there, of the network at any account, or at the account from everywhere."""
    asked = [asks_proof(Attempts(n, timedelta(), n)) for n in range(5)]
    assert [False, False, False, True, True] == asked
    assert [False, True] == [asks_proof(Attempts(0, timedelta(), 0, n)) for n in (9, 10)]
    assert [False, True] == [asks_proof(Attempts(0, timedelta(), n)) for n in (24, 25)]


def test_a_network_is_what_one_subscriber_has() -> None:
    """An IPv4 address, the /64 of an IPv6 address; no address is a network as well."""
    assert network("2001:db8::1") == network("2001:db8::ffff") != network("2001:db8:0:1::1")
    assert network("192.0.2.1") != network("192.0.2.2")
    assert ("", "local") == (network(None), network("local"))


def test_a_fingerprint_is_of_one_session() -> None:
    """Two sessions from one network have nothing in common that could be told from the table."""
    one, other = UUID(int=1), UUID(int=2)
    assert fingerprint(one, "192.0.2.1") == fingerprint(one, "192.0.2.1")
    assert fingerprint(one, "192.0.2.1") not in {fingerprint(other, "192.0.2.1"), fingerprint(one, "192.0.2.2")}
