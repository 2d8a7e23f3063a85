"""Ended sessions, spread over Redis and the bus."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest
import pytest_asyncio

from mesh.auth import Revocations
from mesh.auth.errors import RevocationNotSpread
from mesh.auth.revocation import MAX_REMEMBERED, SUBJECT
from mesh.cache import Cache
from mesh.embedded import free_port
from mesh.events import Bus
from mesh.ids import uuid7
from mesh.settings import NatsSettings, RedisSettings
from mesh.testing import wait_for

Open = Callable[..., Awaitable[Revocations]]
TTL = timedelta(minutes=15)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bus(nats_settings: NatsSettings) -> AsyncIterator[Bus]:
    bus = Bus(nats_settings)
    await bus.start()
    yield bus
    await bus.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cache(redis_settings: RedisSettings) -> AsyncIterator[Cache]:
    cache = Cache(redis_settings, prefix="mesh:")
    await cache.start()
    yield cache
    await cache.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def no_cache() -> AsyncIterator[Cache]:
    cache = Cache(RedisSettings(url=f"redis://127.0.0.1:{free_port()}/0"))
    await cache.start()
    yield cache
    await cache.stop()


@pytest.fixture
async def process() -> AsyncIterator[Open]:
    """Opens the revocations of one more process."""
    opened: list[Revocations] = []

    async def open_(cache: Cache, bus: Bus | None = None, **options: Callable[[], float]) -> Revocations:
        revocations = Revocations(cache, bus, **options)
        await revocations.start()
        opened.append(revocations)
        return revocations

    yield open_
    for revocations in opened:
        await revocations.stop()


async def test_a_session_ended_here_is_ended_everywhere(process: Open, cache: Cache) -> None:
    """Another process sees it with its next call, even one that hears no bus."""
    here, there, session = await process(cache), await process(cache), uuid7()
    assert not await there.is_revoked(session)

    await here.revoke(session, TTL)

    assert await there.is_revoked(session)
    assert not await there.is_revoked(uuid7())


async def test_without_redis_the_bus_tells(process: Open, no_cache: Cache, bus: Bus) -> None:
    """While Redis is away processes still hear of ended sessions."""
    here, there, session = await process(no_cache, bus), await process(no_cache, bus), uuid7()

    await here.revoke(session, TTL)

    await wait_for(lambda: there.is_revoked(session))
    assert await here.is_revoked(session)


async def test_when_nobody_can_be_told_the_caller_learns_it(process: Open, no_cache: Cache) -> None:
    """With neither Redis nor a bus the session is ended in this process, and the caller asked to try again."""
    here, session = await process(no_cache), uuid7()

    with pytest.raises(RevocationNotSpread) as caught:
        await here.revoke(session, TTL)

    assert 1.0 == caught.value.retry_after
    assert await here.is_revoked(session)


async def test_an_ended_session_is_forgotten_with_its_last_token(process: Open, cache: Cache, no_cache: Cache) -> None:
    """Redis and the local memory both let go after the time given."""
    now = 1000.0
    here, session = await process(no_cache, monotonic=lambda: now), uuid7()
    with pytest.raises(RevocationNotSpread):
        await here.revoke(session, TTL)
    stored = await process(cache)
    await stored.revoke(session, TTL)

    milliseconds = await cache.execute("PTTL", f"revoked:{session}")
    now += TTL.total_seconds() - 1
    before = await here.is_revoked(session)
    now += 1
    after = await here.is_revoked(session)

    assert [True, False] == [before, after]
    assert 0 < milliseconds <= TTL.total_seconds() * 1000


async def test_nonsense_on_the_subject_is_ignored(process: Open, no_cache: Cache, bus: Bus) -> None:
    """A signal that is not understood does not end the listening."""
    here, there, session = await process(no_cache, bus), await process(no_cache, bus), uuid7()

    for nonsense in (b"", b"\xff", b"no-uuid 5", f"{session} soon".encode()):
        await bus.publish(SUBJECT, nonsense)
    await here.revoke(session, TTL)

    await wait_for(lambda: there.is_revoked(session))


async def test_memory_of_sessions_is_bounded(process: Open, no_cache: Cache) -> None:
    """The oldest ended session makes room for the newest."""
    here, first, last = await process(no_cache), uuid7(), uuid7()

    here._remember(first, 60.0)
    for _ in range(MAX_REMEMBERED - 1):
        here._remember(uuid7(), 60.0)
    here._remember(last, 60.0)

    assert [False, True] == [await here.is_revoked(first), await here.is_revoked(last)]
    assert MAX_REMEMBERED == len(here._heard)
