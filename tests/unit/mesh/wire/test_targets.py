"""What a target of a channel may be."""

import pytest

from mesh.wire.client.address import SOCKET, Place
from mesh.wire.client.resolver import parse


@pytest.mark.parametrize(
    ("target", "places", "authority"),
    [
        ("10.0.0.1:80", [("10.0.0.1", 80)], "10.0.0.1:80"),
        ("[::1]:80", [("::1", 80)], "[::1]:80"),
        ("ipv4:10.0.0.1:80,10.0.0.2:81", [("10.0.0.1", 80), ("10.0.0.2", 81)], "10.0.0.1:80"),
        ("ipv6:[::1]:80,[::2]:80", [("::1", 80), ("::2", 80)], "[::1]:80"),
        ("dns:///10.0.0.1:80", [("10.0.0.1", 80)], "10.0.0.1:80"),
        ("unix:/run/x.sock", [("/run/x.sock", SOCKET)], "localhost"),
        ("unix:///run/x.sock", [("/run/x.sock", SOCKET)], "localhost"),
        ("unix:x.sock", [("x.sock", SOCKET)], "localhost"),
    ],
)
def test_targets_that_are_addresses(target: str, places: list[tuple[str, int]], authority: str) -> None:
    """Are known without asking anybody."""
    parsed = parse(target)

    assert (tuple(Place(*place) for place in places), "") == (parsed.places, parsed.name)
    assert authority == parsed.authority


@pytest.mark.parametrize("target", ["a.example:80", "dns:a.example:80", "dns:///a.example:80", "dns://ns/a.example:80"])
def test_targets_that_are_names(target: str) -> None:
    """Are to be resolved."""
    parsed = parse(target)

    assert ((), "a.example", 80, "a.example:80") == parsed


@pytest.mark.parametrize("target", ["", "a.example", ":80", "a:", "a:x", "a:65536", "a:-1", "a:²", "ipv4:a", "ipv4:"])
def test_targets_that_mean_nothing(target: str) -> None:
    """Are refused when the channel is made, not when it is used."""
    with pytest.raises(ValueError, match="no host with a port"):
        parse(target)
