"""Ended sessions: heard of by every process, kept in Redis, known before anybody is answered."""

import asyncio
from collections.abc import AsyncIterator
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

GENERATION, LOG = "{ended}:generation", "{ended}:sessions"


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

    await here.revoke(session)

    assert await there.is_revoked(session)
    assert not await there.is_revoked(uuid7())


async def test_what_was_heard_needs_no_redis(no_cache: Cache, heard: asyncio.Event) -> None:
    """While Redis is away processes go by what they hear, and whoever ended the session was understood."""
    here = Revocations(no_cache, heard_all=heard, reachable=lambda: True)
    there, session = Revocations(no_cache, heard_all=heard), uuid7()

    await here.revoke(session)
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
        await here.revoke(session)

    assert 5.0 == caught.value.retry_after
    assert await here.is_revoked(session)


async def test_who_has_not_heard_yet_answers_nobody(cache: Cache, no_cache: Cache) -> None:
    """A process that starts with an emptied Redis refuses until it heard; then it gives Redis back what it heard."""
    await cache.delete(GENERATION, LOG)
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
    """Redis lets go with a later end, the process when no token can be good any more."""
    now = 1000.0
    here, session = Revocations(no_cache, heard_all=heard, monotonic=lambda: now), uuid7()
    here.hear(session)
    await cache.delete(LOG)
    life = int(LONGEST_ACCESS.total_seconds() * 1000)
    seconds, _ = await cache.script("redis.call('EXISTS', KEYS[1]) return redis.call('TIME')")([LOG])
    for age in (life + 5_000, life - 60_000):
        await cache.execute("XADD", LOG, f"{int(seconds) * 1000 - age}-0", "id", str(uuid7()))
    await Revocations(cache, heard_all=heard).revoke(uuid7())

    kept = await cache.execute("XLEN", LOG)
    now += LONGEST_ACCESS.total_seconds() - 1
    before = await here.is_revoked(session)
    now += 1
    after = await here.is_revoked(session)

    assert [True, False] == [before, after]
    assert 2 == kept


async def test_who_lost_the_bus_reads_what_it_missed(cache: Cache, heard: asyncio.Event) -> None:
    """All that was ended meanwhile is known with the first question, to whoever watches as well."""
    there, here, told = Revocations(cache, heard_all=heard), Revocations(cache, heard_all=heard), list[UUID]()
    assert not await here.is_revoked(uuid7())
    here.watch(told.append)
    missed = [uuid7() for _ in range(3)]
    for session in missed:
        await there.revoke(session)

    assert not await here.is_revoked(uuid7())

    assert missed == told
    assert [True] * 3 == [here.remembers(session) for session in missed]


async def test_more_is_missed_than_is_read_at_once(cache: Cache, heard: asyncio.Event) -> None:
    """A process that starts reads an hour of a busy mesh, in parts."""
    there, sessions = Revocations(cache, heard_all=heard), [uuid7() for _ in range(2_500)]
    await asyncio.gather(*map(there.revoke, sessions))
    starts = Revocations(cache, heard_all=asyncio.Event())

    assert await starts.is_revoked(sessions[0])
    assert all(starts.remembers(session) for session in sessions)


async def test_questions_of_one_tick_are_one_command(redis_settings: RedisSettings, heard: asyncio.Event) -> None:
    """However many calls ask; and all who find that there is more to read read it together."""
    cache = Cache(redis_settings)  # without a prefix: commands that have no key can be given
    await cache.start()
    here, there, session = Revocations(cache, heard_all=heard), Revocations(cache, heard_all=heard), uuid7()
    await here.is_revoked(uuid7())
    counts = [await _commands(cache)]
    calm = await asyncio.gather(*(here.is_revoked(uuid7()) for _ in range(100)))
    counts.append(await _commands(cache))
    await there.revoke(session)
    counts.append(await _commands(cache))
    found = await asyncio.gather(*(here.is_revoked(session if n % 2 else uuid7()) for n in range(100)))
    counts.append(await _commands(cache))
    await cache.stop()

    assert ([False] * 100, [False, True] * 50) == (calm, found)
    assert 2 == counts[1] - counts[0]  # with the command that counts
    assert counts[3] - counts[2] <= 2 + 2 * 4  # and the script with its commands, once more for who came meanwhile


async def test_a_caller_who_leaves_disturbs_nobody_who_asked_with_it(cache: Cache, heard: asyncio.Event) -> None:
    """The question they share goes on."""
    here = Revocations(cache, heard_all=heard)
    leaves, stays = (asyncio.ensure_future(here.is_revoked(uuid7())) for _ in range(2))
    await asyncio.sleep(0)
    leaves.cancel()

    assert not await stays
    with pytest.raises(asyncio.CancelledError):
        await leaves


async def test_an_emptied_redis_is_given_back_what_was_heard(cache: Cache, heard: asyncio.Event) -> None:
    """By a process that runs, while the bus is there; what others added since stays known."""
    here = Revocations(cache, heard_all=heard, reachable=lambda: True)
    cut_off = Revocations(cache, heard_all=heard, reachable=lambda: False)
    early, late = uuid7(), uuid7()
    await here.revoke(early)
    for one in (here, cut_off):
        assert await one.is_revoked(early)
    await cache.delete(GENERATION, LOG)

    await cut_off.revoke(late)
    by_memory = [await cut_off.is_revoked(early), await cut_off.is_revoked(uuid7())]
    whole_before = await cache.get(GENERATION)
    restored = [await here.is_revoked(session) for session in (late, early)]
    starts = Revocations(cache, heard_all=asyncio.Event())

    assert ([True, False], [True, True]) == (by_memory, restored)
    assert (whole_before or b"").startswith(b"-")
    assert [True, True, False] == [await starts.is_revoked(session) for session in (early, late, uuid7())]


async def test_a_server_that_forgot_the_newest_is_read_anew(cache: Cache, heard: asyncio.Event) -> None:
    """A replica that took over without the last entries gives later ones smaller numbers: they are read, too."""
    here, there = Revocations(cache, heard_all=heard), Revocations(cache, heard_all=heard)
    await there.revoke(uuid7())
    last = (await cache.execute("XREVRANGE", LOG, "+", "-", "COUNT", 1))[0][0]
    ahead = int(last.split(b"-")[0]) + 60_000
    await cache.execute("XADD", LOG, f"{ahead}-0", "id", str(uuid7()))
    await cache.set(GENERATION, "+before")
    await here.is_revoked(uuid7())
    await cache.delete(LOG)
    later = uuid7()
    await there.revoke(later)

    assert await here.is_revoked(later)


async def _commands(cache: Cache) -> int:
    """How many commands the cache's own connection has sent: what other tests ask of the server is not counted."""
    info = await cache.execute("CLIENT", "INFO")
    return int(next(field for field in info.decode().split() if field.startswith("tot-cmds=")).partition("=")[2])


async def test_memory_of_sessions_is_bounded(no_cache: Cache, heard: asyncio.Event) -> None:
    """The oldest ended session makes room for the newest."""
    here, first, last = Revocations(no_cache, heard_all=heard), uuid7(), uuid7()

    here.hear(first)
    for _ in range(MAX_REMEMBERED - 1):
        here.hear(uuid7())
    here.hear(last)

    assert [False, True] == [await here.is_revoked(first), await here.is_revoked(last)]
