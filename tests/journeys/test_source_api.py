"""The API this product was asked for, to the letter: golden requests and frames with what must be in their answers.

In the golden file `$name` stands for a value that is the same wherever it stands, `<kind>` for any value of a kind;
answers may hold more than is asked for.
"""

import asyncio
import json
import re
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from websockets.asyncio.client import ClientConnection, connect

from mesh.testing.waiting import wait_for

GOLDEN = Path(__file__).parent / "goldens" / "source_api.json"
PASSWORD = "a long enough password"
KINDS = {
    "<id>": r"[0-9a-f-]{36}",
    "<text>": r"(?s).+",
    "<number>": r"[0-9]+",
    "<time>": r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z",
}


class Script:
    """What the names of the golden file stand for."""

    def __init__(self, **known: str) -> None:
        self.known = {f"${name}": value for name, value in known.items()}

    def filled(self, given: Any) -> Any:
        """Return what is sent, with names replaced."""
        return json.loads(self.text(json.dumps(given)))

    def text(self, given: str) -> str:
        return re.sub(r"\$\w+", lambda found: self.known[found[0]], given)

    def differences(self, expected: Any, actual: Any, path: str = "") -> list[str]:
        """Return where an answer is not as expected; names it shows for the first time are learnt."""
        if isinstance(expected, dict) and isinstance(actual, dict):
            return [
                found
                for name, value in expected.items()
                for found in self.differences(value, actual.get(name), f"{path}.{name}")
            ]
        if isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
            pairs = enumerate(zip(expected, actual, strict=True))
            return [found for at, (one, other) in pairs for found in self.differences(one, other, f"{path}[{at}]")]
        if isinstance(expected, str) and expected in KINDS:
            return [] if re.fullmatch(KINDS[expected], str(actual)) else [f"{path}: {expected} is {actual!r}"]
        if isinstance(expected, str) and expected.startswith("$") and isinstance(actual, str):
            expected = self.known.setdefault(expected, actual)
        return [] if expected == actual else [f"{path}: {expected!r} is {actual!r}"]


async def test_the_source_speaks_to_us(mesh: Any) -> None:
    """Every request and frame of the golden file is answered as it says."""
    async with AsyncExitStack() as opened:
        script, clients = Script(password=PASSWORD), {"": await opened.enter_async_context(mesh.client())}
        tokens: dict[str, str] = {}
        for name in ("ann", "bob", "eve"):
            email = f"{uuid4()}@example.com"
            body = {"email": email, "password": PASSWORD, "name": name.capitalize()}
            joined = (await clients[""].post("/api/v1/auth/register", json=body)).json()
            script.known |= {f"${name}": joined["user"]["id"], f"${name}Email": email}
            tokens[name] = joined["accessToken"]
            clients[name] = await opened.enter_async_context(mesh.client(tokens[name]))
        account = {"email": script.known["$eveEmail"], "password": PASSWORD}
        stale = (await clients[""].post("/api/v1/auth/login", json=account)).json()["accessToken"]
        clients["stale"] = await opened.enter_async_context(mesh.client(stale))
        assert 200 == (await clients["stale"].post("/api/v1/auth/logout")).status_code
        clients["operator"] = await opened.enter_async_context(mesh.client())
        clients["operator"].headers["x-admin-token"] = mesh.admin_token
        sockets: dict[str, ClientConnection] = {}
        for name in ("ann", "bob"):
            sockets[name] = await opened.enter_async_context(connect(mesh.websocket))
            await sockets[name].send(json.dumps({"type": "auth", "token": tokens[name]}))

        for step in json.loads(GOLDEN.read_text()):
            if "ask" in step:
                await asked(step, clients[step["who"]], script)
            else:
                await said(step, sockets[step["who"]], script)


async def asked(step: dict[str, Any], client: httpx.AsyncClient, script: Script) -> None:
    """Send a request; compare its answer, again and again where it comes `until` it is right."""
    verb, _, url = script.text(step["ask"]).partition(" ")
    headers = {"idempotency-key": step["key"]} if "key" in step else {}
    body = script.filled(step["body"]) if "body" in step else None
    found: list[str] = []

    async def answered() -> bool:
        reply = await client.request(verb, url, json=body, headers=headers)
        shown = script.differences(step["answer"], reply.json())
        found[:] = shown if reply.status_code == step["status"] else [f"{reply.status_code}: {reply.text}"]
        return not found

    if step.get("until"):
        await wait_for(answered)
    await answered()
    assert [] == found, step


async def said(step: dict[str, Any], socket: ClientConnection, script: Script) -> None:
    """Send a frame, if there is one; compare the next frame of the kind that is to be heard."""
    if "say" in step:
        await socket.send(json.dumps(script.filled(step["say"])))
    async with asyncio.timeout(10):
        while (frame := json.loads(await socket.recv()))["type"] != step["hear"]["type"]:
            pass  # welcome, presence, receipts
    assert [] == script.differences(step["hear"], frame), step
