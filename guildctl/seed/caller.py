"""Calls that are made until they are answered."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar

from mesh.errors import Aborted, DeadlineExceeded, Failure, ResourceExhausted, Unauthenticated, Unavailable

R = TypeVar("R")

PATIENCE_SECONDS = 60.0
"""How long a system that does not answer is asked again: a role that was killed is back sooner."""
FIRST_PATIENCE_SECONDS = 3.0
"""The same before the first answer: it may be the wrong address."""
LIMIT_PATIENCE_SECONDS = 900.0
"""How long a call waits for its bucket."""
_FIRST_WAIT = 0.1
_LONGEST_WAIT = 5.0


class Caller(Protocol):
    """Who makes a call."""

    async def authorization(self) -> str:
        """Return what to send as `authorization`."""
        ...

    async def renew(self, refused: str) -> None:
        """Get another one in place of one that was refused."""
        ...


class Calls:
    """Waits as long as the system asks to, tries again what was not answered, signs in again when a session ended.

    Every call here may be repeated: it reads, or it is idempotent by itself or by its key.
    """

    def __init__(self) -> None:
        self.made = 0
        self._answered = False
        self.waited = 0.0
        """Seconds spent in waiting for rate limits, over all calls."""

    async def __call__(
        self, method: Callable[..., Awaitable[R]], request: Any, caller: Caller | None = None, key: str = ""
    ) -> R:
        """Return the reply; raises the Failure that no waiting mends."""
        first_failed: float | None = None
        attempt = 0
        renewed = False
        while True:
            authorization = await caller.authorization() if caller else ""
            try:
                self.made += 1
                reply = await method(request, metadata=_metadata(authorization, key))
            except Unauthenticated:
                if caller is None or renewed:
                    raise
                renewed = True
                await caller.renew(authorization)
            except (ResourceExhausted, Unavailable, DeadlineExceeded, Aborted) as failure:
                now = time.monotonic()
                first_failed = first_failed or now
                wait = _wait(failure, attempt)
                attempt += 1
                if now + wait - first_failed > self._patience(failure):
                    raise
                await self._sleep(failure, wait)
            else:
                self._answered = True
                return reply

    def _patience(self, failure: Failure) -> float:
        if isinstance(failure, ResourceExhausted):
            return LIMIT_PATIENCE_SECONDS
        return PATIENCE_SECONDS if self._answered else FIRST_PATIENCE_SECONDS

    async def _sleep(self, failure: Failure, wait: float) -> None:
        if isinstance(failure, ResourceExhausted):
            self.waited += wait
        await asyncio.sleep(wait)


def _metadata(authorization: str, key: str) -> list[tuple[str, str]]:
    metadata = [("authorization", authorization)] if authorization else []
    return [*metadata, ("idempotency-key", key)] if key else metadata


def _wait(failure: Failure, attempt: int) -> float:
    """What the system asks for, and a little more, so that not everybody comes back at once."""
    bound = min(_LONGEST_WAIT, _FIRST_WAIT * 2**attempt)
    return (failure.retry_after or 0.0) + random.uniform(0, bound)
