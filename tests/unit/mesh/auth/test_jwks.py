import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import orjson
import pytest

from mesh.auth import JwksSource, KeyRing, LocalKeys
from mesh.auth.public_keys import MAX_KEYS, from_jwks, to_jwk
from mesh.embedded import free_port
from mesh.settings import PeerSettings, ServerSettings, SettingsError
from mesh.testing import Authority, ManualClock, wait_for
from mesh.tls import server_context


class Publisher:
    """An HTTP server that serves a key set and counts who asks."""

    def __init__(self, port: int, body: bytes, context: ssl.SSLContext | None = None) -> None:
        publisher = self
        self.body, self.status, self.asked = body, 200, 0

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                publisher.asked += 1
                self.send_response(publisher.status)
                self.send_header("content-length", str(len(publisher.body)))
                self.end_headers()
                self.wfile.write(publisher.body)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        if context is not None:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def ring(tmp_path: Path, clock: ManualClock) -> KeyRing:
    return KeyRing(tmp_path / "keys", clock)


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def publisher(port: int, ring: KeyRing) -> Iterator[Publisher]:
    publisher = Publisher(port, orjson.dumps(ring.jwks()))
    yield publisher
    publisher.close()


@pytest.fixture
async def source(port: int) -> AsyncIterator[JwksSource]:
    source = JwksSource(f"http://127.0.0.1:{port}/.well-known/jwks.json", min_interval=60)
    yield source
    await source.stop()


async def test_keys_are_fetched_in_the_background(source: JwksSource, publisher: Publisher, ring: KeyRing) -> None:
    """Soon after the start the published keys are known."""
    kid, key = ring.signing_key()

    await source.start()
    await wait_for(source.available)

    found = source.find(kid)
    assert found is not None
    assert key.public_key().public_bytes_raw() == found.public_bytes_raw()
    await source.check()


async def test_a_publisher_may_start_later(source: JwksSource, port: int, ring: KeyRing) -> None:
    """A service that starts before the publisher is unready, then finds the keys by itself."""
    await source.start()
    await wait_for(lambda: source._fetched_at > 0)
    with pytest.raises(RuntimeError, match="no signing keys"):
        await source.check()

    publisher = Publisher(port, orjson.dumps(ring.jwks()))
    await wait_for(source.available)

    publisher.close()


@pytest.mark.parametrize("trusted", [True, False])
async def test_keys_come_over_tls(port: int, ring: KeyRing, tmp_path: Path, trusted: bool) -> None:
    """Where calls are made over TLS the publisher needs a certificate of the same authority."""
    ours, theirs = Authority(tmp_path / "ours"), Authority(tmp_path / "theirs")
    pair = (ours if trusted else theirs).issue("publisher")
    context = server_context(ServerSettings(tls_cert=pair.cert, tls_key=pair.key))
    publisher = Publisher(port, orjson.dumps(ring.jwks()), context)
    source = JwksSource(f"https://127.0.0.1:{port}/.well-known/jwks.json", PeerSettings(ours.ca))
    await source.start()
    await source.refresh()
    await source.stop()
    publisher.close()

    assert trusted == source.available()


def test_keys_are_not_fetched_in_plaintext_from_afar() -> None:
    """Where calls are made over TLS, keys that anybody on the way could exchange are refused at start."""
    peers = PeerSettings(Path("ca.pem"))
    JwksSource("http://127.0.0.1:9090/.well-known/jwks.json", peers)
    with pytest.raises(SettingsError, match="GUILD_AUTH_JWKS_URL must be https"):
        JwksSource("http://profile:9090/.well-known/jwks.json", peers)


async def test_a_hundred_unknown_keys_cause_one_fetch(source: JwksSource, publisher: Publisher) -> None:
    """Tokens with made-up key ids cannot make us flood the publisher."""
    await source.start()
    await wait_for(source.available)
    source._fetched_at -= 60

    await asyncio.gather(*(source.refresh() for _ in range(100)))
    await source.refresh()

    assert 2 == publisher.asked


async def test_a_new_key_changes_the_generation(source: JwksSource, publisher: Publisher, ring: KeyRing) -> None:
    """Verifiers notice a rotation; the same keys again are no change."""
    await source.start()
    await wait_for(source.available)

    new = ring.rotate().kid
    publisher.body = orjson.dumps(ring.jwks())
    for _ in range(2):
        source._fetched_at -= 60
        await source.refresh()

    assert 2 == source.generation
    assert source.find(new) is not None


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b"{}"),
        (200, b"not json"),
        (200, b"[]"),
        (200, b'{"keys": []}'),
        (200, b'{"keys": "x"}'),
        (200, b" " * 70_000),
    ],
)
async def test_known_keys_survive_a_bad_publisher(
    source: JwksSource, publisher: Publisher, ring: KeyRing, status: int, body: bytes
) -> None:
    """Errors and nonsense leave the keys as they were."""
    await source.start()
    await wait_for(source.available)

    publisher.status, publisher.body = status, body
    source._fetched_at -= 60
    await source.refresh()

    assert 2 == publisher.asked
    assert source.find(ring.signing_key()[0]) is not None


async def test_a_ring_of_our_own_is_a_source(ring: KeyRing, tmp_path: Path, clock: ManualClock) -> None:
    """The signing service verifies with its own ring, and sees what another instance adds."""
    keys = LocalKeys(ring)
    assert keys.available()

    added = KeyRing(tmp_path / "keys", clock).rotate().kid
    assert None is keys.find(added)
    await keys.refresh()

    assert keys.find(added) is not None


def test_foreign_members_of_a_key_set_are_left_out(ring: KeyRing) -> None:
    """Keys of other kinds or without sense are skipped, the others are used."""
    good = ring.jwks()["keys"][0]
    bad = [{"kty": "RSA", "kid": "r"}, good | {"kid": 7}, good | {"x": "AA", "kid": "short"}, {**good, "x": "é"}]

    found = from_jwks({"keys": [*bad, good]})

    assert [good] == [to_jwk(kid, key) for kid, key in found.items()]


def test_a_key_set_is_bounded(ring: KeyRing) -> None:
    """A set with more keys than any rotation leaves is not read."""
    with pytest.raises(ValueError, match="short list"):
        from_jwks({"keys": ring.jwks()["keys"] * (MAX_KEYS + 1)})
