"""Fires requests: open loop on a schedule, or closed loop as fast as answers come."""

import asyncio
import time
from collections.abc import Iterable
from typing import Any, Literal

from bench.load.outcome import UNFINISHED, word
from bench.load.recorder import Recorder
from bench.load.target import Exhausted, Session

Became = Literal["done", "failed", "exhausted"]

PAUSE_SECONDS = 0.05
"""How long one of a closed loop waits after a failure: refusals come at once, and would be asked for again at once."""
GRACE_SECONDS = 5.0
"""How long after the last due time answers may still come; the longest deadline of a write."""


async def open_loop(
    session: Session, recorder: Recorder, due_times: Iterable[float], *, start: float, in_flight: int
) -> None:
    """Send each request at `start` plus its due time whether or not earlier ones were answered.

    Latency counts from the due time, so that a server (or this process) which stalls is charged for everybody who waits
    meanwhile. A request that is due while `in_flight` others are open is dropped, which is a failure.
    """
    open_requests: set[asyncio.Task[Any]] = set()
    for number, after in enumerate(due_times):
        due = start + after
        await asyncio.sleep(max(0.0, due - time.monotonic()))  # a generator that is late still lets answers in
        if len(open_requests) >= in_flight:
            recorder.dropped()
            continue
        recorder.sent(due)
        task = asyncio.create_task(_fire(session, recorder, number, due))
        open_requests.add(task)
        task.add_done_callback(open_requests.discard)
    await _finish(open_requests, recorder)


async def closed_loop(session: Session, recorder: Recorder, *, start: float, seconds: float, in_flight: int) -> None:
    """Keep `in_flight` requests open: what the system can do at most. Its latencies say nothing about users."""
    end = start + seconds
    numbers = iter(range(10**12))
    await asyncio.sleep(max(0.0, start - time.monotonic()))

    async def fire_on() -> None:
        while (now := time.monotonic()) < end:
            became = await _fire(session, recorder, next(numbers), now)
            if became == "exhausted":
                return
            if became == "failed":
                await asyncio.sleep(PAUSE_SECONDS)

    await _finish({asyncio.create_task(fire_on()) for _ in range(in_flight)}, recorder, seconds + GRACE_SECONDS)


async def _fire(session: Session, recorder: Recorder, number: int, due: float) -> Became:
    try:
        kind = await session.fire(number, due)
    except Exhausted:
        return "exhausted"
    except Exception as error:  # noqa: BLE001 - whatever it is, it is counted
        recorder.failed(word(error))
        return "failed"
    recorder.done(kind, due)
    return "done"


async def _finish(tasks: set[asyncio.Task[Any]], recorder: Recorder, seconds: float = GRACE_SECONDS) -> None:
    if not tasks:
        return
    _, late = await asyncio.wait(tasks, timeout=seconds)
    for task in late:
        task.cancel()
        recorder.failed(UNFINISHED)
    await asyncio.gather(*late, return_exceptions=True)
