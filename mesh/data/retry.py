"""Running a transaction again when a concurrent one won."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from mesh.data.failures import CONFLICTS, TransactionConflict

T = TypeVar("T")

ATTEMPTS = 6
_FIRST_PAUSE_SECONDS = 0.005
_LONGEST_PAUSE_SECONDS = 0.25


async def until_no_conflict(attempt: Callable[[], Awaitable[T]]) -> T:
    """Return what the first attempt without a conflict returns; raises TransactionConflict after ATTEMPTS."""
    for number in range(ATTEMPTS):
        try:
            return await attempt()
        except CONFLICTS:
            await pause(number)
    raise too_many_conflicts()


async def pause(attempt: int) -> None:
    """Wait before the next attempt: exponential with full jitter, so that rivals come apart.

    Source: Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
    """
    ceiling = min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2**attempt)
    await asyncio.sleep(random.uniform(0, ceiling))  # noqa: S311 - spreads load, keeps no secret


def too_many_conflicts() -> TransactionConflict:
    """Return the failure that ends the attempts."""
    return TransactionConflict(f"concurrent changes won {ATTEMPTS} times in a row, try again", retry_after=1.0)
