"""From the outbox to the streams."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest_asyncio

from guild.events.v1.envelope_pb2 import Envelope
from guild.events.v1.jobs_pb2 import CompanyFollowed
from mesh.data import Database
from mesh.events import Bus, Relay, refill
from mesh.events.relay import WINDOW
from mesh.settings import DatabaseSettings
from mesh.testing import wait_for
from tests.services.mesh.fixtures_events import emit, stored


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def database(open_database: Callable[[], Awaitable[Database]]) -> Database:
    return await open_database()


@pytest_asyncio.fixture(autouse=True)
async def empty(bus: Bus) -> AsyncIterator[None]:
    await bus.js.purge_stream(bus.names.stream("JOBS"))
    yield


async def _notes(bus: Bus) -> dict[str, list[str]]:
    """Read the stream: what each key's events say, in order."""
    state = (await bus.js.stream_info(bus.names.stream("JOBS"))).state
    notes: dict[str, list[str]] = {}
    for sequence in range(state.first_seq, state.last_seq + 1):
        message = await bus.js.get_msg(bus.names.stream("JOBS"), sequence)
        envelope = Envelope.FromString(message.data or b"")
        notes.setdefault(envelope.key, []).append(CompanyFollowed.FromString(envelope.payload).user_id)
    return notes


async def test_committed_events_reach_the_stream(bus: Bus, database: Database) -> None:
    """Events go out in order, on the subject of their contract, under their id."""
    relay = Relay(database, bus, "test")
    await relay.start()

    await emit(database, "pair", "1", "2", "3")
    await wait_for(lambda: _count(bus, 3))
    message = await bus.js.get_msg(bus.names.stream("JOBS"), subject=bus.names.subject("guild.jobs.*.pair"))
    await relay.stop()

    assert {"pair": ["1", "2", "3"]} == await _notes(bus)
    assert bus.names.subject("guild.jobs.company_followed.pair") == message.subject
    assert Envelope.FromString(message.data or b"").event_id == (message.headers or {})["Nats-Msg-Id"]


async def test_what_waited_goes_out_window_by_window(bus: Bus, database: Database) -> None:
    """A backlog of several windows over many keys goes out whole, each key in order."""
    notes = [str(n) for n in range(20)]
    await asyncio.gather(*(emit(database, f"key{k}", *notes) for k in range(50)))
    relay = Relay(database, bus, "test")

    await relay.start()
    await wait_for(lambda: _count(bus, 1_000), timeout=20)
    await relay.stop()

    assert len(notes) * 50 > 3 * WINDOW
    assert {f"key{k}": notes for k in range(50)} == await _notes(bus)


async def test_two_relays_share_and_repeat_nothing(bus: Bus, database: Database) -> None:
    """Relays divide the buckets evenly, publish everything once, and one that stops leaves its share to the other."""
    relays = [Relay(database, bus, "test") for _ in range(2)]
    for relay in relays:
        await relay.start()
    await wait_for(lambda: all(len(relay._leases.held) == 8 for relay in relays), timeout=10)

    await asyncio.gather(*(emit(database, f"shared{k}", "1") for k in range(100)))
    await wait_for(lambda: _count(bus, 100))
    await relays[0].stop()
    await wait_for(lambda: len(relays[1]._leases.held) == 16, timeout=10)
    await asyncio.gather(*(emit(database, f"alone{k}", "1") for k in range(100)))
    await wait_for(lambda: _count(bus, 200))
    await relays[1].stop()

    assert 200 == await stored(bus)


async def test_other_relay_is_woken(bus: Bus, database: Database, database_settings: DatabaseSettings) -> None:
    """A commit here wakes the relay elsewhere that has its bucket: nobody waits for a poll."""
    woken: list[bytes] = []
    remote = Database(database_settings)
    await remote.start()
    here, elsewhere = Relay(database, bus, "test"), Relay(remote, bus, "test")
    for relay in (here, elsewhere):
        await relay.start()
    await wait_for(lambda: len(here._leases.held) == len(elsewhere._leases.held) == 8, timeout=10)
    subscription = await bus.subscribe("guild.relay.test", lambda message: _note(woken, message.data))

    await asyncio.gather(*(emit(database, f"far{k}", "1") for k in range(32)))
    await wait_for(lambda: _count(bus, 32))
    await wait_for(lambda: woken)
    await subscription.stop()
    for part in (here, elsewhere, remote):
        await part.stop()

    assert 32 == await stored(bus)


async def test_a_lost_wake_up_call_costs_a_moment(
    bus: Bus, database: Database, database_settings: DatabaseSettings
) -> None:
    """A process that died between its commit and its call wakes nobody: the relay that has the bucket looks itself."""
    writer = Database(database_settings)
    await writer.start()
    relay = Relay(database, bus, "test")
    await relay.start()
    await wait_for(lambda: len(relay._leases.held) == 16, timeout=10)

    await emit(writer, "unheard", "1")
    await wait_for(lambda: _count(bus, 1), timeout=10)
    await relay.stop()
    await writer.stop()

    assert {"unheard": ["1"]} == await _notes(bus)


async def test_crash_between_publish_and_mark_repeats_nothing(bus: Bus, database: Database) -> None:
    """What was published and not marked goes out again, and the stream drops it by its id."""
    relay = Relay(database, bus, "test")
    await relay.start()
    await emit(database, "again", "1", "2")
    await wait_for(lambda: _count(bus, 2))
    await wait_for(lambda: _no_backlog(database))

    again = await refill(database, datetime.now(UTC) - timedelta(seconds=60))
    database.outbox_ready.set()
    await wait_for(lambda: _no_backlog(database))
    await relay.stop()

    assert again >= 2
    assert {"again": ["1", "2"]} == {key: notes for key, notes in (await _notes(bus)).items() if key == "again"}


async def test_failed_publish_holds_back_its_key(bus: Bus, database: Database) -> None:
    """While a stream is missing its events wait, in order, and go out when it is there again."""
    await bus.js.delete_stream(bus.names.stream("JOBS"))
    relay = Relay(database, bus, "test")
    await relay.start()
    await emit(database, "held", "1", "2", "3")
    await wait_for(lambda: relay._failures)

    await bus.ensure_streams("JOBS")
    await wait_for(lambda: _no_backlog(database), timeout=15)
    await relay.stop()

    assert ["1", "2", "3"] == (await _notes(bus))["held"]


async def _count(bus: Bus, least: int) -> bool:
    return await stored(bus) >= least


async def _no_backlog(database: Database) -> bool:
    from mesh.events.outbox import waiting

    return not await waiting(database, range(16), 1)


async def _note(notes: list[bytes], data: bytes) -> None:
    notes.append(data)
