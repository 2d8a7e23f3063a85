"""Ends tasks that may be waiting inside the NATS client."""

import asyncio
from collections.abc import Iterable

AGAIN_SECONDS = 0.5


async def end(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancel until all are done: before Python 3.12 `asyncio.wait_for`, which the client uses, can swallow a cancel."""
    pending = {task for task in tasks if not task.done()}
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=AGAIN_SECONDS)
