"""Read-through caching: single flight, early expiry, no server."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from mesh.cache import Cache, ReadThrough
from mesh.settings import RedisSettings
from mesh.testing import ManualClock, wait_for


class Loader:
    """Counts what it builds; each value takes `seconds` of the test's clock."""

    def __init__(self, clock: ManualClock, seconds: float = 1.0) -> None:
        self.clock = clock
        self.seconds = seconds
        self.built = 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self) -> int:
        await self.gate.wait()
        self.clock.advance(self.seconds)
        self.built += 1
        return self.built


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cache(redis_settings: RedisSettings) -> AsyncIterator[Cache]:
    cache = Cache(redis_settings, prefix="read:")
    await cache.start()
    yield cache
    await cache.stop()


async def _read(through: ReadThrough, key: str, load: Loader) -> int:
    return await through(key, 60.0, load, decode=int, encode=lambda value: str(value).encode())


async def test_second_read_comes_from_the_cache(cache: Cache, clock: ManualClock) -> None:
    """A value is built once, also for another process."""
    load = Loader(clock)

    first = await _read(ReadThrough(cache, clock=clock), "twice", load)
    second = await _read(ReadThrough(cache, clock=clock), "twice", load)

    assert (1, 1, 1) == (first, second, load.built)


async def test_concurrent_misses_build_once(cache: Cache, clock: ManualClock) -> None:
    """A hundred readers of a cold key wait for one build."""
    through, load = ReadThrough(cache, clock=clock), Loader(clock)

    values = await asyncio.gather(*(_read(through, "cold", load) for _ in range(100)))

    assert [1] * 100 == values
    assert 1 == load.built


async def test_reader_who_leaves_does_not_end_the_build(cache: Cache, clock: ManualClock) -> None:
    """The reader that began a build may be cancelled; the others get the value all the same."""
    through, load = ReadThrough(cache, clock=clock), Loader(clock)
    load.gate.clear()
    leaver = asyncio.create_task(_read(through, "left", load))
    await wait_for(lambda: through._flights)
    stayer = asyncio.create_task(_read(through, "left", load))

    leaver.cancel()
    await asyncio.wait((leaver,))
    load.gate.set()

    assert 1 == await stayer


async def test_error_of_the_load_reaches_its_readers_and_is_not_kept(cache: Cache, clock: ManualClock) -> None:
    """A failed build fails those who waited; the next read tries again."""
    through, load = ReadThrough(cache, clock=clock), Loader(clock)

    async def broken() -> int:
        raise LookupError

    with pytest.raises(LookupError):
        await through("broken", 60.0, broken, decode=int, encode=lambda value: str(value).encode())

    assert 1 == await _read(through, "broken", load)


async def test_early_renewal_in_the_background(cache: Cache, clock: ManualClock) -> None:
    """Near its end an unlucky draw renews the value, once, while readers still get the old one."""
    draw = [0.0]
    through, load = ReadThrough(cache, clock=clock, rand=lambda: draw[0]), Loader(clock)
    await _read(through, "early", load)  # built in 1 s, kept for 60

    clock.advance(58.5)
    lucky = await _read(through, "early", load)
    draw[0] = 0.9  # -ln(1 - 0.9) = 2.3 seconds of build time ahead, more than the 1.5 that are left
    unlucky = await asyncio.gather(*(_read(through, "early", load) for _ in range(10)))
    await wait_for(lambda: load.built == 2 and not through._flights)
    draw[0] = 0.0
    renewed = await _read(through, "early", load)

    assert (1, [1] * 10, 2) == (lucky, unlucky, renewed)
    assert 2 == load.built


async def test_early_renewal_needs_an_expensive_value(cache: Cache, clock: ManualClock) -> None:
    """The same draw leaves a value alone that is cheap to build."""
    through = ReadThrough(cache, clock=clock, rand=lambda: 0.9)
    load = Loader(clock, seconds=0.1)
    await _read(through, "cheap", load)

    clock.advance(58.5)
    await _read(through, "cheap", load)
    await asyncio.sleep(0)

    assert 1 == load.built


async def test_value_of_another_layout_is_rebuilt(cache: Cache, clock: ManualClock) -> None:
    """What this version cannot read it builds anew, whatever is stored there."""
    through, load = ReadThrough(cache, clock=clock), Loader(clock)
    await cache.set("odd", "x")
    first = await _read(through, "odd", load)
    stored = await cache.get("odd") or b""
    await cache.set("odd", stored[:17] + b"not a number")

    second = await _read(through, "odd", load)

    assert (1, 2) == (first, second)


async def test_without_a_server_every_read_loads(clock: ManualClock) -> None:
    """A cache that is down costs time and never a value; readers at once still share a build."""
    through, load = ReadThrough(Cache(RedisSettings("redis://127.0.0.1:1/0")), clock=clock), Loader(clock)

    together = await asyncio.gather(*(_read(through, "down", load) for _ in range(10)))
    later = await _read(through, "down", load)

    assert [1] * 10 == together
    assert 2 == later
