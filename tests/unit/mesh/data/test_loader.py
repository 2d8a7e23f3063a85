"""Lookups of one tick become one fetch."""

import asyncio
from collections.abc import Mapping, Sequence
from contextvars import ContextVar

import pytest

from mesh.data import Loader

WHO = ContextVar("who", default="nobody")


class Source:
    """Squares of even numbers."""

    def __init__(self) -> None:
        self.fetches: list[list[int]] = []

    async def __call__(self, keys: Sequence[int]) -> Mapping[int, int]:
        self.fetches.append(list(keys))
        await asyncio.sleep(0)
        if 13 in keys:
            raise LookupError("unlucky")
        return {key: key * key for key in keys if key % 2 == 0}


async def test_lookups_of_one_tick_are_fetched_together() -> None:
    """Distinct keys go into one fetch; every caller gets its value, None where there is none."""
    source = Source()
    loader = Loader(source)

    values = await asyncio.gather(*(loader.load(key) for key in (2, 3, 2, 4)))

    assert [4, None, 4, 16] == values
    assert [[2, 3, 4]] == source.fetches


async def test_later_lookups_are_fetched_anew() -> None:
    """A loader keeps nothing: the next tick asks again."""
    source = Source()
    loader = Loader(source)

    await loader.load(2)
    await loader.load(2)

    assert [[2], [2]] == source.fetches


async def test_many_keys() -> None:
    """Fetches are no larger than `max_batch`, and each lookup gets its own value."""
    source = Source()
    loader = Loader(source, max_batch=2)

    assert [4, None, 16, 36, 4] == await asyncio.gather(*map(loader.load, [2, 3, 4, 6, 2]))
    assert [[2, 3], [4, 6]] == source.fetches


async def test_an_error_reaches_everybody_who_waits() -> None:
    """A failed fetch fails its lookups, and only those."""
    loader = Loader(Source(), max_batch=1)

    values = await asyncio.gather(loader.load(13), loader.load(2), loader.load(13), return_exceptions=True)

    assert [LookupError, int, LookupError] == [type(value) for value in values]


async def test_one_caller_leaving_does_not_disturb_the_others() -> None:
    """A cancelled lookup leaves the value to those who still wait for the same key."""
    loader = Loader(Source())
    leaving, staying = asyncio.create_task(loader.load(2)), asyncio.create_task(loader.load(2))
    await asyncio.sleep(0)

    leaving.cancel()

    assert 4 == await staying
    assert leaving.cancelled()


async def test_what_nobody_waits_for_is_not_fetched() -> None:
    """Callers may leave between their wish and the fetch, as they do when their time is over."""
    source = Source()
    loader = Loader(source)
    leaving, staying = asyncio.create_task(loader.load(2)), asyncio.create_task(loader.load(4))
    asyncio.get_running_loop().call_soon(leaving.cancel)

    assert 16 == await staying
    assert [[4]] == source.fetches


async def test_fetching_belongs_to_no_call() -> None:
    """A fetch does not run in the context of the call that happened to ask first."""
    seen: list[str] = []

    async def fetch(keys: Sequence[int]) -> Mapping[int, int]:
        seen.append(WHO.get())
        return {}

    token = WHO.set("somebody")
    await Loader(fetch).load(1)
    WHO.reset(token)

    assert ["nobody"] == seen


async def test_a_fetch_that_cannot_start() -> None:
    """An error of any kind is told, never swallowed."""

    async def fetch(keys: Sequence[int]) -> Mapping[int, int]:
        raise MemoryError

    with pytest.raises(MemoryError):
        await Loader(fetch).load(1)
