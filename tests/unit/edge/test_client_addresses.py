"""Whose address a request is charged to."""

import pytest

from edge.addresses import ClientAddresses, normal

TRUSTING = ClientAddresses(["10.0.0.0/8", "fd00::/8"])


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "1.2.3.4", "203.0.113.9"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "1.2.3.4", "1.2.3.4"),
        ("10.0.0.1", "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        ("10.0.0.1", "6.6.6.6, 1.2.3.4, 10.9.9.9", "1.2.3.4"),
        ("10.0.0.1", "10.1.1.1, 10.9.9.9", "10.1.1.1"),
        ("10.0.0.1", "1.2.3.4, nonsense", "10.0.0.1"),
        ("10.0.0.1", "nonsense, 1.2.3.4", "1.2.3.4"),
        ("::ffff:10.0.0.1", "2001:DB8::1", "2001:db8::1"),
        ("fd00::5", "1.2.3.4", "1.2.3.4"),
        (None, "1.2.3.4", ""),
        ("10.0.0.1", ",".join(["1.1.1.1"] * 1000 + ["10.0.0.2"] * 16), "10.0.0.2"),
    ],
)
def test_only_trusted_proxies_are_believed(peer: str | None, forwarded: str, expected: str) -> None:
    """The nearest address that none of our proxies has is the client's; what it claims itself counts for nothing."""
    assert expected == TRUSTING.of(peer, forwarded)


def test_nobody_is_trusted_by_default() -> None:
    """The header alone moves nothing."""
    assert "10.0.0.1" == ClientAddresses([]).of("10.0.0.1", "1.2.3.4")


def test_addresses_have_one_spelling() -> None:
    """Buckets are found by them."""
    assert ("2001:db8::1", "1.2.3.4", "fe80::1", "") == tuple(
        map(normal, ("2001:0DB8:0::1", "::ffff:1.2.3.4", "fe80::1%eth0", "host"))
    )


def test_a_network_that_is_none_is_refused() -> None:
    """A typing error must not trust the world."""
    with pytest.raises(ValueError, match=r"10\.0\.0"):
        ClientAddresses(["10.0.0/33"])
