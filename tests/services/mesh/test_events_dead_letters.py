"""Dead letters: listed, replayed, discarded."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from guild.events.v1.jobs_pb2 import CompanyFollowed
from mesh.events import Bus, Consumer, Event, discard, list_dead_letters, replay
from mesh.events.dead_letters import DeadLetterNotFound
from mesh.testing import wait_for
from tests.services.mesh.fixtures_events import Heard, put


class Repairable(Heard):
    """Fails until it is repaired."""

    def __init__(self) -> None:
        super().__init__()
        self.broken = True

    async def __call__(self, event: Event[CompanyFollowed]) -> None:
        if self.broken:
            raise LookupError(event.message.user_id)
        await super().__call__(event)


@pytest_asyncio.fixture
async def feed(bus: Bus) -> AsyncIterator[Repairable]:
    """A consumer `feed` that fails, beside one named `search` that does not."""
    for name in ("JOBS", "DLQ"):
        await bus.js.purge_stream(bus.names.stream(name))
    handler = Repairable()
    consumer = Consumer(bus, "feed", {CompanyFollowed: handler}, back_off=())
    await consumer.start()
    yield handler
    await consumer.stop()


@pytest_asyncio.fixture
async def search(bus: Bus) -> AsyncIterator[Heard]:
    handler = Heard()
    consumer = Consumer(bus, "search", {CompanyFollowed: handler})
    await consumer.start()
    yield handler
    await consumer.stop()


async def test_listing_goes_on_where_it_ended(bus: Bus, feed: Repairable) -> None:
    """Letters come oldest first, page by page, of one durable or all."""
    await put(bus, "a", *"12345")
    await wait_for(lambda: _count(bus, 5))

    first = await list_dead_letters(bus, limit=2)
    rest = await list_dead_letters(bus, after=first[-1].sequence, durable="feed")

    assert ["LookupError: 1", "LookupError: 2"] == [letter.error for letter in first]
    assert ["LookupError: 3", "LookupError: 4", "LookupError: 5"] == [letter.error for letter in rest]
    assert [] == await list_dead_letters(bus, durable="search")
    assert feed.broken


async def test_replay_reaches_only_who_gave_up(bus: Bus, feed: Repairable, search: Heard) -> None:
    """A replayed event comes to the durable that failed it, to no other, and its letter is gone."""
    await put(bus, "a", "1")
    await wait_for(lambda: _count(bus, 1))
    await wait_for(lambda: search.events)
    feed.broken = False

    letter = await replay(bus, (await list_dead_letters(bus))[0].sequence)
    await wait_for(lambda: feed.events)
    await put(bus, "a", "2")
    await wait_for(lambda: len(search.events) == len(feed.events) == 2)

    assert "feed" == letter.durable
    assert ["1", "2"] == feed.of("a") == search.of("a")
    assert [] == await list_dead_letters(bus)


async def test_replay_that_fails_again_is_a_letter_again(bus: Bus, feed: Repairable) -> None:
    """Nothing is lost by a replay that came too early."""
    await put(bus, "a", "1")
    await wait_for(lambda: _count(bus, 1))
    first = (await list_dead_letters(bus))[0]

    await replay(bus, first.sequence)
    second = await wait_for(lambda: _after(bus, first.sequence))
    feed.broken = False
    await replay(bus, second)
    await wait_for(lambda: feed.events)

    assert ["1"] == feed.of("a")


async def test_discarded_letter_is_gone(bus: Bus, feed: Repairable) -> None:
    """A letter nobody needs is dropped; a second time there is nothing to drop or replay."""
    await put(bus, "a", "1")
    await wait_for(lambda: _count(bus, 1))
    sequence = (await list_dead_letters(bus))[0].sequence

    await discard(bus, sequence)

    assert [] == await list_dead_letters(bus)
    with pytest.raises(DeadLetterNotFound):
        await discard(bus, sequence)
    with pytest.raises(DeadLetterNotFound):
        await replay(bus, sequence)
    assert feed.broken


async def _count(bus: Bus, count: int) -> bool:
    return len(await list_dead_letters(bus)) == count


async def _after(bus: Bus, sequence: int) -> int:
    letters = await list_dead_letters(bus, after=sequence)
    return letters[0].sequence if letters else 0
