"""Server streams over HTTP."""

import asyncio
import json
from typing import Any

import pytest

from mesh.settings import Engine

from .conftest import staged

PATH = "/api/v1/notifications/stream"
USER = "0190f5e4-7b1c-7def-8abc-0123456789ab"


async def lines(stage: Any, count: int, **headers: str) -> tuple[Any, list[str]]:
    """Return the answer with its first lines that are not empty."""
    found: list[str] = []
    async with stage.edge.http.stream("GET", PATH, headers=stage.signed_in() | headers) as reply:
        async for line in reply.aiter_lines():
            if line:
                found.append(line)
            if len(found) == count:
                break
    return reply, found


async def test_messages_are_lines_of_json(stage: Any) -> None:
    """As they come."""
    reply, found = await lines(stage, 3)

    assert ("application/x-ndjson", [0, 1, 2]) == (
        reply.headers["content-type"],
        [json.loads(line)["unseenCount"] for line in found],
    )


async def test_browsers_get_server_sent_events(stage: Any) -> None:
    """By asking for them."""
    reply, found = await lines(stage, 4, accept="text/event-stream")

    event = json.loads(found[3].removeprefix("data: "))
    assert ("text/event-stream", "id: n1", 1) == (reply.headers["content-type"], found[2], event["unseenCount"])


async def test_a_client_that_leaves_ends_the_stream(stage: Any) -> None:
    """The service stops too."""
    await lines(stage, 1)

    async with asyncio.timeout(5):
        await stage.sample.cancelled.wait()


async def test_a_silent_stream_shows_that_it_lives(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proxies close connections on which nothing happens."""
    monkeypatch.setattr("edge.event_stream.IDLE_SECONDS", 0.05)

    headers = stage.signed_in() | {"accept": "text/event-stream"}
    alive = 0

    async with stage.edge.http.stream("GET", PATH, headers=headers) as reply:
        async for line in reply.aiter_lines():
            alive += line.startswith(":")
            if alive == 3:
                break

    assert 3 == alive


async def test_a_refusal_has_its_own_status(stage: Any) -> None:
    """Nothing was sent yet, so the failure is a problem like any other."""
    failed = await stage.edge.http.get(PATH, params={"afterId": USER}, headers=stage.signed_in())
    resumed = await stage.edge.http.get(PATH, headers=stage.signed_in() | {"last-event-id": USER})
    nobody = await stage.edge.http.get(PATH)

    assert (503, 503, 401) == (failed.status_code, resumed.status_code, nobody.status_code)


async def test_a_stream_that_breaks_says_why(identity: Any, engine: Engine) -> None:
    """As its last line."""
    async with (
        staged(identity, engine) as stage,
        stage.edge.http.stream("GET", PATH, headers=stage.signed_in()) as reply,
    ):
        iterator = reply.aiter_lines()
        for _ in range(3):
            await anext(iterator)
        await stage.server.stop()
        last = json.loads(await anext(iterator))

    assert "UNAVAILABLE" == last["error"]["reason"]
