"""The edge with certificates: outside, and towards the services behind it."""

import json
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest
from websockets.asyncio.client import connect

from edge.app import build as build_edge
from edge.config import Config, EdgeSettings
from guild.feed.v1 import feed_service_pb2
from guild.feed.v1.feed_service_pb2_grpc import FeedServiceStub
from mesh.embedded import free_port
from mesh.lifecycle import App
from mesh.settings import Engine, PeerSettings, RpcSettings, ServerSettings
from mesh.testing import Authority, TestIdentity

from .sample import Sample, serve


@dataclass(frozen=True)
class Secured:
    """A running edge, what trusts its certificate, a member."""

    app: App
    public: Authority
    headers: dict[str, str]

    def https(self, trusted: Authority | None = None) -> httpx.AsyncClient:
        context = ssl.create_default_context(cafile=str((trusted or self.public).ca))
        return httpx.AsyncClient(base_url=f"https://127.0.0.1:{self.app.ports['http']}", verify=context)


def given(authority: Authority, name: str, client_ca: Path | None = None) -> ServerSettings:
    pair = authority.issue(name)
    return ServerSettings(tls_cert=pair.cert, tls_key=pair.key, tls_client_ca=client_ca)


@asynccontextmanager
async def _secured(
    engine: Engine, folder: Path, identity: TestIdentity, *, client: bool = True, client_ca: bool = False
) -> AsyncIterator[Secured]:
    """An edge with a public certificate before services that want certificates of the mesh's own authority.

    Without `client` the edge has none to show them; with `client_ca` its own clients need one too.
    """
    inside, public = Authority(folder / "inside"), Authority(folder / "public")
    pair = inside.issue("edge")
    peers = PeerSettings(inside.ca, pair.cert, pair.key) if client else PeerSettings(inside.ca)
    server = serve(Sample(), identity, engine, settings=given(inside, "feed", inside.ca))
    await server.start()
    config = Config(
        rpc=RpcSettings(engine),
        edge=EdgeSettings(http_port=free_port(), grpc_port=free_port()),
        server=given(public, "outside", public.ca if client_ca else None),
        peers=peers,
        auth=identity.settings,
        **{f"{name}_address": server.address for name in ("profile", "feed", "messaging", "jobs")},
    )
    try:
        async with build_edge(config) as app:
            yield Secured(app, public, {"authorization": f"Bearer {identity.sign_in().token}"})
    finally:
        await server.stop()


Secure = Callable[..., AbstractAsyncContextManager[Secured]]


@pytest.fixture
def secured(engine: Engine) -> Secure:
    """Runs such an edge on either engine for the length of a block."""
    return partial(_secured, engine)


async def test_every_way_in_is_secured(secured: Secure, tmp_path: Path, identity: TestIdentity) -> None:
    """REST, WebSocket and gRPC answer over TLS, calls go on over mutual TLS, and health stays plaintext."""
    async with secured(tmp_path, identity) as edge:
        trusted = ssl.create_default_context(cafile=str(edge.public.ca))
        async with edge.https() as client:
            feed = await client.get("/api/v1/feed", headers=edge.headers)
        url = f"wss://127.0.0.1:{edge.app.ports['http']}/ws"
        async with connect(url, ssl=trusted, additional_headers=edge.headers) as chat:
            await chat.send(json.dumps({"hello": {}}))
            welcome: Any = json.loads(await chat.recv())
            version = chat.transport.get_extra_info("ssl_object").version()
        credentials = grpc.ssl_channel_credentials(edge.public.ca.read_bytes())
        async with grpc.aio.secure_channel(f"127.0.0.1:{edge.app.ports['grpc']}", credentials) as channel:
            metadata = tuple(edge.headers.items())
            reply = await FeedServiceStub(channel).GetFeed(feed_service_pb2.GetFeedRequest(), metadata=metadata)
        async with httpx.AsyncClient() as plain:
            ready = await plain.get(f"http://127.0.0.1:{edge.app.ports['admin']}/readyz")

    assert 200 == feed.status_code
    assert ["welcome"] == list(welcome)
    assert "TLSv1.3" == version
    assert 1 == len(reply.items)
    assert 200 == ready.status_code


async def test_plaintext_and_strangers_get_nothing(secured: Secure, tmp_path: Path, identity: TestIdentity) -> None:
    """A client that speaks no TLS is not answered, one that trusts another authority does not go on."""
    async with secured(tmp_path, identity) as edge:
        async with httpx.AsyncClient() as plain:
            with pytest.raises(httpx.TransportError):
                await plain.get(f"http://127.0.0.1:{edge.app.ports['http']}/healthz")
        async with edge.https(Authority(tmp_path / "strange")) as client:
            with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
                await client.get("/healthz")
        async with edge.https() as client:
            assert 200 == (await client.get("/healthz")).status_code


async def test_services_refuse_an_edge_without_a_certificate(
    secured: Secure, tmp_path: Path, identity: TestIdentity
) -> None:
    """The client is told that the service cannot be reached, in the form of every problem."""
    async with secured(tmp_path, identity, client=False) as edge, edge.https() as client:
        answer = await client.get("/api/v1/feed", headers=edge.headers)

    assert (503, "application/problem+json") == (answer.status_code, answer.headers["content-type"])


async def test_clients_may_be_asked_for_certificates(secured: Secure, tmp_path: Path, identity: TestIdentity) -> None:
    """With a client CA, HTTP without a certificate of it is refused and with one is served."""
    async with secured(tmp_path, identity, client_ca=True) as edge:
        async with edge.https() as client:
            with pytest.raises(httpx.TransportError):
                await client.get("/healthz")
        pair = edge.public.issue("partner")
        context = ssl.create_default_context(cafile=str(edge.public.ca))
        context.load_cert_chain(pair.cert, pair.key)
        base = f"https://127.0.0.1:{edge.app.ports['http']}"
        async with httpx.AsyncClient(base_url=base, verify=context) as client:
            assert 200 == (await client.get("/healthz")).status_code


async def test_a_new_certificate_is_served_without_a_restart(
    secured: Secure, tmp_path: Path, identity: TestIdentity, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the files were replaced, new connections see the new certificate."""
    monkeypatch.setattr("mesh.tls.CHECK_SECONDS", 0.0)
    async with secured(tmp_path, identity) as edge:
        seen: list[bytes] = []
        for _ in range(2):
            async with edge.https() as client, client.stream("GET", "/healthz") as answer:
                connection = answer.extensions["network_stream"].get_extra_info("ssl_object")
                seen.append(connection.getpeercert(binary_form=True))
            edge.public.issue("outside")

    assert seen[0] != seen[1]
