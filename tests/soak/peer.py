"""The serving process, as whoever started it sees it."""

import asyncio
import json
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import Any

from tests.soak.engines import Engine, Loop, Place, Secrets
from tests.soak.gauges import Gauges

_SECONDS = 60.0


class Peer:
    """Answers one order after the other."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._stdin, self._stdout = process.stdin, process.stdout
        self.done: dict[str, int] = {}
        """How often it disturbed its servers, as of the last look."""

    async def tell(self, order: str) -> dict[str, Any]:
        """Give an order, return the answer."""
        self._stdin.write(order.encode() + b"\n")
        line = await asyncio.wait_for(self._stdout.readline(), _SECONDS)
        if not line:
            raise ConnectionError("the serving process has ended")
        return json.loads(line)

    async def gauges(self) -> Gauges:
        """Look at it."""
        answer = await self.tell("look")
        self.done = answer["done"]
        return Gauges(**answer["gauges"])


@asynccontextmanager
async def peer(engine: Engine, loop: Loop, places: list[Place], secrets: Secrets, seed: int) -> AsyncGenerator[Peer]:
    """Run it while the block lasts."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.soak.server", loop, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    try:
        one = Peer(process)
        files = [str(path) for path in (secrets.ca, secrets.cert, secrets.key)]
        told = {"engine": engine, "places": [asdict(place) for place in places], "secrets": files, "seed": seed}
        await one.tell(json.dumps(told))
        yield one
        assert process.stdin is not None
        process.stdin.close()
        await asyncio.wait_for(process.wait(), _SECONDS)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
