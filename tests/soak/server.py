"""The serving process: `python -m tests.soak.server LOOP`, told what to do by lines of JSON.

It drains connections at random and restarts servers while it is not told to pause.
"""

import asyncio
import json
import random
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from mesh.wire.server import Server
from tests.soak.engines import LOOPS, Engine, Loop, Place, Secrets, make_server
from tests.soak.gauges import Gauges, Noises, take
from tests.soak.service import PlannedError, Soak

DRAIN_SECONDS = 0.3
"""Between two drains of a random connection, on average."""
RESTART_SECONDS = 2.0
"""Between two restarts, on average."""
GRACES = (None, 0.05, 5.0)
"""How long a server that is restarted lets its calls finish."""


class Serving:
    """Servers at all places, and what disturbs them."""

    def __init__(self, engine: Engine, places: list[Place], secrets: Secrets, seed: int) -> None:
        self._engine: Engine = engine
        self._secrets = secrets
        self._places = places
        self._random = random.Random(seed)
        self._soak = Soak()
        self._noises = Noises(PlannedError)
        self._servers: dict[Place, Any] = {}
        self._busy = asyncio.Lock()
        self._disturbers: list[asyncio.Task[None]] = []
        self.done = {"drains": 0, "restarts": 0}

    async def start(self) -> None:
        """Serve."""
        for place in self._places:
            await self._start(place)
        self._disturbers = [asyncio.create_task(self._drain()), asyncio.create_task(self._restart())]

    async def stop(self) -> None:
        """Stop everything."""
        for disturber in self._disturbers:
            disturber.cancel()
        for server in self._servers.values():
            await server.stop(1)

    async def pause(self) -> None:
        """Leave the servers alone from here on."""
        await self._busy.acquire()

    def resume(self) -> None:
        """Disturb them again."""
        self._busy.release()

    def gauges(self) -> Gauges:
        """Look at this process."""
        servers = [server for server in self._servers.values() if isinstance(server, Server)]
        wires = [wire for server in servers for wire in server.connections]
        wheels = [server.wheel for server in servers]
        return take(wires, wheels, running=self._soak.running, noises=self._noises)

    async def _start(self, place: Place) -> None:
        server = make_server(self._engine, place, self._secrets, self._soak.handler())
        await server.start()
        self._servers[place] = server

    async def _drain(self) -> None:
        """Connection age, only much more often than a look at them each second would bring it about."""
        while True:
            await asyncio.sleep(self._random.expovariate(1 / DRAIN_SECONDS))
            async with self._busy:
                self._drain_one()

    def _drain_one(self) -> None:
        aging = [server for place, server in self._servers.items() if place.age is not None]
        wires = [wire for server in aging if isinstance(server, Server) for wire in server.connections]
        if wires:
            self._random.choice(wires).drain()
            self.done["drains"] += 1

    async def _restart(self) -> None:
        mortal = [place for place in self._places if place.name == "restarted"]
        while mortal:
            await asyncio.sleep(self._random.expovariate(1 / RESTART_SECONDS))
            async with self._busy:
                place = self._random.choice(mortal)
                await self._servers[place].stop(self._random.choice(GRACES))
                await self._start(place)
                self.done["restarts"] += 1


async def main() -> None:
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    told = json.loads(await orders.readline())
    secrets = Secrets(*map(Path, told["secrets"]))
    serving = Serving(told["engine"], [Place(**place) for place in told["places"]], secrets, told["seed"])
    await serving.start()
    _say({})
    while order := (await orders.readline()).strip():
        if order == b"pause":
            await serving.pause()
            _say({})
        elif order == b"resume":
            serving.resume()
            _say({})
        else:
            _say({"gauges": serving.gauges().plain(), "done": serving.done})
    await serving.stop()


def _say(what: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt), asyncio.Runner(loop_factory=LOOPS[cast("Loop", sys.argv[1])]) as runner:
        runner.run(main())
