"""From rows of the outbox to acknowledgements."""

import asyncio
from typing import Any
from uuid import UUID

from nats.aio.msg import Msg
from nats.errors import MaxPayloadError
from nats.js.errors import NoStreamResponseError, ServiceUnavailableError

from mesh.events import Bus
from mesh.events.publisher import Publisher
from mesh.ids import uuid7
from tests.services.mesh.fixtures_events import stored

_STORED = "guild.jobs.company_followed.publisher"


def _event(subject: str = _STORED, *, size: int = 10, event_id: UUID | None = None) -> Any:
    return {"subject": subject, "envelope": b"x" * size, "event_id": event_id or uuid7()}


async def test_each_event_has_its_outcome(bus: Bus) -> None:
    """What no stream takes, and what is too large to send, fails alone."""
    publisher = Publisher(bus)
    await publisher.start()
    before = await stored(bus)

    events = [_event(), _event("guild.nowhere.at_all.key"), _event(size=2_000_000), _event()]
    outcomes = await publisher.publish(events)
    await publisher.stop()

    assert [type(None), NoStreamResponseError, MaxPayloadError, type(None)] == [type(each) for each in outcomes]
    assert before + 2 == await stored(bus)


async def test_a_repeat_is_stored_once_and_acknowledged(bus: Bus) -> None:
    """An event that the stream has already is as good as stored."""
    publisher, event = Publisher(bus), _event()
    await publisher.start()
    before = await stored(bus)

    outcomes = [await publisher.publish([event]) for _ in range(2)]
    await publisher.stop()

    assert [[None], [None]] == outcomes
    assert before + 1 == await stored(bus)


async def test_an_acknowledgement_of_before_says_nothing_of_now(bus: Bus) -> None:
    """Who gave up on an event takes no late acknowledgement of it for one of what it sent since."""
    publisher, asked = Publisher(bus), asyncio.Queue[Msg]()
    await publisher.start()
    slow = await bus.subscribe("guild.slow", asked.put)

    given_up = asyncio.create_task(publisher.publish([_event("guild.slow")]))
    first = await asked.get()
    given_up.cancel()
    again = asyncio.create_task(publisher.publish([_event("guild.slow")]))
    second = await asked.get()
    await first.respond(b'{"stream": "SLOW", "seq": 1}')
    await second.respond(b'{"error": {"code": 503, "err_code": 10077, "description": "maximum messages exceeded"}}')
    (outcome,) = await again
    await slow.stop()
    await publisher.stop()

    assert isinstance(outcome, ServiceUnavailableError)
