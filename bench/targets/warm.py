"""The first answer of a session, before any clock runs."""

import asyncio
from typing import TypeVar

from bench.load.target import Session

S = TypeVar("S", bound=Session)
ATTEMPTS = 10
PAUSE_SECONDS = 0.3
"""A system that was overloaded a moment ago refuses for about as long as its callers' deadlines."""


async def warmed(session: S) -> S:
    """Return the session with its connection up; raises what the last of some calls raised."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            await session.fire(0, 0.0)
        except Exception:
            if attempt == ATTEMPTS:
                await session.close()
                raise
            await asyncio.sleep(PAUSE_SECONDS)
        else:
            break
    return session
