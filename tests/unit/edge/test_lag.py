"""How late the event loop is."""

import asyncio
import time

from edge.lag import TICK_SECONDS, LoopLag
from mesh.testing.waiting import wait_for


async def test_a_loop_that_is_held_up_is_late_until_it_rests() -> None:
    """What holds it up for longer than a tick is seen by the next look; without requests there is none."""
    lag = LoopLag()
    lag.note()
    lag.note()
    time.sleep(TICK_SECONDS * 5)  # noqa: ASYNC251 - holds the loop up
    await asyncio.sleep(0)

    seen = await wait_for(lambda: lag.seconds)
    rested = await wait_for(lambda: lag.seconds == 0.0)

    assert seen >= TICK_SECONDS
    assert rested
