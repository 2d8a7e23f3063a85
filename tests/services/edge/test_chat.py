"""Chat over WebSocket."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from edge.chat_stream import MAX_MALFORMED
from mesh.settings import Engine
from mesh.testing.waiting import wait_for

from .conftest import staged


@asynccontextmanager
async def chat(stage: Any, **options: Any) -> AsyncIterator[ClientConnection]:
    """A socket of a member, unless `options` say otherwise."""
    options.setdefault("additional_headers", stage.signed_in())
    async with connect(stage.edge.ws_url, **options) as socket:
        yield socket


async def tell(socket: ClientConnection, **frame: Any) -> None:
    await socket.send(json.dumps(frame))


async def hear(socket: ClientConnection) -> Any:
    async with asyncio.timeout(10):
        return json.loads(await socket.recv())


async def closed(socket: ClientConnection) -> tuple[int, str]:
    """Wait for the close; return its code and reason."""
    try:
        async with asyncio.timeout(10):
            while True:
                await socket.recv()
    except ConnectionClosed:
        return socket.close_code or 0, socket.close_reason or ""


async def test_frames_are_translated(stage: Any) -> None:
    """Both ways, 64-bit integers as text."""
    async with chat(stage) as socket:
        await tell(socket, hello={})
        welcome = await hear(socket)
        await tell(socket, send={"clientMessageId": "c1", "to": "x", "content": "hi"})
        ack = await hear(socket)
        await tell(socket, ping={})

        assert {"welcome"} == welcome.keys()
        assert ("c1", str(2**40)) == (ack["ack"]["clientMessageId"], ack["ack"]["sequence"])
        assert {"pong": {}} == await hear(socket)


async def test_a_sub_protocol_signs_in(stage: Any) -> None:
    """Browsers cannot set headers; what they offer is echoed, as the protocol asks."""
    offered = f"guild.bearer.{stage.identity.sign_in().token}"
    async with chat(stage, additional_headers={}, subprotocols=[offered]) as socket:
        await tell(socket, hello={})

        assert (offered, {"welcome"}) == (socket.subprotocol, (await hear(socket)).keys())


async def test_a_first_frame_signs_in(stage: Any) -> None:
    """For clients that can do neither."""
    async with chat(stage, additional_headers={}) as socket:
        await tell(socket, auth={"token": stage.identity.sign_in().token})
        await tell(socket, hello={})

        assert {"welcome"} == (await hear(socket)).keys()


@pytest.mark.parametrize(
    "first", ['{"hello":{}}', '{"auth":{}}', '{"auth":{"token":5}}', "nonsense", '{"auth":{"token":"\\u00e4"}}']
)
async def test_who_does_not_sign_in_is_let_go(first: str, stage: Any) -> None:
    """With an error frame that says how to."""
    async with chat(stage, additional_headers={}) as socket:
        await socket.send(first)
        error = await hear(socket)

        assert 16 == error["error"]["status"]["code"]
        assert (1008, "UNAUTHENTICATED") == await closed(socket)


async def test_the_plain_form_is_spoken_too(stage: Any) -> None:
    """`{"type": …}` with everything beside it; who sends such a frame gets such answers, and needs no hello."""
    async with chat(stage, additional_headers={}) as socket:
        await tell(socket, type="auth", token=stage.identity.sign_in().token)
        welcome = await hear(socket)
        await tell(socket, type="message", id="c1", to="x", content="hi")
        ack = await hear(socket)
        await tell(socket, type="message", to="x", content=5, id="c2")
        wrong = await hear(socket)
        await tell(socket, type="message", to="x", content="no id")
        unnamed = await hear(socket)
        await tell(socket, type=5)
        nonsense = await hear(socket)
        await tell(socket, type="ping")
        pong = await hear(socket)
        await tell(socket, type="message", id="c3", to="x", content="fail")
        failed = await hear(socket)

    assert "welcome" == welcome["type"]
    assert ("ack", "c1", str(2**40)) == (ack["type"], ack["id"], ack["sequence"])
    assert ("error", "c2", "MALFORMED_REQUEST") == (wrong["type"], wrong["id"], wrong["reason"])
    assert (36, "error", {"type": "pong"}) == (len(unnamed["id"]), nonsense["type"], pong)
    assert {"type": "error", "reason": "FAILED_PRECONDITION", "message": "not like this"} == failed


@pytest.mark.parametrize("first", ['{"type":"auth"}', '{"type":"message","to":"x","content":"hi"}'])
async def test_who_does_not_sign_in_hears_so_in_plain_form(first: str, stage: Any) -> None:
    """In the form that was spoken."""
    async with chat(stage, additional_headers={}) as socket:
        await socket.send(first)
        error = await hear(socket)

    assert ("error", "UNAUTHENTICATED") == (error["type"], error["reason"])


@pytest.mark.parametrize(
    ("beside", "reason"),
    [({"resume": {}}, ""), ({"nope": 1}, "MALFORMED_REQUEST"), ({"resume": 5}, "MALFORMED_REQUEST")],
)
async def test_signing_in_plainly_may_resume(beside: dict[str, Any], reason: str, stage: Any) -> None:
    """There is no hello in that form: what it would say stands beside the token."""
    async with chat(stage, additional_headers={}) as socket:
        await tell(socket, type="auth", token=stage.identity.sign_in().token, **beside)

        assert reason == (await hear(socket)).get("reason", "")


async def test_who_says_nothing_is_let_go(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """After its time to sign in."""
    monkeypatch.setattr("edge.websocket.AUTH_SECONDS", 0.05)
    async with chat(stage, additional_headers={}) as socket:
        assert (1008, "UNAUTHENTICATED") == await closed(socket)


async def test_a_wrong_token_is_refused_by_the_service(stage: Any) -> None:
    """Its failure comes as an error frame with all its details."""
    async with chat(stage, additional_headers={"authorization": "Bearer wrong"}) as socket:
        error = (await hear(socket))["error"]["status"]

        assert (16, "TOKEN_INVALID") == (error["code"], error["details"][0]["reason"])
        assert (1008, "TOKEN_INVALID") == await closed(socket)


@pytest.mark.parametrize(
    "frame", ["{", "[]", '{"nope":{}}', '{"send":{"content":5}}', '{"ping":{},"hello":{}}', b"\x00"]
)
async def test_a_malformed_frame_leaves_the_stream_open(frame: str | bytes, stage: Any) -> None:
    """It is answered by an error frame."""
    async with chat(stage) as socket:
        await socket.send(frame)
        error = await hear(socket)
        await tell(socket, ping={})

        assert 3 == error["error"]["status"]["code"]
        assert {"pong": {}} == await hear(socket)


async def test_a_refused_send_names_itself(stage: Any) -> None:
    """Clients find what it was by their own id."""
    async with chat(stage) as socket:
        await tell(socket, send={"clientMessageId": "c7", "content": 5})

        assert "c7" == (await hear(socket))["error"]["clientMessageId"]


async def test_malformed_frames_are_bounded(stage: Any) -> None:
    """A client that only sends nonsense is let go."""
    async with chat(stage) as socket:
        for _ in range(MAX_MALFORMED):
            await socket.send("{")

        assert (1008, "TOO_MANY_MALFORMED_FRAMES") == await closed(socket)


async def test_an_oversized_frame_is_1009(stage: Any) -> None:
    """Nothing of it reaches the service."""
    async with chat(stage) as socket:
        await socket.send("x" * 300_000)

        assert 1009 == (await closed(socket))[0]
        assert [] == stage.sample.frames


@pytest.mark.parametrize(
    ("content", "code", "reason"),
    [
        ("goaway", 1013, "SLOW_READER"),
        ("end", 1000, ""),
        ("fail", 1008, "FAILED_PRECONDITION"),
        ("internal", 1011, "INTERNAL"),
    ],
)
async def test_how_the_stream_ends_is_how_the_socket_closes(content: str, code: int, reason: str, stage: Any) -> None:
    """Each end of the stream has a close code of its own."""
    async with chat(stage) as socket:
        await tell(socket, send={"clientMessageId": "1", "to": "x", "content": content})

        assert (code, reason) == await closed(socket)


async def test_a_client_that_leaves_ends_its_stream(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a moment for what it sent last."""
    monkeypatch.setattr("edge.chat_stream.LAST_WORDS_SECONDS", 0.05)
    async with chat(stage) as socket:
        await tell(socket, send={"clientMessageId": "1", "to": "x", "content": "last words"})

    await wait_for(lambda: any(frame.send.content == "last words" for frame in stage.sample.frames))


async def test_a_slow_reader_stops_the_service(stage: Any) -> None:
    """Nothing is piled up for it in the edge: the service itself has to wait."""
    async with connect(stage.edge.ws_url, additional_headers=stage.signed_in(), max_queue=1) as socket:
        await tell(socket, send={"clientMessageId": "1", "to": "x", "content": "flood"})
        await wait_for(lambda: stage.sample.flood > 0)

        with pytest.raises(AssertionError, match="still"):  # it never gets to its end
            await wait_for(lambda: stage.sample.flood == 19_999, timeout=2.0)
        socket.transport.abort()


async def test_other_paths_are_404(stage: Any) -> None:
    """A handshake is refused as a request would be."""
    with pytest.raises(InvalidStatus) as caught:
        async with connect(stage.edge.ws_url + "x"):
            pass

    assert (404, "ROUTE_NOT_FOUND") == (
        caught.value.response.status_code,
        json.loads(caught.value.response.body or b"")["reason"],
    )


async def test_open_sockets_of_an_address_are_bounded(identity: Any, engine: Engine) -> None:
    """One more is refused before it is open."""
    async with staged(identity, engine, edge={"streams_per_address": 1}) as stage, chat(stage):
        with pytest.raises(InvalidStatus) as caught:
            async with chat(stage):
                pass

    assert 429 == caught.value.response.status_code


async def test_an_edge_that_stops_sends_clients_elsewhere(identity: Any, engine: Engine) -> None:
    """With a goaway that says when to come back, and the close code of a restart."""
    async with staged(identity, engine) as stage, chat(stage) as socket:
        await tell(socket, hello={})
        await hear(socket)

        await stage.edge.app.drain()

        goaway = (await hear(socket))["goaway"]
        assert ("SHUTDOWN", (1012, "SHUTDOWN")) == (goaway["reason"], await closed(socket))
        assert goaway["reconnectAfter"].endswith("s")
        async with chat(stage) as late:
            assert {"goaway"} == (await hear(late)).keys()


async def test_a_service_that_is_down_sends_clients_away(identity: Any, engine: Engine) -> None:
    """They come back by themselves."""
    async with staged(identity, engine, messaging_address="127.0.0.1:1") as stage:
        for _ in range(25):  # the last ones are refused by the circuit that the first ones opened
            async with chat(stage) as socket:
                assert {"goaway"} == (await hear(socket)).keys()
                assert 1012 == (await closed(socket))[0]


async def test_pongs_that_nobody_reads_are_bounded(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that asks for pongs and reads none is cut off."""
    monkeypatch.setattr("edge.websocket_protocol.MAX_UNREAD_BYTES", 10_000)
    monkeypatch.setattr("edge.websocket_protocol.FRAMES_PER_SECOND", 1e9)
    reader, writer = await asyncio.open_connection("127.0.0.1", stage.edge.app.ports["http"], limit=4096)
    token = stage.identity.sign_in().token
    handshake = (
        f"GET /ws HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nauthorization: Bearer {token}\r\n"
        "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    writer.write(handshake.encode())
    assert (await reader.readline()).startswith(b"HTTP/1.1 101")

    ping = b"\x89\xfd" + b"\x00" * 4 + b"x" * 125  # masked with zeros

    async def flood() -> None:
        while True:
            writer.write(ping * 1000)
            await writer.drain()

    with pytest.raises(ConnectionError):
        await asyncio.wait_for(flood(), timeout=30)
    writer.close()
