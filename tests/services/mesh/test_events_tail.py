"""The tail of a kind of event: what lately happened, then what happens."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

from guild.events.v1.envelope_pb2 import Envelope
from mesh.events import Bus, Tail
from mesh.testing import wait_for
from tests.services.mesh.fixtures_events import put

REJECTED = ("JOBS", "company_followed")


@asynccontextmanager
async def tail(bus: Bus, heard: Callable[[Envelope], None], back: timedelta) -> AsyncIterator[Tail]:
    listening = Tail(bus, *REJECTED, heard, back=back)
    await listening.start()
    yield listening
    await listening.stop()


async def test_what_happened_before_the_start_is_heard_first(bus: Bus) -> None:
    """When a start returns, every event of the time back was heard, in order; later ones follow."""
    keys: list[str] = []
    for n in range(300):
        await put(bus, f"early{n}", "x")

    async with tail(bus, lambda envelope: keys.append(envelope.key), timedelta(hours=1)) as listening:
        caught_up, before = listening.caught_up.is_set(), list(keys)
        await put(bus, "late", "x")
        await wait_for(lambda: "late" in keys)

    assert caught_up
    assert [f"early{n}" for n in range(300)] == before


async def test_older_events_are_left_out(bus: Bus) -> None:
    """A tail that begins now has nothing to catch up with."""
    keys: list[str] = []
    await put(bus, "old", "x")

    async with tail(bus, lambda envelope: keys.append(envelope.key), timedelta(seconds=-1)) as listening:
        assert listening.caught_up.is_set()

    assert [] == keys


async def test_what_is_not_understood_is_passed_over(bus: Bus) -> None:
    """Neither nonsense on the subject nor a callback that cannot read it ends the listening."""
    keys: list[str] = []

    def hear(envelope: Envelope) -> None:
        if envelope.key == "odd":
            raise ValueError(envelope.key)
        keys.append(envelope.key)

    await bus.js.publish(bus.names.subject("guild.jobs.company_followed.odd"), b"\xff\xff")
    await put(bus, "odd", "x")
    async with tail(bus, hear, timedelta(hours=1)):
        await put(bus, "good", "x")
        await wait_for(lambda: "good" in keys)


async def test_events_of_an_outage_are_heard_after_it(bus: Bus) -> None:
    """After a lost connection the tail is read again: nothing that happened meanwhile is missing."""
    keys: list[str] = []

    async with tail(bus, lambda envelope: keys.append(envelope.key), timedelta(hours=1)) as listening:
        assert listening._pull is not None
        await bus.nc._process_op_err(ConnectionError("cut"))
        await wait_for(lambda: bus.connected)
        await put(bus, "after", "x")
        await wait_for(lambda: "after" in keys)
