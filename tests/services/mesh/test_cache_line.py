"""Lines to servers of several kinds: over a Unix socket, with a password, over TLS, to one that misbehaves."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from mesh.cache import Cache, CacheUnavailable
from mesh.embedded import ValkeyServer
from mesh.settings import RedisSettings
from mesh.testing import Authority, wait_for

Answer = Callable[[bytes], bytes | None]
GREETED = b"%1\r\n+proto\r\n:3\r\n"


class LocalValkey(ValkeyServer):
    """On a Unix socket as well, with a password."""

    def command(self) -> list[str | Path]:
        return [*super().command(), "--unixsocket", self.socket, "--requirepass", "open sesame"]

    @property
    def socket(self) -> Path:
        return self.data / "s"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def valkey(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LocalValkey]:
    server = LocalValkey(tmp_path_factory.mktemp("local"))
    await asyncio.to_thread(server.start)
    yield server
    await asyncio.to_thread(server.stop)


async def test_unix_socket_password_and_database(valkey: LocalValkey) -> None:
    """The same values are found whichever way a server is entered, and only in their database."""
    places = [
        f"unix://:open%20sesame@{valkey.socket}?db=3",
        f"redis://default:open%20sesame@127.0.0.1:{valkey.port}/3",
        f"redis://:open%20sesame@127.0.0.1:{valkey.port}/4",
    ]
    caches = [Cache(RedisSettings(place)) for place in places]
    for cache in caches:
        await cache.start()

    await caches[0].set("k", "v")
    found = [await cache.get("k") for cache in caches]
    for cache in caches:
        await cache.stop()

    assert [b"v", b"v", None] == found


@pytest.mark.parametrize("proof", ["", ":wrong@", "nobody:open%20sesame@"])
async def test_who_may_not_enter_has_no_cache(valkey: LocalValkey, proof: str) -> None:
    """A wrong password is a cache that is away, not an error of each call."""
    cache = Cache(RedisSettings(f"redis://{proof}127.0.0.1:{valkey.port}/0"))
    await cache.start()

    with pytest.raises(CacheUnavailable):
        await cache.get("k")
    await cache.stop()


async def test_a_connection_that_idled_out_is_made_anew(valkey: LocalValkey) -> None:
    """Servers close connections that nobody uses; the next command goes over a new one, and nobody degrades."""
    url = f"redis://:open%20sesame@127.0.0.1:{valkey.port}/0"
    cache = Cache(RedisSettings(url))
    await cache.start()
    await cache.set("k", "v")

    async with Redis.from_url(url) as redis:
        await redis.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        await wait_for(lambda: _only_us(redis))
    found = await cache.get("k")
    await cache.stop()

    assert b"v" == found


async def _only_us(redis: Redis) -> bool:
    return len(await redis.client_list()) == 1


Serve = Callable[..., Awaitable[int]]


@pytest_asyncio.fixture
async def serve() -> AsyncIterator[Serve]:
    """A server that answers what `answer` says to each piece that arrives; returns its port."""
    servers: list[asyncio.Server] = []

    async def serve_(answer: Answer, tls: ssl.SSLContext | None = None) -> int:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while piece := await reader.read(65_536):
                said = answer(piece)
                if said is None:
                    break
                writer.write(said)
            writer.close()

        server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=tls)
        servers.append(server)
        return server.sockets[0].getsockname()[1]

    yield serve_
    for server in servers:
        server.close()


async def test_over_tls(serve: Serve, tmp_path: Path) -> None:
    """A server is believed when the authority vouches for it, and is no cache otherwise."""
    authority, stranger = Authority(tmp_path / "ca"), Authority(tmp_path / "other")
    pair = authority.issue("redis")
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(pair.cert, pair.key)
    port = await serve(lambda piece: GREETED if b"HELLO" in piece else b"+PONG\r\n" * piece.count(b"*"), tls)
    caches = [Cache(RedisSettings(f"rediss://127.0.0.1:{port}?ssl_ca_certs={one.ca}")) for one in (authority, stranger)]
    for cache in caches:
        await cache.start()

    available = [cache.available for cache in caches]
    for cache in caches:
        await cache.stop()

    assert [True, False] == available


@pytest.mark.parametrize("said", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"+PONG\r\n+PONG\r\n+PONG\r\n", None])
async def test_a_server_that_misbehaves_is_away_until_it_behaves(serve: Serve, said: bytes | None) -> None:
    """Rubbish, answers nobody asked for, a hang-up: callers degrade, and the cache comes back by itself."""
    well = True

    def answer(piece: bytes) -> bytes | None:
        if b"HELLO" in piece:
            return GREETED
        return b"+PONG\r\n" if well else said

    cache = Cache(RedisSettings(f"redis://127.0.0.1:{await serve(answer)}"))
    await cache.start()
    before = await cache.get("k")
    well = False
    await asyncio.gather(cache.get("k"), cache.get("k"), return_exceptions=True)
    with pytest.raises(CacheUnavailable):
        await cache.get("k")
    well = True
    await wait_for(lambda: cache.available)
    after = await cache.get("k")
    await cache.stop()

    assert (b"PONG", b"PONG") == (before, after)


async def test_a_server_that_does_not_greet_is_away(serve: Serve) -> None:
    """Not a Redis, or one too old for RESP3."""
    cache = Cache(
        RedisSettings(f"redis://127.0.0.1:{await serve(lambda _: b'-ERR unknown command' + bytes([13, 10]))}")
    )
    early = asyncio.ensure_future(cache.get("k"))

    with pytest.raises(CacheUnavailable):
        await early
    assert not cache.available
    await cache.stop()
