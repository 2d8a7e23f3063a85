"""How the cache's breaker opens and closes."""

import asyncio

from mesh.cache.breaker import Breaker
from mesh.testing import wait_for


async def test_opens_until_a_probe_succeeds() -> None:
    """A trip opens the breaker; it closes by itself when the cache answers a probe."""
    down = True
    probes = 0

    async def probe() -> None:
        nonlocal probes
        probes += 1
        if down:
            raise ConnectionError

    breaker = Breaker(probe)
    breaker.trip(ConnectionError())
    breaker.trip(ConnectionError())
    opened = breaker.open
    await wait_for(lambda: probes >= 2)
    still_open = breaker.open
    down = False
    await wait_for(lambda: not breaker.open)

    assert (True, True) == (opened, still_open)


async def test_close_stops_probing() -> None:
    """A closed cache looks for its server no more."""

    async def probe() -> None:
        await asyncio.Event().wait()

    breaker = Breaker(probe)
    breaker.trip(ConnectionError())

    await breaker.close()
    await breaker.close()

    assert 1 == len(asyncio.all_tasks())
