"""Requests of any shape, at every route and method of the contract: none is a fault of ours, none ends a connection."""

import asyncio
import contextlib
import itertools
import json
import random
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode
from uuid import uuid4

import grpc
import httpx
import orjson
import pytest
import pytest_asyncio
from google.protobuf.descriptor import Descriptor, FieldDescriptor

from edge.contract import load_contract
from edge.routes import Route, routes_of
from mesh.contract import MethodSpec
from mesh.settings import Engine

SEED = 20_261_122
PASSWORD = "a long enough password"
METHODS = load_contract().public
ROUTES = tuple(routes_of(METHODS))
PEOPLE = 12
AT_ONCE = 8
BUSY = frozenset({503, 504})
"""What a machine that does too much at once answers: such a request is asked again, alone."""

TEXTS = (
    "", " ", "\0", "a\0b", "x" * 300, "x" * 70_000, "\u202e\u200b\ufeff", "🙂" * 90, "é\u0301" * 40, "\x01\x1b[31m",
    "' OR 1=1 --", "%00", "../../etc/passwd", "${jndi:ldap://x}", "\ud7ff\uffff", "NaN", "null", "-1", "\\", "%_%",
)  # fmt: skip
NUMBERS = (0, -1, 1, 2**31 - 1, 2**31, -(2**31) - 1, 2**53, 2**63 - 1, 2**63, 2**70, -(2**63), 1.5, 1e308, "1", "1e3")
MOMENTS = (
    "2026-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z", "10000-01-01T00:00:00Z",
    "0000-00-00T00:00:00Z", "2026-13-40T99:99:99Z", "2026-01-01T00:00:00+99:99", "-1", "",
)  # fmt: skip
WRONG = (None, True, [], {}, [[]], [None], {"": ""}, {"@type": "x"}, 7, "x", ["x"] * 300, [{}] * 50)
MADE_UP_ID = "0190f5e4-7b1c-7def-8abc-0123456789ab"
BODIES = (
    b"", b"{", b"[]", b"null", b"\xff\xfe{}", b'{"a":1,"a":2}', b'{"email":"a@b.c","email":"d@e.f"}', b"[" * 90_000,
    b'{"a":' * 5_000 + b"1" + b"}" * 5_000, b'"\\ud800"', b'{"content":"\\ud800"}', b'{"\\u0000":1}', b"NaN",
    b"1e999999", b"{}" * 2, b"\0", b"--x\r\n\r\n", b'{"userId":"' + b"x" * 200_000 + b'"}',
)  # fmt: skip
TYPES = ("application/json", "application/json; charset=utf-16", "text/plain", "multipart/form-data; boundary=x", "é/")


@pytest.fixture(scope="module")
def engine() -> Engine:
    """One engine: what is made up here meets the concerns and the services, which both engines share."""
    return "wire"


@dataclass(frozen=True)
class Things:
    """What exists, by the name of the field that names it, and who may ask."""

    tokens: list[str]
    ids: dict[str, list[str]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def things(mesh: Any) -> AsyncIterator[Things]:
    """A small network in which made-up requests meet something."""

    async def join(client: httpx.AsyncClient) -> tuple[str, str]:
        body = {"email": f"{uuid4()}@example.com", "password": PASSWORD, "name": "Mallory"}
        reply = (await client.post("/api/v1/auth/register", json=body)).json()
        return reply["user"]["id"], reply["accessToken"]

    async with mesh.client() as anyone:
        people = [await join(anyone) for _ in range(PEOPLE)]
    (ann, ann_token), (bob, bob_token) = people[:2]

    async def post(token: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        async with mesh.client(token) as client:
            reply = await client.post(path, json=body)
        assert 200 == reply.status_code, reply.text
        return reply.json()

    await post(ann_token, "/api/v1/connections/request", {"userId": bob})
    await post(bob_token, "/api/v1/connections/accept", {"userId": ann})
    written = (await post(ann_token, "/api/v1/posts", {"content": "Hello", "visibility": "PUBLIC"}))["post"]["id"]
    comment = await post(bob_token, f"/api/v1/posts/{written}/comments", {"content": "Hi"})
    message = (await post(ann_token, "/api/v1/messages", {"to": bob, "clientMessageId": str(uuid4()), "content": "x"}))[
        "message"
    ]
    company = (await post(ann_token, "/api/v1/companies", {"company": {"name": f"Guild {uuid4()}"}}))["company"]["id"]
    job = await post(
        ann_token, "/api/v1/jobs", {"job": {"companyId": company, "title": "Baker", "description": "Bakes."}}
    )
    yield Things(
        tokens=[token for _, token in people],
        ids={
            "user_id": [one for one, _ in people],
            "to": [bob, ann],
            "post_id": [written],
            "comment_id": [comment["comment"]["id"]],
            "parent_id": [comment["comment"]["id"]],
            "conversation_id": [message["conversationId"]],
            "message_id": [message["id"]],
            "client_message_id": [str(uuid4()) for _ in range(5)],
            "company_id": [company],
            "job_id": [job["job"]["id"]],
        },
    )


@dataclass(frozen=True)
class Maker:
    """Makes up requests; the same seed makes the same ones."""

    chance: random.Random
    ids: dict[str, list[str]]

    def fitting(self, message: Descriptor, depth: int = 3) -> dict[str, Any]:
        """Make a value whose shape is right."""
        if not depth:
            return {}
        one_each = {(field.containing_oneof or field).full_name: field for field in message.fields}
        return {one.json_name: self._of(one, depth) for one in one_each.values() if self.chance.random() < 0.75}

    def spoilt(self, message: Descriptor) -> Any:
        """Make a fitting value with one thing wrong, somewhere."""
        value: Any = self.fitting(message)
        target, fields = value, list(message.fields)
        while fields:
            field = self.chance.choice(fields)
            inner = target.get(field.json_name)
            if type(inner) is dict and field.message_type is not None and self.chance.random() < 0.7:
                target, fields = inner, list(field.message_type.fields)
                continue
            name = field.name if self.chance.random() < 0.1 else field.json_name
            target[name] = self._hostile(field)
            break
        if self.chance.random() < 0.1:
            target[self.chance.choice(TEXTS)[:80]] = 1
        return value

    def _hostile(self, field: FieldDescriptor) -> Any:
        value = self.chance.choice((*WRONG, *TEXTS, *NUMBERS, *MOMENTS))
        if field.type == FieldDescriptor.TYPE_STRING and self.chance.random() < 0.6:
            value = self.chance.choice(TEXTS)
        elif field.message_type is not None and "Timestamp" in field.message_type.name:
            value = self.chance.choice(MOMENTS)
        elif field.cpp_type in {FieldDescriptor.CPPTYPE_INT32, FieldDescriptor.CPPTYPE_INT64}:
            value = self.chance.choice(NUMBERS)
        return [value] if field.is_repeated and self.chance.random() < 0.7 else value

    def _of(self, field: FieldDescriptor, depth: int) -> Any:
        if field.is_repeated:
            if field.message_type is not None and field.message_type.GetOptions().map_entry:
                return {}
            return [self._one(field, depth) for _ in range(self.chance.randint(0, 2))]
        return self._one(field, depth)

    def _one(self, field: FieldDescriptor, depth: int) -> Any:
        if field.enum_type is not None:
            return self.chance.choice([value.name for value in field.enum_type.values])
        if field.message_type is not None:
            return self._message(field.message_type, depth)
        if field.type == FieldDescriptor.TYPE_STRING:
            return self._text(field.name)
        if field.type == FieldDescriptor.TYPE_BOOL:
            return self.chance.random() < 0.5
        if field.type == FieldDescriptor.TYPE_BYTES:
            return "AAAA"
        return self.chance.choice((0, 1, 2, 20))

    def _message(self, message: Descriptor, depth: int) -> Any:
        match message.name:
            case "Timestamp":
                return self.chance.choice(MOMENTS[:3])
            case "Duration":
                return "3s"
            case "FieldMask":
                return self.chance.choice(("name", "headline,about", "", "a.b", "*", "name,name", "createdAt"))
            case "Struct" | "Value" | "Any":
                return {}
            case _:
                return self.fitting(message, depth - 1)

    def _text(self, name: str) -> str:
        if name in self.ids or name.endswith(("_id", "_ids")):
            known = self.ids.get(name.removesuffix("s"), [])
            return self.chance.choice((*known, *known, *known, MADE_UP_ID))
        if name == "email":
            return f"{uuid4()}@example.com"
        if name == "currency_code":
            return "EUR"
        if name in {"page_token", "idempotency_key"}:
            return ""
        return self.chance.choice(("words to find", "https://example.com/x", PASSWORD))

    def path(self, route: Route) -> str:
        """Return a path of the route whose variables often name something that exists."""
        names = iter(route.variables)
        parts = [one or self._segment(next(names, "")) for one in route.segments]
        return "/" + "/".join(parts)

    def _segment(self, variable: str) -> str:
        if self.chance.random() < 0.6:
            return self._text(variable.replace(".id", "_id").rpartition(".")[2])
        return quote(self.chance.choice((*TEXTS[1:5], *TEXTS[6:]))[:200], safe="") or "-"

    def query(self, route: Route) -> str:
        """Return a query with fields of the request, sometimes with what is none."""
        message: Any = route.method.input.DESCRIPTOR
        elsewhere = {*route.variables, route.rule.body}
        fields = [one for one in message.fields if one.message_type is None and one.name not in elsewhere]
        pairs = [
            (
                self.chance.choice((field.json_name, field.name)),
                str(self.chance.choice((self._one(field, 1), self._one(field, 1), self._hostile(field)))),
            )
            for field in self.chance.sample(fields, min(len(fields), self.chance.randint(0, 3)))
        ]
        pairs = [(name, value.lower() if value in {"True", "False"} else value) for name, value in pairs]
        if self.chance.random() < 0.1:
            pairs.append((self.chance.choice(TEXTS)[:50], "1"))
        return urlencode([(name, value[:3_000]) for name, value in pairs])

    def requests(self, route: Route) -> Iterator[dict[str, Any]]:
        """Yield requests of one route: whole, spoilt, broken, or with another verb or type."""
        message: Any = route.method.input.DESCRIPTOR
        part = message.fields_by_name[route.rule.body].message_type if route.rule.body not in {"", "*"} else message
        writes = bool(route.rule.body)
        bodies: list[Any] = [self.fitting(part), self.fitting(part), *(self.spoilt(part) for _ in range(5))]
        for body in bodies:
            yield self._request(route, json.dumps(body).encode() if writes else None)
        if writes:
            for broken in self.chance.sample(BODIES, 3):
                yield self._request(route, broken)
            yield self._request(route, b"{}", kind=self.chance.choice(TYPES))
        yield self._request(route, b"{}", verb=self.chance.choice(("GET", "POST", "PUT", "DELETE", "PATCH", "TRACE")))

    def _request(
        self, route: Route, body: bytes | None, *, verb: str = "", kind: str = "application/json"
    ) -> dict[str, Any]:
        queried = route.rule.body != "*" or self.chance.random() < 0.05
        query = self.query(route) if queried else ""
        headers = {"content-type": kind.encode("latin-1")}
        if self.chance.random() < 0.3:
            key = self.chance.choice(("k", str(uuid4()), "x" * 129, "x" * 5_000, "a b", "é"))
            headers["idempotency-key"] = key.encode("latin-1")
        if self.chance.random() < 0.05:
            headers["if-none-match"] = b'"x'
        return {
            "method": verb or route.rule.verb,
            "url": self.path(route) + (f"?{query}" if query else ""),
            "content": body,
            "headers": headers,
        }


async def answer(client: httpx.AsyncClient, sent: dict[str, Any]) -> httpx.Response:
    """Send a request and return the answer, of a stream its beginning."""
    async with client.stream(**sent) as reply:
        if not reply.headers.get("content-type", "").startswith("text/event-stream"):
            await reply.aread()
        return reply


def fault(sent: dict[str, Any], reply: httpx.Response) -> str:
    """Return what is wrong with an answer, empty when nothing is."""
    told = f"{reply.status_code} {sent['method']} {sent['url'][:200]} {(sent['content'] or b'')[:300]!r}"
    if reply.status_code >= 500 and reply.status_code != 501:
        return f"{told} -> {reply.text[:300]}"
    if reply.status_code >= 400:
        if reply.headers.get("content-type") != "application/problem+json":
            return f"{told} -> {reply.headers.get('content-type')}"
        if not orjson.loads(reply.content or b"{}").get("reason"):
            return f"{told} -> no reason"
    return ""


@pytest.mark.parametrize("signed_in", [True, False], ids=["member", "stranger"])
async def test_no_request_is_a_fault_of_ours(mesh: Any, things: Things, signed_in: bool) -> None:
    """Every route answers every shape of request with a status below 500 or 501, and each refusal with its reason."""
    maker = Maker(random.Random(SEED + signed_in), things.ids)
    plan = [(route, list(maker.requests(route))) for route in ROUTES]
    maker.chance.shuffle(plan)
    tokens = itertools.cycle(things.tokens if signed_in else [""])
    waiting = iter(plan)
    faults: list[str] = []
    again: list[dict[str, Any]] = []
    asked = 0

    async def sender(client: httpx.AsyncClient) -> None:
        nonlocal asked
        for route, requests in waiting:
            for sent in requests if signed_in else requests[::4]:
                token = next(tokens)
                if token and route.method.name not in SIGNS_OUT:
                    sent["headers"]["authorization"] = f"Bearer {token}".encode()
                reply = await answer(client, sent)
                asked += 1
                if reply.status_code in BUSY:
                    again.append(sent)
                elif found := fault(sent, reply):
                    faults.append(f"{route.method.full_name}: {found}")
                if reply.status_code == 501:
                    break  # nobody serves it yet

    async with mesh.client() as client, asyncio.timeout(120):
        await asyncio.gather(*(sender(client) for _ in range(AT_ONCE)))
        faults += [found for sent in again if (found := fault(sent, await answer(client, sent)))]
        assert 200 == (await client.get("/healthz")).status_code

    assert asked >= len(ROUTES)
    assert not faults, "\n".join(faults)


def frames(chance: random.Random, method: MethodSpec) -> Iterator[bytes]:
    """Yield what a raw gRPC client can send as the message of a method."""
    yield b""
    yield chance.randbytes(chance.randint(1, 200))
    yield b"\x0a\xff\xff\xff\xff\x0f"  # a text of four gigabytes that is not there
    yield b"\x0a\x02\xc3\x28"  # a text that is no UTF-8
    yield b"\x0b" * 3_000  # groups within groups
    texts = [field for field in method.input.DESCRIPTOR.fields if field.type == FieldDescriptor.TYPE_STRING]
    for field in texts[:2]:
        value: Any = chance.choice(("\0", "\0" * 300, "x" * 100_000, MADE_UP_ID + "\0"))
        yield method.input(**{field.name: [value] if field.is_repeated else value}).SerializeToString()
    message: Any = method.input()
    for field in message.DESCRIPTOR.fields:
        if field.cpp_type == FieldDescriptor.CPPTYPE_INT64 and not field.is_repeated:
            setattr(message, field.name, chance.choice((2**63 - 1, -(2**63))))
        elif field.enum_type is not None and not field.is_repeated:
            setattr(message, field.name, chance.choice((99, -1, 2**31 - 1)))
        elif field.message_type is not None and field.message_type.name == "Timestamp" and not field.is_repeated:
            getattr(message, field.name).seconds = chance.choice((2**63 - 1, -(2**63), 253_402_300_800))
    yield message.SerializeToString()


OURS = frozenset({grpc.StatusCode.UNKNOWN, grpc.StatusCode.INTERNAL, grpc.StatusCode.DATA_LOSS})
"""Statuses that say the fault is ours."""


SIGNS_OUT = frozenset({"Logout", "LogoutEverywhere"})
"""Methods after which nothing else would be tried: an empty request is a good one, and the token is over."""
_NOT_SENT = "Internal error from Core"
"""How grpc.aio's client tells, as INTERNAL, that a stream was refused before it had sent what it was to send."""


@pytest.mark.parametrize("signed_in", [True, False], ids=["member", "stranger"])
async def test_no_frame_is_a_fault_of_ours(mesh: Any, things: Things, signed_in: bool) -> None:
    """Whatever bytes stand for a message on the public gRPC port, the fault is not ours, the next call is served."""
    chance = random.Random(SEED)
    tokens = itertools.cycle(things.tokens)
    faults: list[str] = []

    async def ask(channel: grpc.aio.Channel, method: MethodSpec, frame: bytes) -> grpc.StatusCode:
        metadata = [("authorization", f"Bearer {next(tokens)}")] if signed_in else []
        if method.client_streaming or method.server_streaming:
            call = channel.stream_stream(method.full_name)(metadata=metadata, timeout=5)
            try:
                await call.write(frame)
                await call.done_writing()
                while await call.read() is not grpc.aio.EOF:
                    pass
            except (grpc.aio.AioRpcError, asyncio.InvalidStateError):
                pass
            refused_first = _NOT_SENT in await call.details()
            return grpc.StatusCode.CANCELLED if refused_first else await call.code()
        try:
            await channel.unary_unary(method.full_name)(frame, metadata=metadata, timeout=5)
        except grpc.aio.AioRpcError as error:
            return error.code()
        return grpc.StatusCode.OK

    async with grpc.aio.insecure_channel(mesh.grpc) as channel, asyncio.timeout(120):
        for method in (one for one in METHODS if one.name not in SIGNS_OUT):
            for frame in frames(chance, method):
                code = await ask(channel, method, frame)
                if code in OURS:
                    faults.append(f"{method.full_name}: {code.name} for {frame[:80]!r}")
                if code is grpc.StatusCode.UNIMPLEMENTED:
                    break
        jwks = await ask(channel, next(one for one in METHODS if one.name == "GetJwks"), b"")

    assert grpc.StatusCode.OK is jwks
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    "spoken",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /api/v1/jobs HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
        b"POST /api/v1/posts HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\nfffffff\r\n",
        b"GET /%ff%fe HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
        b"GET /api/v1/users/\x00 HTTP/1.1\r\nhost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: x\r\nauthorization: Bearer \xff\xfe\r\nconnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"x: y\r\n" * 5_000 + b"connection: close\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
)
async def test_what_is_hardly_http_is_answered_or_hung_up_on(mesh: Any, spoken: bytes) -> None:
    """No server error, nobody is kept waiting, and the next client is served."""
    host, port = mesh.http.removeprefix("http://").split(":")
    for target in (int(port), int(mesh.grpc.rpartition(":")[2])):
        reader, writer = await asyncio.open_connection(host, target)
        answered = b""
        async with asyncio.timeout(10):
            with contextlib.suppress(OSError):  # hung up on, perhaps before all was said
                writer.write(spoken)
                writer.write_eof()
                answered = await reader.read(1_000)
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        assert b" 50" not in answered.partition(b"\r\n")[0]
    async with mesh.client() as client:
        assert 200 == (await client.get("/healthz")).status_code
