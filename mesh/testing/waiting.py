"""Wait for something to become true, no longer than it takes."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar, cast

T = TypeVar("T")

_PAUSE = 0.005


async def wait_for(predicate: Callable[[], T | Awaitable[T]], timeout: float = 5.0) -> T:  # noqa: ASYNC109 -- raises what a test should show
    """Return the first true value `predicate` (plain or async) gives; raises AssertionError after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while True:
        value = predicate()
        if inspect.isawaitable(value):
            value = await cast("Awaitable[T]", value)
        if value:
            return cast("T", value)
        if time.monotonic() > deadline:
            raise AssertionError(f"still {value!r} after {timeout} seconds: {predicate}")
        await asyncio.sleep(_PAUSE)
