"""Ending tasks."""

import asyncio
import contextlib

from mesh.events.endings import end


async def test_a_task_that_swallows_a_cancel_is_cancelled_again() -> None:
    """Stopping does not hang on a library that lost the first cancel."""
    begun, swallowed = asyncio.Event(), 0

    async def deaf() -> None:
        nonlocal swallowed
        begun.set()
        for _ in range(2):
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.Event().wait()
            swallowed += 1
        await asyncio.Event().wait()

    task = asyncio.create_task(deaf())
    await begun.wait()
    await asyncio.wait_for(end([task]), 10)

    assert (2, True) == (swallowed, task.cancelled())


async def test_nothing_to_end() -> None:
    """No tasks, or tasks that are done, end at once."""
    done = asyncio.create_task(asyncio.sleep(0))
    await done

    await end([done])
    await end([])

    assert done.done()
