"""The decision to try a failed call again, with the wait before it."""

import asyncio
import time

from mesh.errors import Failure
from mesh.rpc.client.gate import retried
from mesh.rpc.client.method import Method, Outgoing


async def wait_or_raise(method: Method, outgoing: Outgoing, attempt: int, failure: Failure) -> None:
    """Wait until the next attempt is due; raises `failure` when there is to be none."""
    line = method.line
    delay = line.retry.delay(attempt, failure) if outgoing.repeatable else None
    if delay is None or _too_late(outgoing, delay) or not line.budget.spend():
        raise failure
    retried.labels(line.name, method.path).inc()
    await asyncio.sleep(delay)


def _too_late(outgoing: Outgoing, delay: float) -> bool:
    return outgoing.expires_at is not None and time.monotonic() + delay >= outgoing.expires_at
