"""HTTP that is refused, and services on bad days."""

import asyncio
import gzip
import json
import socket
from typing import Any

import pytest

TWICE = [("authorization", "Bearer a"), ("authorization", "Bearer b")]


@pytest.mark.parametrize(
    ("verb", "path", "kwargs", "status", "reason"),
    [
        ("GET", "/nope", {}, 404, "ROUTE_NOT_FOUND"),
        ("GET", "/api/v1/feed/", {}, 404, "ROUTE_NOT_FOUND"),
        ("GET", "/api/v1/users/%ff", {}, 400, "MALFORMED_REQUEST"),
        ("PUT", "/api/v1/posts", {}, 405, "METHOD_NOT_ALLOWED"),
        ("TRACE", "/api/v1/posts", {}, 405, "METHOD_NOT_ALLOWED"),
        ("OPTIONS", "/nope", {}, 404, "ROUTE_NOT_FOUND"),
        ("POST", "/api/v1/posts", {"content": b"a=b"}, 400, "MALFORMED_REQUEST"),
        ("POST", "/api/v1/posts", {"data": {"a": "b"}}, 415, "UNSUPPORTED_MEDIA_TYPE"),
        ("POST", "/api/v1/posts", {"json": []}, 400, "MALFORMED_REQUEST"),
        ("POST", "/api/v1/posts", {"content": b'{"a":1,"a":1}'}, 400, "MALFORMED_REQUEST"),
        ("POST", "/api/v1/posts", {"content": gzip.compress(b"{}")}, 415, "UNSUPPORTED_MEDIA_TYPE"),
        (
            "POST",
            "/api/v1/posts",
            {"content": b"{}", "headers": {"content-encoding": "br"}},
            415,
            "UNSUPPORTED_MEDIA_TYPE",
        ),
        ("POST", "/api/v1/posts", {"content": b"\xef\xbb\xbf{}"}, 400, "MALFORMED_REQUEST"),
        ("PATCH", "/api/v1/users/me", {}, 400, "MALFORMED_REQUEST"),
        ("PATCH", "/api/v1/users/batch", {"json": {}}, 405, "METHOD_NOT_ALLOWED"),
        ("POST", "/api/v1/posts", {"content": b"x" * 2_000_000}, 413, "BODY_TOO_LARGE"),
        ("GET", "/api/v1/feed?limit=x", {}, 400, "MALFORMED_REQUEST"),
        (
            "GET",
            "/api/v1/feed",
            {"headers": TWICE},
            400,
            "MALFORMED_REQUEST",
        ),
        (
            "GET",
            "/api/v1/feed",
            {"headers": {"authorization": b"Bearer \xe4"}},
            400,
            "MALFORMED_REQUEST",
        ),
        ("GET", "/api/v1/feed", {"headers": {"authorization": "Basic x"}}, 401, "TOKEN_INVALID"),
        ("GET", "/api/v1/feed", {}, 401, "UNAUTHENTICATED"),
        ("POST", "/internal/feed/rebuild", {"json": {}}, 403, "PERMISSION_DENIED"),
        ("POST", "/internal/feed/rebuild", {"json": {}, "headers": {"x-admin-token": "guess"}}, 401, "TOKEN_INVALID"),
    ],
)
async def test_refused(verb: str, path: str, kwargs: Any, status: int, reason: str, stage: Any) -> None:
    """Each refusal is a problem with its own reason, never a fault of ours."""
    reply = await stage.edge.http.request(verb, path, **kwargs)

    assert (status, reason, "application/problem+json") == (
        reply.status_code,
        reply.json()["reason"],
        reply.headers["content-type"],
    )


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/api/v1/users/batch", "GET, HEAD, OPTIONS"),
        ("/api/v1/users/7", "GET, HEAD, PATCH, OPTIONS"),
        ("/docs", "GET, HEAD, OPTIONS"),
    ],
)
async def test_options_advertises_what_exists(path: str, allowed: str, stage: Any) -> None:
    """And no other method is served there."""
    reply = await stage.edge.http.options(path)
    others = {"GET", "POST", "PATCH", "PUT", "DELETE"} - set(allowed.split(", "))

    assert (204, allowed) == (reply.status_code, reply.headers["allow"])
    assert {405} == {(await stage.edge.http.request(verb, path, json={})).status_code for verb in others}


async def test_the_longest_text_is_taken_in_its_longest_spelling(stage: Any) -> None:
    """Twelve bytes for a character: libraries that write ASCII alone do so."""
    article = {
        "kind": "ARTICLE",
        "title": "\U0001f600" * 200,
        "content": "\U0001f600" * 120_000,
        "visibility": "PUBLIC",
    }
    body = json.dumps(article).encode()
    headers = stage.signed_in() | {"content-type": "application/json"}

    reply = await stage.edge.http.post("/api/v1/posts", content=body, headers=headers)

    assert (200, True) == (reply.status_code, len(body) > 1024 * 1024)


async def test_a_byte_order_mark_is_named(stage: Any) -> None:
    """Editors write it where nobody sees it."""
    reply = await stage.edge.http.post("/api/v1/posts", content=b"\xef\xbb\xbf{}")

    assert "byte order mark" in reply.json()["detail"]


async def test_the_operator_gets_in(stage: Any) -> None:
    """The admin token is passed on; this service has no such method yet."""
    reply = await stage.edge.http.post(
        "/internal/feed/rebuild",
        json={"userId": "0190f5e4-7b1c-7def-8abc-0123456789ab"},
        headers=dict(stage.identity.admin_metadata()),
    )

    assert (501, "UNIMPLEMENTED") == (reply.status_code, reply.json()["reason"])


async def test_a_fault_inside_tells_nothing(stage: Any) -> None:
    """The caller learns the request id, and whom to give it to."""
    headers = stage.signed_in() | {"x-request-id": "my-id"}

    reply = await stage.edge.http.post("/api/v1/posts", json={"content": "break"}, headers=headers)

    assert (500, "INTERNAL", "my-id") == (reply.status_code, reply.json()["reason"], reply.json()["requestId"])
    assert (True, False) == ("my-id" in reply.json()["detail"], "secret" in reply.text)


@pytest.mark.parametrize(("limit", "status", "after"), [(97, 503, "7"), (96, 429, "2")])
async def test_callers_learn_when_to_come_back(limit: int, status: int, after: str, stage: Any) -> None:
    """RetryInfo becomes Retry-After."""
    reply = await stage.edge.http.get(f"/api/v1/feed?limit={limit}", headers=stage.signed_in())

    assert (status, after, int(after)) == (reply.status_code, reply.headers["retry-after"], reply.json()["retryAfter"])


async def test_a_reused_key_is_422(stage: Any) -> None:
    """The one precondition with a status of its own."""
    reply = await stage.edge.http.post(
        "/api/v1/posts", json={"content": "x"}, headers=stage.signed_in() | {"idempotency-key": "reused"}
    )

    assert (422, "IDEMPOTENCY_KEY_REUSED") == (reply.status_code, reply.json()["reason"])


async def test_services_are_told_who_called(stage: Any) -> None:
    """The client's address by the edge's word, its key and trace by its own; nothing it makes up about the mesh."""
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"
    headers = stage.signed_in() | {
        "x-guild-client-address": "6.6.6.6",
        "x-forwarded-for": "6.6.6.6",
        "traceparent": trace,
    }

    reply = await stage.edge.http.get("/api/v1/feed", headers=headers)

    assert ("127.0.0.1", trace, trace) == (
        stage.sample.address,
        stage.sample.metadata["traceparent"],
        reply.headers["traceparent"],
    )


async def test_consistency_tokens_go_both_ways(stage: Any) -> None:
    """A write answers one, a read sends one."""
    headers = stage.signed_in() | {"guild-consistency-token": "token-1"}

    reply = await stage.edge.http.post("/api/v1/posts", json={"content": "x"}, headers=headers)

    assert ("token-1", "token-2") == (
        stage.sample.metadata["guild-consistency-token"],
        reply.headers["guild-consistency-token"],
    )


async def test_a_client_that_leaves_ends_its_call(stage: Any) -> None:
    """Nobody works for nobody."""
    request = stage.edge.http.get("/api/v1/feed?limit=99", headers=stage.signed_in())
    calling = asyncio.create_task(request)
    await stage.sample.entered.wait()

    calling.cancel()

    async with asyncio.timeout(5):
        await stage.sample.cancelled.wait()


async def test_a_call_ends_at_the_policys_deadline(stage: Any) -> None:
    """A reader waits two seconds and no longer."""
    reply = await stage.edge.http.get("/api/v1/feed?limit=99", headers=stage.signed_in())

    assert (504, "DEADLINE_EXCEEDED") == (reply.status_code, reply.json()["reason"])


async def test_many_requests_at_once(stage: Any) -> None:
    """Answers do not get mixed up."""
    headers = stage.signed_in()
    posts = ({"content": str(number)} for number in range(50))

    replies = await asyncio.gather(
        *(stage.edge.http.post("/api/v1/posts", json=post, headers=headers) for post in posts)
    )

    assert [str(number) for number in range(50)] == [reply.json()["post"]["content"] for reply in replies]


async def test_head_is_get_without_its_body(stage: Any) -> None:
    """With the length the body would have."""
    headers = stage.signed_in()
    got, head = [await stage.edge.http.request(verb, "/api/v1/feed", headers=headers) for verb in ("GET", "HEAD")]

    assert (200, got.headers["content-length"], b"") == (head.status_code, head.headers["content-length"], head.content)


async def raw(stage: Any, sent: bytes) -> bytes:
    """Send bytes, return what comes until the edge closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", stage.edge.app.ports["http"])
    writer.write(sent)
    try:
        async with asyncio.timeout(20):
            return await reader.read()
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


async def test_a_head_has_a_bound(stage: Any) -> None:
    """Endless headers are cut off with 431."""
    answer = await raw(stage, b"GET /healthz HTTP/1.1\r\n" + b"a: " + b"x" * 40_000 + b"\r\n" * 2)

    assert b"431" in answer.split(b"\r\n")[0]


async def test_a_head_has_its_time(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that says nothing, or half a word, is closed."""
    monkeypatch.setattr("edge.http_protocol.HEAD_SECONDS", 0.1)

    assert (b"", b"") == (await raw(stage, b""), await raw(stage, b"GET /healthz HTTP/1.1\r\na"))


@pytest.mark.parametrize("sent", [b"\x00\x01\x02\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n"])
async def test_what_is_no_http_is_400(sent: bytes, stage: Any) -> None:
    """And the connection ends there."""
    assert b"400" in (await raw(stage, sent)).split(b"\r\n")[0]


async def test_a_body_that_stops_does_not_hold_the_edge(stage: Any) -> None:
    """A client that leaves in the midst of its body is forgotten; others are served."""
    with socket.create_connection(("127.0.0.1", stage.edge.app.ports["http"])) as half:
        half.sendall(b"POST /api/v1/posts HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{")
    reply = await stage.edge.http.get("/healthz")

    assert 200 == reply.status_code
