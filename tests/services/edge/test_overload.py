"""More requests than can be answered in time: refused at once, or dropped where nobody waits any more."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from prometheus_client import REGISTRY

from mesh.limits.adaptive_limit import AdaptiveLimit
from mesh.settings import ServerSettings
from mesh.testing import TestIdentity
from mesh.testing.waiting import wait_for

from .conftest import Stage, staged

FEED = b"GET /api/v1/feed?limit=%d HTTP/1.1\r\nhost:x\r\nauthorization:%s\r\ntraceparent:00-%032x-%016x-00\r\n\r\n"


def read(stage: Stage, limit: int, trace: int = 1) -> bytes:
    """A request for a feed by a member."""
    return FEED % (limit, stage.signed_in()["authorization"].encode(), trace, 1)


def left() -> float:
    """How many requests were dropped because their clients had left."""
    return REGISTRY.get_sample_value("guild_edge_refused_total", {"why": "left"}) or 0.0


@pytest_asyncio.fixture
async def full(identity: TestIdentity) -> AsyncIterator[Stage]:
    """An edge that has no place for any call."""
    async with staged(identity, "wire", server=ServerSettings(max_calls=0)) as stage:
        yield stage


@pytest_asyncio.fixture
async def narrow(identity: TestIdentity, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    """An edge that works on one call at a time; the others wait."""
    monkeypatch.setattr("mesh.limits.adaptive_limit.START", 1.0)
    async with staged(identity, "wire") as stage:
        yield stage


async def test_a_refusal_says_when_to_come_back(full: Stage) -> None:
    """In a problem like any other, without a body for HEAD; the edge's own pages are served."""
    got = await full.edge.http.get("/api/v1/feed", headers=full.signed_in())
    head = await full.edge.http.head("/api/v1/feed", headers=full.signed_in())
    alive = await full.edge.http.get("/healthz")

    assert (503, "1", "OVERLOADED") == (got.status_code, got.headers["retry-after"], got.json()["reason"])
    assert "application/problem+json" == got.headers["content-type"]
    assert (503, b"", got.headers["content-length"]) == (head.status_code, head.content, head.headers["content-length"])
    assert (200, {}) == (alive.status_code, full.sample.metadata)


async def test_what_its_service_would_refuse_does_not_begin(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is refused as at the door, in bytes that no request has a part in, and takes no place there."""
    monkeypatch.setattr("mesh.limits.throttle.Throttle.holds_back", lambda _: True)

    got = await stage.edge.http.get("/api/v1/feed", headers=stage.signed_in())

    assert (503, "OVERLOADED", False) == (got.status_code, got.json()["reason"], "requestId" in got.json())
    assert {} == stage.sample.metadata


async def test_what_a_service_refuses_says_nothing_of_work(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is told of answers, the client's own mistakes among them."""
    told: list[float] = []
    monkeypatch.setattr(AdaptiveLimit, "ended", lambda _limit, _now, taken, *_: told.append(taken))
    monkeypatch.setattr("mesh.limits.door.MEANT_OF_POLICY", (10.0, 10.0))  # nothing is late here

    async def ask(limit: int) -> tuple[int, bool]:
        """The status, and whether the edge told of it, or the service, which has a door of its own here."""
        told.clear()
        got = await stage.edge.http.get(f"/api/v1/feed?limit={limit}", headers=stage.signed_in())
        return got.status_code, bool(told)

    assert [(503, False), (429, True), (200, True)] == [await ask(97), await ask(96), await ask(5)]


async def test_a_refused_connection_is_kept(full: Stage) -> None:
    """What comes of a body is forgotten, what is asked behind it is answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", full.edge.app.ports["http"])
    body = b'{"content":"' + b"x" * 100_000 + b'"}'
    writer.write(b"POST /api/v1/posts HTTP/1.1\r\nhost:x\r\ncontent-length:%d\r\n\r\n%s" % (len(body), body))
    writer.write(read(full, 5) * 20 + b"GET /healthz HTTP/1.1\r\nhost:x\r\nconnection:close\r\n\r\n")
    async with asyncio.timeout(10):
        answers = await reader.read()
    writer.close()

    assert (21, 1) == (answers.count(b"HTTP/1.1 503"), answers.count(b"HTTP/1.1 200"))


async def test_a_refused_body_that_was_not_asked_for_ends_the_connection(full: Stage) -> None:
    """Whether it comes nobody knows."""
    reader, writer = await asyncio.open_connection("127.0.0.1", full.edge.app.ports["http"])
    writer.write(b"POST /api/v1/posts HTTP/1.1\r\nhost:x\r\ncontent-length:9\r\nexpect:100-continue\r\n\r\n")
    async with asyncio.timeout(10):
        answer = await reader.read()
    writer.close()

    assert (b"HTTP/1.1 503", True) == (answer[:12], b"\r\nconnection: close\r\n" in answer)


async def test_a_body_is_asked_for(stage: Stage) -> None:
    """A client that waits for a word before it sends its body gets it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", stage.edge.app.ports["http"])
    token = stage.signed_in()["authorization"].encode()
    writer.write(
        b"POST /api/v1/posts HTTP/1.1\r\nhost:x\r\nconnection:close\r\nauthorization:%s\r\ncontent-length:15\r\n"
        b"expect:100-continue\r\n\r\n" % token
    )
    async with asyncio.timeout(10):
        asked = await reader.readuntil(b"\r\n\r\n")
        writer.write(b'{"content":"a"}')
        answer = await reader.read()
    writer.close()

    assert (b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 200") == (asked, answer[:12])


async def test_a_slow_body_costs_nobody_a_place(narrow: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where one request is worked on at a time, others are served while a client takes its time to send a body."""
    told: list[float] = []
    reader, writer = await asyncio.open_connection("127.0.0.1", narrow.edge.app.ports["http"])
    token = narrow.signed_in()["authorization"].encode()
    writer.write(
        b"POST /api/v1/posts HTTP/1.1\r\nhost:x\r\nconnection:close\r\nauthorization:%s\r\ncontent-length:15\r\n"
        b"expect:100-continue\r\n\r\n" % token
    )
    async with asyncio.timeout(10):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b'{"content"')
        others = [await narrow.edge.http.get("/api/v1/feed?limit=5", headers=narrow.signed_in()) for _ in range(3)]
        monkeypatch.setattr(AdaptiveLimit, "ended", lambda _limit, _now, taken, *_: told.append(taken))
        writer.write(b':"a"}')
        answer = await reader.read()
    writer.close()

    assert [200] * 3 == [other.status_code for other in others]
    assert b"HTTP/1.1 200" == answer[:12]
    assert told


async def test_who_leaves_at_the_door_is_not_served(narrow: Stage) -> None:
    """A request whose client closed while it waited never begins; the next one does."""
    port = narrow.edge.app.ports["http"]
    _, working = await asyncio.open_connection("127.0.0.1", port)
    working.write(read(narrow, 99))
    await narrow.sample.entered.wait()
    _, impatient = await asyncio.open_connection("127.0.0.1", port)
    impatient.write(read(narrow, 5, trace=2))
    await wait_for(lambda: REGISTRY.get_sample_value("guild_rpc_server_waiting"))
    impatient.close()
    await impatient.wait_closed()
    working.close()
    async with asyncio.timeout(10):
        await narrow.sample.cancelled.wait()
        reply = await narrow.edge.http.get("/api/v1/feed", headers=narrow.signed_in() | {"traceparent": ""})

    assert 200 == reply.status_code
    assert f"{2:032x}" not in narrow.sample.metadata["traceparent"]


async def test_a_late_loop_looks_whether_a_client_still_waits(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that asked and closed while the loop was busy is dropped; one that waits is answered."""
    monkeypatch.setattr("edge.http.LATE_SECONDS", -1.0)
    before = left()
    with socket.create_connection(("127.0.0.1", stage.edge.app.ports["http"])) as client:
        client.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(client, b"GET /healthz HTTP/1.1\r\nhost:x\r\n\r\n")
        answered = await loop.sock_recv(client, 4096)
        client.send(read(stage, 5))  # and closes, before the loop turns
    await wait_for(lambda: left() > before)

    assert (b"HTTP/1.1 200", {}) == (answered[:12], stage.sample.metadata)
