"""What an audit found."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

SETTLE_SECONDS = 60.0
"""How long events that are under way may take to arrive, counted from the beginning of a check."""
_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 2.0


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was examined; without differences it is as it should be."""

    name: str
    examined: str
    differences: tuple[str, ...] = ()


async def settled(look: Callable[[], Awaitable[list[str]]], until: float) -> list[str]:
    """Look until there are no differences; return those there still are at `until` on time.monotonic()."""
    pause = _FIRST_PAUSE
    while differences := await look():
        if time.monotonic() >= until:
            return differences
        await asyncio.sleep(pause)
        pause = min(_LONGEST_PAUSE, 2 * pause)
    return []
