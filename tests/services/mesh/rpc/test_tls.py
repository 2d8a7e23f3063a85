"""TLS between services: who is let in, who is believed, and what happens when certificates are replaced."""

import asyncio
import socket
import ssl
import time
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from prometheus_client import REGISTRY

from mesh.errors import Failure, Unavailable
from mesh.principal import ANONYMOUS
from mesh.rpc.client import Peer
from mesh.rpc.pipeline import standard_pipeline
from mesh.rpc.server import RpcServer
from mesh.settings import Engine, PeerSettings, ServerSettings, SettingsError
from mesh.testing import Authority
from mesh.testing.authority import Pair

SIDES = ("server", "peers")
SERVING = health_pb2.HealthCheckResponse.SERVING


@pytest.fixture
def ours(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "ours")


@pytest.fixture
def theirs(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "theirs")


@pytest.fixture(autouse=True)
def files_are_looked_at_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mesh.tls.CHECK_SECONDS", 0.0)


def server_settings(pair: Pair, client_ca: Path | None) -> ServerSettings:
    return ServerSettings(tls_cert=pair.cert, tls_key=pair.key, tls_client_ca=client_ca)


def peer_settings(ca: Path, pair: Pair | None = None) -> PeerSettings:
    return PeerSettings(ca, pair and pair.cert, pair and pair.key)


@asynccontextmanager
async def _served(engine: Engine, settings: ServerSettings) -> AsyncIterator[str]:
    """A server with nothing but its health."""

    async def nobody(_pairs: object) -> object:
        return ANONYMOUS

    server = RpcServer(settings, [], standard_pipeline(nobody, None), engine=engine, grace=0.1)  # type: ignore[arg-type]
    await server.start()
    try:
        yield server.address
    finally:
        await server.stop()


Served = Callable[[ServerSettings], AbstractAsyncContextManager[str]]


@pytest.fixture
def served(engine: Engine) -> Served:
    """Runs such a server on either engine for the length of a block; gives its address."""
    return partial(_served, engine)


@asynccontextmanager
async def _calling(
    engine: Engine, address: str, settings: PeerSettings | None
) -> AsyncIterator[Callable[[], Awaitable[int | None]]]:
    """A peer, as what asks the server's health with it."""
    peer = Peer(address, name="probe", engine=engine, tls=settings)
    await peer.start()

    async def status() -> int | None:
        try:
            return (await health_pb2_grpc.HealthStub(peer.channel).Check(health_pb2.HealthCheckRequest())).status
        except Unavailable:
            return None

    try:
        yield status
    finally:
        await peer.stop()


Calling = Callable[[str, PeerSettings | None], AbstractAsyncContextManager[Callable[[], Awaitable[int | None]]]]
Asked = Callable[[str, PeerSettings | None], Awaitable[int | None]]


@pytest.fixture
def calling(engine: Engine) -> Calling:
    """Runs such a peer on either engine for the length of a block."""
    return partial(_calling, engine)


@pytest.fixture
def asked(calling: Calling) -> Asked:
    """Asks once; gives None when no connection comes about."""

    async def ask(address: str, settings: PeerSettings | None) -> int | None:
        async with calling(address, settings) as status:
            return await status()

    return ask


async def test_mutual_tls(asked: Asked, served: Served, ours: Authority, theirs: Authority) -> None:
    """Only callers with a certificate of the right authority come in, and none without TLS."""
    callers = {
        "right": peer_settings(ours.ca, ours.issue("client")),
        "of another authority": peer_settings(ours.ca, theirs.issue("client")),
        "expired": peer_settings(ours.ca, ours.issue("old-client", expired=True)),
        "without a certificate": peer_settings(ours.ca),
        "plaintext": None,
    }
    async with served(server_settings(ours.issue("server"), ours.ca)) as address:
        let_in = {name: await asked(address, settings) for name, settings in callers.items()}

    assert {**dict.fromkeys(callers), "right": SERVING} == let_in


@pytest.mark.parametrize("mutual", [False, True])
async def test_servers_are_believed_by_certificate(
    asked: Asked, served: Served, ours: Authority, theirs: Authority, mutual: bool
) -> None:
    """A server whose certificate is of another authority, expired, or for another host gets no call."""
    servers = {
        "right": ours.issue("server"),
        "of another authority": theirs.issue("server"),
        "expired": ours.issue("old-server", expired=True),
        "for another host": ours.issue("other-server", address="192.0.2.7"),
    }
    caller = peer_settings(ours.ca, ours.issue("client") if mutual else None)
    believed: dict[str, int | None] = {}
    for name, pair in servers.items():
        async with served(server_settings(pair, ours.ca if mutual else None)) as address:
            believed[name] = await asked(address, caller)

    assert {**dict.fromkeys(servers), "right": SERVING} == believed


async def test_our_two_ends_speak_the_newest_version(engine: Engine, served: Served, ours: Authority) -> None:
    """Nothing before TLS 1.3 is let in; the reference lets 1.2 in too, for Python cannot tell it not to."""

    def handshake(version: ssl.TLSVersion) -> str | None:
        context = ssl.create_default_context(cafile=str(ours.ca))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # old versions are deprecated, which is the point
            context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
            context.maximum_version = version
        context.set_alpn_protocols(["h2"])
        context.set_ciphers("ALL:@SECLEVEL=0")
        host, port = address.split(":")
        with socket.create_connection((host, int(port)), timeout=5) as raw:
            try:
                with context.wrap_socket(raw, server_hostname=host) as secured:
                    return secured.version()
            except (ssl.SSLError, OSError):
                return None

    async with served(server_settings(ours.issue("server"), None)) as address:
        versions = [
            await asyncio.to_thread(handshake, version)
            for version in (ssl.TLSVersion.MAXIMUM_SUPPORTED, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_1)
        ]

    assert ["TLSv1.3", "TLSv1.2" if engine == "grpcio" else None, None] == versions


async def test_a_server_takes_new_certificates(
    asked: Asked, served: Served, ours: Authority, theirs: Authority
) -> None:
    """Files that are replaced count from the next handshake on; half of a pair changes nothing."""
    pair = ours.issue("server")
    async with served(server_settings(pair, None)) as address:
        before = await asked(address, peer_settings(ours.ca))
        new = theirs.issue("server")
        pair.key.write_bytes(new.key.read_bytes())
        between = await asked(address, peer_settings(ours.ca))
        pair.cert.write_bytes(new.cert.read_bytes())
        after = [await asked(address, peer_settings(authority.ca)) for authority in (ours, theirs)]

    assert [SERVING, SERVING, None, SERVING] == [before, between, *after]


async def test_a_caller_takes_new_certificates(
    calling: Calling, served: Served, ours: Authority, theirs: Authority
) -> None:
    """A peer that was refused is let in when its certificate was replaced, without a new start."""
    mine = ours.issue("client")
    good = [path.read_bytes() for path in (mine.cert, mine.key)]
    stranger = theirs.issue("client")
    for path, other in ((mine.cert, stranger.cert), (mine.key, stranger.key)):
        path.write_bytes(other.read_bytes())
    async with (
        served(server_settings(ours.issue("server"), ours.ca)) as address,
        calling(address, peer_settings(ours.ca, mine)) as status,
    ):
        before = await status()
        for path, content in zip((mine.cert, mine.key), good, strict=True):
            path.write_bytes(content)
        after = await status()

    assert (None, SERVING) == (before, after)


async def test_metrics_tell_when_certificates_expire(asked: Asked, served: Served, ours: Authority) -> None:
    """Operators see the end of what is in use, at both ends, before it comes."""
    async with served(server_settings(ours.issue("server"), ours.ca)) as address:
        await asked(address, peer_settings(ours.ca, ours.issue("client")))
        ends = {side: REGISTRY.get_sample_value("guild_tls_expires_seconds", {"side": side}) for side in SIDES}

    assert dict.fromkeys(SIDES, True) == {side: time.time() < (end or 0) for side, end in ends.items()}


async def test_calls_on_an_old_connection_end_well(engine: Engine, served: Served, ours: Authority) -> None:
    """A stream that is open while certificates are replaced goes on; later calls use the new connection."""
    mine = ours.issue("client")
    async with served(server_settings(ours.issue("server"), ours.ca)) as address:
        peer = Peer(address, name="probe", engine=engine, tls=peer_settings(ours.ca, mine))
        await peer.start()
        stub = health_pb2_grpc.HealthStub(peer.channel)
        watching = stub.Watch(health_pb2.HealthCheckRequest(), timeout=10)
        first = await anext(aiter(watching))
        ours.issue("client")
        again = await stub.Check(health_pb2.HealthCheckRequest(), timeout=5)
        waiting = asyncio.ensure_future(anext(aiter(watching)))
        await asyncio.wait((waiting,), timeout=0.1)
        still_open = not waiting.done()
        await peer.stop()
        with pytest.raises((Failure, asyncio.CancelledError, StopAsyncIteration, grpc.aio.AioRpcError)):
            await waiting

    assert (SERVING, SERVING, True) == (first.status, again.status, still_open)


@pytest.mark.parametrize("side", ["server", "peers"])
async def test_files_that_cannot_be_used_are_told_at_start(
    calling: Calling, served: Served, ours: Authority, side: str
) -> None:
    """A key of another certificate, or no file at all, is one message that names the setting and the files."""

    async def start(pair: Pair) -> None:
        if side == "server":
            await served(server_settings(pair, None)).__aenter__()
        else:
            await calling("127.0.0.1:1", peer_settings(ours.ca, pair)).__aenter__()

    good, other = ours.issue("one"), ours.issue("two")
    for pair in (Pair(good.cert, other.key), Pair(good.cert, good.key.with_suffix(".gone"))):
        with pytest.raises(SettingsError, match=rf"GUILD_{side.upper()}_TLS_\*: .*{pair.key.name}"):
            await start(pair)


@pytest.mark.parametrize(
    ("given", "told"),
    [({"tls_cert": Path("a")}, "together"), ({"tls_cert": Path("a"), "tls_key": Path("b")}, "tls_ca")],
)
def test_half_of_the_settings_is_refused(given: dict[str, Path], told: str) -> None:
    """Half a pair, or a pair that would go unused because calls are plaintext, is a mistake of the operator."""
    with pytest.raises(ValueError, match=told):
        PeerSettings(**given)
