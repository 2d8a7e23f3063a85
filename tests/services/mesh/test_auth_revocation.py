"""Ended sessions: heard of by every process, kept in Redis, known before anybody is answered."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest
import pytest_asyncio

from mesh.auth import Revocations
from mesh.auth.errors import RevocationNotSpread, RevocationsUnknown
from mesh.auth.revocation import LONGEST_ACCESS, MAX_REMEMBERED
from mesh.cache import Cache
from mesh.embedded import free_port
from mesh.ids import uuid7
from mesh.settings import RedisSettings

TTL = timedelta(minutes=15)


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
def heard() -> asyncio.Event:
    """Set: what was ended lately was heard."""
    event = asyncio.Event()
    event.set()
    return event


async def test_a_session_ended_here_is_ended_everywhere(cache: Cache, heard: asyncio.Event) -> None:
    """Another process sees it with its next call, even before it hears of it."""
    here, there, session = Revocations(cache, heard_all=heard), Revocations(cache, heard_all=heard), uuid7()
    assert not await there.is_revoked(session)

    await here.revoke(session, TTL)

    assert await there.is_revoked(session)
    assert not await there.is_revoked(uuid7())


async def test_what_was_heard_needs_no_redis(no_cache: Cache, heard: asyncio.Event) -> None:
    """While Redis is away processes go by what they hear, and whoever ended the session was understood."""
    here = Revocations(no_cache, heard_all=heard, reachable=lambda: True)
    there, session = Revocations(no_cache, heard_all=heard), uuid7()

    await here.revoke(session, TTL)
    there.hear(session)

    assert [True, True] == [await here.is_revoked(session), await there.is_revoked(session)]
    assert not await there.is_revoked(uuid7())


async def test_who_watches_is_told_of_each_end(no_cache: Cache, heard: asyncio.Event) -> None:
    """Streams that live long end with their session; who stops watching is told no more."""
    here, told = Revocations(no_cache, heard_all=heard), list[UUID]()
    first, second = uuid7(), uuid7()

    stop = here.watch(told.append)
    here.hear(first)
    stop()
    here.hear(second)

    assert [first] == told


async def test_when_nobody_can_be_told_the_caller_learns_it(no_cache: Cache, heard: asyncio.Event) -> None:
    """With neither Redis nor a bus the session is ended in this process, and the caller told."""
    here, session = Revocations(no_cache, heard_all=heard), uuid7()

    with pytest.raises(RevocationNotSpread) as caught:
        await here.revoke(session, TTL)

    assert 5.0 == caught.value.retry_after
    assert await here.is_revoked(session)


async def test_who_has_not_heard_yet_answers_nobody(cache: Cache, no_cache: Cache) -> None:
    """A process that starts with an emptied Redis refuses until it heard; then it gives Redis back what it heard."""
    await cache.delete("revocations:complete")
    heard, session = asyncio.Event(), uuid7()
    early, lonely = Revocations(cache, heard_all=heard), Revocations(no_cache, heard_all=heard)
    for revocations in (early, lonely):
        with pytest.raises(RevocationsUnknown):
            await revocations.is_revoked(session)
        with pytest.raises(RevocationsUnknown):
            await revocations.check()

    early.hear(session)
    known_before = await early.is_revoked(session)
    heard.set()
    others = await early.is_revoked(uuid7())
    without_bus = Revocations(cache, heard_all=asyncio.Event())

    assert (True, False) == (known_before, others)
    assert [True, False] == [await without_bus.is_revoked(session), await without_bus.is_revoked(uuid7())]
    assert not await lonely.is_revoked(uuid7())
    await early.check()


async def test_an_ended_session_is_forgotten_with_its_last_token(
    cache: Cache, no_cache: Cache, heard: asyncio.Event
) -> None:
    """Redis lets go after the time given, the process when no token can be good any more."""
    now = 1000.0
    here, session = Revocations(no_cache, heard_all=heard, monotonic=lambda: now), uuid7()
    here.hear(session)
    await Revocations(cache, heard_all=heard).revoke(session, TTL)

    milliseconds = await cache.execute("PTTL", f"revoked:{session}")
    now += LONGEST_ACCESS.total_seconds() - 1
    before = await here.is_revoked(session)
    now += 1
    after = await here.is_revoked(session)

    assert [True, False] == [before, after]
    assert 0 < milliseconds <= TTL.total_seconds() * 1000


async def test_memory_of_sessions_is_bounded(no_cache: Cache, heard: asyncio.Event) -> None:
    """The oldest ended session makes room for the newest."""
    here, first, last = Revocations(no_cache, heard_all=heard), uuid7(), uuid7()

    here.hear(first)
    for _ in range(MAX_REMEMBERED - 1):
        here.hear(uuid7())
    here.hear(last)

    assert [False, True] == [await here.is_revoked(first), await here.is_revoked(last)]
