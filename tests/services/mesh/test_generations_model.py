"""The model that histories are played on does what Redis does."""

import re
from collections.abc import AsyncIterator, Iterator
from itertools import count
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mesh.cache import Cache
from mesh.generations import Generations
from mesh.settings import RedisSettings
from tests.unit.mesh.generations.redis_model import EPOCH, RedisModel

NAMES = ("one", "two")
FAR = 3_600_000  # milliseconds until epochs end here
some = st.lists(st.sampled_from(NAMES), min_size=1, unique=True)
commands = st.one_of(
    st.tuples(st.just("open"), some),
    st.tuples(st.sampled_from(["hold", "release"]), some, st.sampled_from(["a", "b"])),
    st.tuples(st.just("beat"), st.integers(0, 3), st.sampled_from([-1_000, FAR])),
    st.tuples(st.just("lose"), st.sampled_from([*NAMES, EPOCH])),
    st.tuples(st.just("forget"), st.sampled_from(NAMES)),
    st.tuples(st.just("probation over")),
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cache(redis_settings: RedisSettings) -> AsyncIterator[Cache]:
    cache = Cache(redis_settings, prefix="model:")
    await cache.start()
    yield cache
    await cache.stop()


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(commands, max_size=12))
async def test_the_model_does_what_redis_does(
    cache: Cache, monkeypatch: pytest.MonkeyPatch, steps: list[tuple[Any, ...]]
) -> None:
    """Whatever is done in whatever order, the answers and what is stored are the same but for the time."""
    real, model = Generations(cache), RedisModel()
    await cache.delete(*NAMES, EPOCH)
    for step in steps:
        said: list[Any] = []
        for names in (_numbered(), _numbered()):
            monkeypatch.setattr("secrets.token_hex", lambda _, names=names: next(names))
            said.append(await (_really(real, cache, step) if not said else _in_model(model, step)))
        stored = {name: await cache.get(name) for name in (*NAMES, EPOCH)}

        assert said[0] == said[1], step
        assert {name: _timeless(value) for name, value in stored.items()} == {
            name: _timeless((model.get(name) or "").encode() or None) for name in stored
        }, step


def _numbered() -> Iterator[str]:
    return (f"{number:016x}" for number in count())


async def _really(real: Generations, cache: Cache, step: tuple[Any, ...]) -> Any:
    match step:
        case ("open", names):
            return await real.open(names)
        case ("hold" | "release" as verb, names, token):
            await getattr(real, verb)(names, token)
        case ("beat", fence, ends):
            await real.beat(fence, await real.time() + ends)
        case ("lose", name):
            await cache.delete(name)
        case ("forget", name):
            await cache.set(name, "!1:old;")
        case _:
            value = await cache.get(EPOCH) or b""
            if value.startswith(b"?"):
                await cache.set(EPOCH, re.sub(rb"\d+$", b"1", value), ttl=60)
    return None


async def _in_model(model: RedisModel, step: tuple[Any, ...]) -> Any:
    match step:
        case ("open", names):
            return model.open(names)
        case ("hold" | "release" as verb, names, token):
            getattr(model, verb)(names, token)
        case ("beat", fence, ends):
            model.beat(fence, model.beat(0, 0) + ends)
        case ("lose", name):
            model.values.pop(name, None)
        case ("forget", name):
            model.values[name] = "!1:old;", None
        case _:
            value = model.get(EPOCH) or ""
            if value.startswith("?"):
                model.values[EPOCH] = re.sub(r"\d+$", "1", value), model.now + 60_000
    return None


def _timeless(value: bytes | None) -> bytes | None:
    return None if value is None else re.sub(rb"(?<![0-9a-f])\d{6,13}(?![0-9a-f])", b"TIME", value)
