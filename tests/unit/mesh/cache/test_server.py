"""What the URL of a Redis says."""

import ssl
from pathlib import Path

import pytest

from mesh.cache.server import Server
from mesh.testing import Authority


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("redis://", Server("localhost")),
        ("redis://cache", Server("cache")),
        ("redis://[::1]:7000/3", Server("::1", 7000, database=3)),
        ("redis://10.0.0.1:7000?db=4", Server("10.0.0.1", 7000, database=4)),
        ("redis://:p%40ss@cache/0", Server("cache", password="p@ss")),
        ("redis://guild:p%2Fw@cache", Server("cache", user="guild", password="p/w")),
        ("unix:///run/my%20redis.sock", Server(path="/run/my redis.sock")),
        ("unix://:secret@/run/redis.sock?db=2", Server(path="/run/redis.sock", password="secret", database=2)),
    ],
)
def test_urls_that_are_understood(url: str, server: Server) -> None:
    """The forms other clients of Redis take."""
    assert server == Server.of(url)


@pytest.mark.parametrize(
    "url",
    ["http://cache", "cache:6379", "", "redis://cache/one", "redis://cache?socket_timeout=1", "redis://cache:port"],
)
def test_what_is_not_understood_is_refused(url: str) -> None:
    """A role does not start with half of what it was told."""
    with pytest.raises(ValueError, match=r"\w"):
        Server.of(url)


def test_how_a_connection_begins() -> None:
    """RESP3, proof of who we are, the database; as much of it as there is."""
    plain, guarded = Server.of("redis://cache").greeting, Server.of("redis://u:p@cache/7").greeting

    assert (b"*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n",) == plain
    assert b"*5\r\n$5\r\nHELLO\r\n$1\r\n3\r\n$4\r\nAUTH\r\n$1\r\nu\r\n$1\r\np\r\n" == guarded[0]
    assert b"*2\r\n$6\r\nSELECT\r\n$1\r\n7\r\n" == guarded[1]
    assert b"$4\r\nAUTH\r\n$7\r\ndefault\r\n$1\r\np\r\n" in Server.of("redis://:p@cache").greeting[0]


def test_tls_verifies_unless_told_otherwise(tmp_path: Path) -> None:
    """`rediss` checks who answers, against the authority given."""
    authority = Authority(tmp_path / "ca")
    pair = authority.issue("client")
    checked = Server.of(f"rediss://cache?ssl_ca_certs={authority.ca}&ssl_certfile={pair.cert}&ssl_keyfile={pair.key}")
    nameless = Server.of(f"rediss://cache?ssl_ca_certs={authority.ca}&ssl_check_hostname=false")
    blind = Server.of("rediss://cache?ssl_cert_reqs=none")

    kinds = [(one.tls.verify_mode, one.tls.check_hostname) for one in (checked, nameless, blind) if one.tls]
    assert [(ssl.CERT_REQUIRED, True), (ssl.CERT_REQUIRED, False), (ssl.CERT_NONE, False)] == kinds


def test_another_node_is_entered_in_the_same_way() -> None:
    """Nodes of a cluster share proofs; one that does not say where it is, is where this one is."""
    seed = Server.of("redis://u:p@seed:7000")

    assert Server("other", 7001, user="u", password="p") == seed.at("other", 7001)
    assert Server("seed", 7002, user="u", password="p") == seed.at("", 7002)
