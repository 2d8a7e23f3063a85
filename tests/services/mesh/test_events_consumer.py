"""From the streams to the handlers."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio

from guild.events.v1.envelope_pb2 import Envelope
from guild.events.v1.jobs_pb2 import CompanyFollowed, CompanyUnfollowed
from guild.events.v1.posts_pb2 import PostDeleted
from mesh.data import pending_event
from mesh.errors import Unavailable
from mesh.events import Bus, Consumer, Event, list_dead_letters
from mesh.events.delivery import OWN_OUTAGE_TRIES
from mesh.ids import uuid7
from mesh.principal import ANONYMOUS, current
from mesh.telemetry import current_traceparent
from mesh.testing import wait_for
from tests.services.mesh.fixtures_events import Heard, put

TRACE = "0af7651916cd43dd8448eb211c80319c"


@pytest_asyncio.fixture(autouse=True)
async def empty(bus: Bus) -> AsyncIterator[None]:
    for name in ("JOBS", "POSTS", "DLQ"):
        await bus.js.purge_stream(bus.names.stream(name))
    yield


@asynccontextmanager
async def listening(
    bus: Bus, handler: Callable[[Event[Any]], Any], *, durable: str = "", **options: Any
) -> AsyncIterator[Consumer]:
    consumer = Consumer(bus, durable or f"d{uuid7().hex}", {CompanyFollowed: handler}, **options)
    await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.stop()


class Stubborn(Heard):
    """Raises what it is told to for the first tries, then hears."""

    def __init__(self, failures: Sequence[Exception]) -> None:
        super().__init__()
        self.failures = list(failures)
        self.tries = 0

    async def __call__(self, event: Event[CompanyFollowed]) -> None:
        self.tries += 1
        if self.failures:
            raise self.failures.pop(0)
        await super().__call__(event)


async def test_handler_gets_the_whole_event(bus: Bus) -> None:
    """The handler learns id, message, key, actor, time, and acts as nobody within the trace of the cause."""
    actor, at = uuid7(), datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    event = pending_event(CompanyFollowed(company_id="pair", user_id="r"), actor=actor, occurred_at=at)
    envelope = Envelope.FromString(event.envelope)
    envelope.traceparent = f"00-{TRACE}-b7ad6b7169203331-01"
    heard: list[tuple[Event[CompanyFollowed], Any, str]] = []

    async def handle(event: Event[CompanyFollowed]) -> None:
        heard.append((event, current(), current_traceparent()))

    async with listening(bus, handle):
        await bus.js.publish(bus.names.subject(event.subject), envelope.SerializeToString())
        await wait_for(lambda: heard)

    got, principal, traceparent = heard[0]
    assert (event.event_id, "r", "pair") == (got.id, got.message.user_id, got.key)
    assert (actor, at, ANONYMOUS) == (got.actor, got.occurred_at, principal)
    assert TRACE == traceparent.split("-")[1]


async def test_hears_only_what_it_handles(bus: Bus) -> None:
    """Events of other kinds in the same stream stay on the server; those of two streams come to one consumer."""
    heard: list[str] = []

    async def handle(event: Event[Any]) -> None:
        heard.append(type(event.message).__name__)

    consumer = Consumer(bus, "several", {CompanyFollowed: handle, PostDeleted: handle})
    await consumer.start()
    for message in (CompanyUnfollowed(company_id="k"), PostDeleted(post_id="k"), CompanyFollowed(company_id="k")):
        event = pending_event(message, actor=None, occurred_at=datetime.now(UTC))
        await bus.js.publish(bus.names.subject(event.subject), event.envelope)
    await wait_for(lambda: len(heard) == 2)
    await consumer.stop()

    assert ["CompanyFollowed", "PostDeleted"] == sorted(heard)
    assert [] == await list_dead_letters(bus)


async def test_order_of_a_key_is_kept(bus: Bus) -> None:
    """Events of one key are handled one after the other, in order, while other keys go on."""
    notes = [str(n) for n in range(50)]
    heard, together, most = Heard(), 0, 0

    async def handle(event: Event[CompanyFollowed]) -> None:
        nonlocal together, most
        together += 1
        most = max(most, together)
        await asyncio.sleep(0.001 if event.key == "a" else 0)
        await heard(event)
        together -= 1

    for note in notes:
        for key in "abc":
            await put(bus, key, note)
    async with listening(bus, handle, concurrency=4):
        await wait_for(lambda: len(heard.events) == 150, timeout=10)

    assert [notes] * 3 == [heard.of(key) for key in "abc"]
    assert 1 < most <= 4


async def test_more_than_fits_is_pulled_as_room_comes(bus: Bus) -> None:
    """A backlog much larger than what a consumer holds at once is worked off whole."""
    heard = Heard()
    await asyncio.gather(*(put(bus, f"k{k}", *"123456789") for k in range(40)))

    async with listening(bus, heard, concurrency=2):
        await wait_for(lambda: len(heard.events) == 360, timeout=20)

    assert all(list("123456789") == heard.of(f"k{k}") for k in range(40))


async def test_failed_event_is_tried_again_before_the_next_of_its_key(bus: Bus) -> None:
    """A handler that fails gets the event again; the key waits, other keys do not."""
    handler = Stubborn([ValueError("first"), ValueError("second")])
    await put(bus, "a", "1")

    async with listening(bus, handler, back_off=(0.05, 0.4, 5.0)):
        await wait_for(lambda: handler.tries == 2)
        await put(bus, "a", "2")
        await put(bus, "b", "3")
        await wait_for(lambda: len(handler.events) == 3)

    assert [("b", "3"), ("a", "1"), ("a", "2")] == handler.events


async def test_hopeless_event_becomes_a_dead_letter(bus: Bus) -> None:
    """After the last try the event is kept with its reason, and the key goes on."""
    handler = Stubborn([ValueError(f"broken\nin {n}") for n in range(3)])
    await put(bus, "a", "1", "2")

    async with listening(bus, handler, durable="hopeless", back_off=(0.01, 0.01)):
        await wait_for(lambda: handler.events)
    letters = await list_dead_letters(bus, durable="hopeless")

    assert [("a", "2")] == handler.events
    assert [("JOBS", "guild.jobs.company_followed.a", "hopeless", "ValueError: broken in 2", 3)] == [
        (letter.stream, letter.subject, letter.durable, letter.error, letter.attempts) for letter in letters
    ]
    assert "guild.events.v1.CompanyFollowed" == letters[0].type


async def test_outage_does_not_count_as_failure(bus: Bus) -> None:
    """While a store is away the event waits, however many tries that takes."""
    handler = Stubborn([Unavailable("the database does not answer")] * 3)
    await put(bus, "a", "1")

    async with listening(bus, handler, back_off=()):
        await wait_for(lambda: handler.events, timeout=10)

    assert 4 == handler.tries
    assert [] == await list_dead_letters(bus)


async def test_an_event_that_alone_meets_an_outage_is_given_up(bus: Bus, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is called an outage while all others of its kind are handled is the event's own fault, and ends."""
    monkeypatch.setattr("mesh.events.delivery.OUTAGE_BACK_OFF", (0.01,))
    handled: list[str] = []

    async def handle(event: Event[CompanyFollowed]) -> None:
        if event.key == "poison":
            raise Unavailable("the cache does not answer")
        handled.append(event.key)

    await put(bus, "poison", "1")
    async with listening(bus, handle, durable="alone"):
        for n in range(OWN_OUTAGE_TRIES):
            await put(bus, f"good{n}", "1")
        letters = await wait_for(lambda: _letters(bus, "alone", 1), timeout=10)

    assert OWN_OUTAGE_TRIES == len(handled)
    assert ["alone in an outage, Unavailable: the cache does not answer"] == [letter.error for letter in letters]


async def test_malformed_event_goes_straight_to_the_dead_letters(bus: Bus) -> None:
    """What is no event of the contract is tried by nobody."""
    handler = Heard()
    subject = bus.names.subject("guild.jobs.company_followed.a")
    other = Envelope(event_id=str(uuid7()), type="guild.events.v1.Unheard", key="a")
    for data in (b"\xff\xff", Envelope(event_id="x", type=other.type).SerializeToString(), other.SerializeToString()):
        await bus.js.publish(subject, data)

    async with listening(bus, handler, durable="strict"):
        letters = await wait_for(lambda: _letters(bus, "strict", 3))

    assert [] == handler.events
    assert [0, 0, 0] == [letter.attempts for letter in letters]
    assert ["", "guild.events.v1.Unheard", "guild.events.v1.Unheard"] == [letter.type for letter in letters]


async def test_long_handler_keeps_its_event(bus: Bus) -> None:
    """An event that takes longer than the server waits for an answer is not handed out again."""
    started = 0
    done = asyncio.Event()

    async def handle(_: Event[CompanyFollowed]) -> None:
        nonlocal started
        started += 1
        await asyncio.sleep(2.5)
        done.set()

    await put(bus, "a", "1")
    async with (
        listening(bus, handle, durable="long", ack_wait=1.0),
        listening(bus, handle, durable="long", ack_wait=1.0),
    ):
        await asyncio.wait_for(done.wait(), 10)

    assert 1 == started


async def test_endless_handler_is_cut_off(bus: Bus) -> None:
    """A handler that never returns fails like one that raises."""

    async def handle(_: Event[CompanyFollowed]) -> None:
        await asyncio.Event().wait()

    await put(bus, "a", "1")
    async with listening(bus, handle, durable="endless", handler_seconds=0.05, back_off=()):
        letters = await wait_for(lambda: _letters(bus, "endless", 1))

    assert letters[0].error.startswith("TimeoutError")


async def test_stopped_consumer_gives_its_events_to_the_other(bus: Bus) -> None:
    """What a stopping process had not finished another one gets at once."""
    waiting, heard = Stubborn([ValueError()] * 99), Heard()
    first = Consumer(bus, "handed", {CompanyFollowed: waiting}, ack_wait=60, back_off=(60.0,))
    await first.start()
    await wait_for(lambda: first._readers[0]._pull)

    async with listening(bus, heard, durable="handed", ack_wait=60) as second:
        await wait_for(lambda: second._readers[0]._pull)
        await _put_until_held(bus, first)
        await first.stop()
        await wait_for(lambda: len(heard.events) == 20)

    assert {str(n) for n in range(20)} == {note for _, note in heard.events}


async def test_events_of_a_crashed_process_come_first(bus: Bus) -> None:
    """A process was killed: the next one handles what that one held before anything later of the same key."""
    heard = Heard()
    crashed = Consumer(bus, "crashed", {CompanyFollowed: Stubborn([ValueError()])}, ack_wait=1.0, back_off=(60.0,))
    await crashed.start()
    await put(bus, "a", "1", "2")
    await wait_for(lambda: len(crashed._readers[0]._held) == 2)
    crashed._readers[0]._held.clear()  # it goes without giving anything back
    await crashed.stop()
    await put(bus, "a", "3")

    async with listening(bus, heard, durable="crashed", ack_wait=1.0):
        await wait_for(lambda: len(heard.events) == 3)

    assert ["1", "2", "3"] == heard.of("a")


async def test_running_handler_may_finish(bus: Bus) -> None:
    """A stop waits for the handler at work, whose event is then not handed out again."""
    begun, heard = asyncio.Event(), Heard()

    async def handle(event: Event[CompanyFollowed]) -> None:
        begun.set()
        await asyncio.sleep(0.2)
        await heard(event)

    await put(bus, "a", "1")
    async with listening(bus, handle, durable="finishing"):
        await asyncio.wait_for(begun.wait(), 5)
    info = await wait_for(lambda: _answered(bus, "finishing"))

    assert ["1"] == heard.of("a")
    assert 0 == info.num_pending


async def test_comes_back_when_its_consumer_vanished(bus: Bus) -> None:
    """Somebody deletes the durable: it is made again, and nothing is missed."""
    heard = Heard()
    async with listening(bus, heard, durable="deleted"):
        await put(bus, "a", "1")
        await wait_for(lambda: heard.events)
        await bus.js.delete_consumer(bus.names.stream("JOBS"), "deleted")
        await put(bus, "a", "2")
        await wait_for(lambda: "2" in heard.of("a"), timeout=15)

    assert {"1", "2"} == set(heard.of("a"))


async def test_comes_back_when_its_stream_vanished(bus: Bus) -> None:
    """Somebody deletes the stream: it is made again, and new events arrive."""
    heard = Heard()
    async with listening(bus, heard, durable="streamless") as consumer:
        await wait_for(lambda: consumer._readers[0]._pull)
        await bus.js.delete_stream(bus.names.stream("JOBS"))
        await wait_for(lambda: _exists(bus), timeout=15)
        await put(bus, "a", "1")
        await wait_for(lambda: heard.events, timeout=15)

    assert ["1"] == heard.of("a")


async def test_stuck_subscription_is_made_anew(bus: Bus) -> None:
    """Events are waiting and none arrives: the consumer subscribes again by itself."""
    heard = Heard()
    async with listening(bus, heard, stuck_after=0.3) as consumer:
        await put(bus, "a", "1")
        await wait_for(lambda: heard.events)
        pull = consumer._readers[0]._pull
        assert pull is not None
        pull._outstanding, pull._heard = 10**6, float("inf")  # it believes to have asked
        await bus.js._nc.flush()
        for n in range(600):  # more than the open request still brings
            await put(bus, "a", str(n))
        await wait_for(lambda: len(heard.events) == 601, timeout=15)

    assert "599" == heard.events[-1][1]


async def _put_until_held(bus: Bus, first: Consumer) -> None:
    for n in range(20):
        await put(bus, f"k{n % 2}", str(n))
    await wait_for(lambda: first._readers[0]._held)


async def _letters(bus: Bus, durable: str, count: int) -> Any:
    letters = await list_dead_letters(bus, durable=durable)
    return letters if len(letters) == count else None


async def _answered(bus: Bus, durable: str) -> Any:
    info = await bus.js.consumer_info(bus.names.stream("JOBS"), durable)
    return info if not info.num_ack_pending else None


async def _exists(bus: Bus) -> bool:
    try:
        await bus.js.consumer_info(bus.names.stream("JOBS"), "streamless")
    except Exception:  # noqa: BLE001 - not yet
        return False
    return True
