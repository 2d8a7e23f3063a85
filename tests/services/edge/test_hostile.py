"""Requests of any shape: none of them is a fault of ours."""

import asyncio
import json
import random
from typing import Any
from urllib.parse import quote

import httpx

from edge.contract import load_contract
from edge.routes import routes_of

ROUTES = tuple(routes_of(load_contract().public))
WORDS: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, 1e308, 2**63, 2**70, "", "me", "x" * 5000, "\x00", "\u202e", "\U0001f600", [], {}, [[]],
    "2026-13-40T99:99:99Z", "0190f5e4-7b1c-7def-8abc-0123456789ab", "-99999999999s", "a,b.c", "NaN", "PUBLIC", "🙃",
    {"@type": "x"}, [None], {"": ""}, ["x"] * 50,
)  # fmt: skip
ALLOWED = {501}
"""The sample serves few methods; what it does not serve is not implemented, and says so."""


def value(chance: random.Random, message: Any, depth: int) -> Any:
    """Make up a value: often an object with the names of real fields."""
    if message is None or depth == 0 or chance.random() < 0.3:
        return chance.choice(WORDS)
    fields = list(message.fields)
    chosen = chance.sample(fields, chance.randint(0, min(4, len(fields))))
    made = {
        chance.choice((field.name, field.json_name)): value(chance, field.message_type, depth - 1) for field in chosen
    }
    if chance.random() < 0.2:
        made[str(chance.choice(WORDS))[:50]] = chance.choice(WORDS)
    return made


def request(chance: random.Random) -> dict[str, Any]:
    """Make up a request near to a real one."""
    route = chance.choice(ROUTES)
    segments = [one or quote(str(chance.choice(WORDS))[:200] or "-", safe="") for one in route.segments]
    descriptor: Any = route.method.input.DESCRIPTOR
    names = [field.json_name for field in descriptor.fields] + ["nope", "a.b", ""]
    pairs = [(chance.choice(names), str(chance.choice(WORDS))[:100]) for _ in range(chance.randint(0, 3))]
    body = json.dumps(value(chance, descriptor, 3)).encode()
    if chance.random() < 0.1:
        body = chance.randbytes(chance.randint(0, 200))
    return {
        "method": route.rule.verb if chance.random() < 0.9 else chance.choice(("GET", "POST", "PUT", "DELETE", "HEAD")),
        "url": "/" + "/".join(segments) + "?" + "&".join(f"{quote(key)}={quote(text)}" for key, text in pairs),
        "content": body if chance.random() < 0.8 else None,
        "headers": {
            "content-type": "application/json",
            "idempotency-key": str(chance.choice(WORDS))[:50].encode("latin-1", "replace").replace(b"\x00", b"?"),
        },
    }


async def test_no_request_is_a_fault_of_ours(stage: Any) -> None:
    """Every answer below 500 is an answer, and every problem is a document with a reason."""
    chance = random.Random(20_260_101)
    member = stage.signed_in()
    faults: list[tuple[int, str, str]] = []

    async def send(sent: dict[str, Any]) -> None:
        sent["headers"] |= member
        reply = await stage.edge.http.request(**sent)
        if reply.status_code >= 500 and reply.status_code not in ALLOWED:
            faults.append((reply.status_code, sent["url"], reply.text))
        if reply.status_code >= 400 and sent["method"] != "HEAD":
            assert "reason" in reply.json()

    for _ in range(20):
        requests = [request(chance) for _ in range(20)]
        asked = [one for one in requests if "stream" not in one["url"] and "limit=9" not in one["url"]]
        async with asyncio.timeout(60):
            await asyncio.gather(*map(send, asked), return_exceptions=False)

    assert [] == faults


async def test_a_flood_of_connections_leaves_the_edge_standing(stage: Any) -> None:
    """Two hundred clients that come and go at once."""
    limits = httpx.Limits(max_connections=200, max_keepalive_connections=0)
    async with httpx.AsyncClient(base_url=stage.edge.http.base_url, limits=limits) as many:
        replies = await asyncio.gather(*(many.get("/healthz") for _ in range(200)))

    assert {200} == {reply.status_code for reply in replies}
