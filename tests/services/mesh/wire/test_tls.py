"""TLS on the wire itself: who is let in, who is believed, how long a handshake may take, and what callers are told."""

import asyncio
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import grpc
import pytest

from mesh import tls
from mesh.settings import PeerSettings, ServerSettings
from mesh.testing import Authority
from mesh.testing.authority import Pair
from mesh.wire.client import Channel
from mesh.wire.limits import Limits
from mesh.wire.server import Server
from tests.services.mesh.wire.hand import GREETING, until

CALL = "/t.T/Call"


@pytest.fixture
def ours(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "ours")


@pytest.fixture
def theirs(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "theirs")


async def names(_request: bytes, context: grpc.aio.ServicerContext[bytes, bytes]) -> bytes:
    """Answer with who the client is by its certificate."""
    return b" ".join(context.peer_identities() or ())


HANDLERS = (
    grpc.method_handlers_generic_handler("t.T", {"Call": grpc.unary_unary_rpc_method_handler(names)}),  # type: ignore[arg-type]
)


@asynccontextmanager
async def served(context: ssl.SSLContext | None, seconds: float = 10.0) -> AsyncGenerator[tuple[Server, int]]:
    """Our server, with TLS or without."""
    server = Server(Limits(preface_seconds=seconds))
    server.add_generic_rpc_handlers(HANDLERS)
    address = "127.0.0.1:0"
    port = server.add_insecure_port(address) if context is None else server.add_secure_port(address, context)
    await server.start()
    try:
        yield server, port
    finally:
        await server.stop(0)


def serving(pair: Pair, client_ca: Path | None = None) -> ssl.SSLContext:
    """What a role's server does TLS with."""
    return tls.server_context(ServerSettings(tls_cert=pair.cert, tls_key=pair.key, tls_client_ca=client_ca), tls.HTTP_2)


def calling(ca: Path, pair: Pair | None = None) -> ssl.SSLContext:
    """What a role's channel does TLS with."""
    return tls.peer_context(PeerSettings(ca, pair and pair.cert, pair and pair.key))


async def told(port: int, context: ssl.SSLContext | None) -> str:
    """What one call of our channel gives: the answer, or why there is none."""
    channel = Channel(f"127.0.0.1:{port}", tls=None if context is None else lambda: context)
    return await answer(cast("grpc.aio.Channel", channel))


async def told_the_reference(port: int, ca: Path | None, pair: Pair | None = None) -> str:
    """The same of grpcio's."""
    if ca is None:
        return await answer(grpc.aio.insecure_channel(f"127.0.0.1:{port}"))
    shown = (pair.key.read_bytes(), pair.cert.read_bytes()) if pair else (None, None)
    credentials = grpc.ssl_channel_credentials(ca.read_bytes(), *shown)  # noqa: ASYNC240 - a small file
    return await answer(grpc.aio.secure_channel(f"127.0.0.1:{port}", credentials))


async def answer(channel: grpc.aio.Channel) -> str:
    """The answer to one call, or why there is none."""
    async with channel:
        call = channel.unary_unary(CALL)(b"", timeout=10)
        code = await call.code()
        assert code in {grpc.StatusCode.OK, grpc.StatusCode.UNAVAILABLE}
        return str(await call, "ascii") if code is grpc.StatusCode.OK else await call.details()


async def test_who_is_let_in(ours: Authority, theirs: Authority) -> None:
    """With mutual TLS, whoever shows a certificate of the authority that holds; all others learn what may be wrong."""
    right = ours.issue("client")
    refused = "the server hung up after the TLS handshake; it may not accept the certificate it was shown, or want one"
    callers = {
        "right": (calling(ours.ca, right), "127.0.0.1"),
        "without a certificate": (calling(ours.ca), refused),
        "of another authority": (calling(ours.ca, theirs.issue("client")), refused),
        "expired": (calling(ours.ca, ours.issue("old", expired=True)), refused),
        "plaintext": (None, "the server hung up before it said anything; it may want TLS"),
    }
    async with served(serving(ours.issue("server"), ours.ca)) as (server, port):
        heard = {name: await told(port, context) for name, (context, _) in callers.items()}
        reference = {
            "right": await told_the_reference(port, ours.ca, right),
            "without a certificate": await told_the_reference(port, ours.ca),
            "of another authority": await told_the_reference(port, ours.ca, theirs.issue("client")),
            "expired": await told_the_reference(port, ours.ca, ours.issue("old", expired=True)),
            "plaintext": await told_the_reference(port, None),
        }
        await until(lambda: not server.connections)

    prefix = f"127.0.0.1:{port}: "
    assert {name: expected for name, (_, expected) in callers.items()} == {
        name: text.removeprefix(prefix) for name, text in heard.items()
    }
    assert {"right": "127.0.0.1"} == {name: text for name, text in reference.items() if text == "127.0.0.1"}


async def test_who_is_believed(ours: Authority, theirs: Authority) -> None:
    """A server's certificate is of the authority, holds, and is for the name that was called."""
    servers = {
        "right": (ours.issue("server"), ""),
        "of another authority": (theirs.issue("server"), "certificate verify failed"),
        "expired": (ours.issue("old", expired=True), "certificate has expired"),
        "for another host": (ours.issue("other", address="192.0.2.7"), "not valid for '127.0.0.1'"),
    }
    for pair, expected in servers.values():
        async with served(serving(pair)) as (_, port):
            said = await told(port, calling(ours.ca))

            assert expected in said
            assert bool(expected) is bool(said)


async def test_the_reference_as_the_server(ours: Authority, theirs: Authority) -> None:
    """Our channel and grpcio's server; it says what is wrong with a certificate, and the caller is told."""
    pair = ours.issue("server")
    server = grpc.aio.server()
    server.add_generic_rpc_handlers(HANDLERS)
    served_pair = [(pair.key.read_bytes(), pair.cert.read_bytes())]
    port = server.add_secure_port(
        "127.0.0.1:0",
        grpc.ssl_server_credentials(served_pair, ours.ca.read_bytes(), require_client_auth=True),
    )
    await server.start()
    try:
        right = await told(port, calling(ours.ca, ours.issue("client")))
        without = await told(port, calling(ours.ca))
        stranger = await told(port, calling(ours.ca, theirs.issue("client")))
        plaintext = await told(port, None)
    finally:
        await server.stop(0)

    assert "127.0.0.1" == right
    assert "the server hung up after the TLS handshake" in without
    assert "the server hung up after the TLS handshake" in stranger
    assert "it may want TLS" in plaintext


async def test_what_a_handshake_must_agree_on(ours: Authority) -> None:
    """TLS 1.3, and HTTP/2 by ALPN: whoever offers something else, or nothing, gets no connection."""
    old = calling(ours.ca)
    old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_2
    silent, other = (ssl.create_default_context(cafile=str(ours.ca)) for _ in range(2))
    other.set_alpn_protocols(["http/1.1"])
    async with served(serving(ours.issue("server"))) as (server, port):
        with pytest.raises(ConnectionResetError):
            await asyncio.open_connection("127.0.0.1", port, ssl=old)
        said: list[bytes] = []
        for context in (silent, other):
            reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
            writer.write(GREETING)
            async with asyncio.timeout(5):
                said.append(await reader.read(-1))
            writer.close()
        assert not server.connections
        with_ours = [await told(port, context) for context in (old, silent)]

    assert [b"", b""] == said
    assert "the server hung up during the TLS handshake" in with_ours[0]
    assert "the server does not speak HTTP/2" in with_ours[1]


async def test_servers_that_agree_on_something_else(ours: Authority) -> None:
    """A server of HTTP/1.1, one of plaintext, one that says nothing: each is told apart."""
    pair = ours.issue("server")
    secured = tls.server_context(ServerSettings(tls_cert=pair.cert, tls_key=pair.key), tls.HTTP_1)
    loop = asyncio.get_running_loop()
    http_1 = await loop.create_server(asyncio.Protocol, "127.0.0.1", 0, ssl=secured)
    silent = await loop.create_server(asyncio.Protocol, "127.0.0.1", 0)
    async with served(None) as (_, plaintext):
        ports = http_1.sockets[0].getsockname()[1], plaintext, silent.sockets[0].getsockname()[1]
        said = [await told(port, calling(ours.ca)) for port in ports]
    http_1.close()
    silent.close()

    assert "the server does not speak HTTP/2" in said[0]
    assert "WRONG_VERSION_NUMBER" in said[1]
    assert "no connection in time" in said[2]


@pytest.mark.parametrize("begun", [b"", b"\x16\x03\x01\x02\x00\x01\x00"], ids=["nothing", "half a hello"])
async def test_a_handshake_that_never_ends_is_cut_off(ours: Authority, begun: bytes) -> None:
    """After the time that a preface has, whatever the client began with."""
    async with served(serving(ours.issue("server")), seconds=0.3) as (server, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(begun)
        async with asyncio.timeout(5):
            said = await reader.read(-1)
        writer.close()

        assert b"" == said
        assert not server.connections


async def test_a_handshake_leaves_the_preface_no_more_time(ours: Authority) -> None:
    """Both together have one time, counted from the connection on."""
    async with served(serving(ours.issue("server")), seconds=60.0) as (server, port):
        transport, _ = await asyncio.get_running_loop().create_connection(
            asyncio.Protocol, "127.0.0.1", port, ssl=calling(ours.ca), server_hostname="127.0.0.1"
        )
        await until(lambda: bool(server.connections))
        (wire,) = server.connections
        wire.accepted -= 60.0  # as if the handshake had taken so long
        await until(lambda: not server.connections)
        transport.close()
