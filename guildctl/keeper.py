"""One embedded store that is started again when it dies or hangs."""

import asyncio
import time
from collections.abc import Callable, Mapping

from guildctl import probe
from guildctl.silence import Silence
from mesh.embedded import Server, ServerError

HUNG_SECONDS = 15.0
"""A store that answers nobody for this long is ended and started again; its data survives that as it does a crash."""

_TICK = 0.1  # how soon a death is noticed
_PROBE_SECONDS = 2.0
_AGAIN_SECONDS = 2.0  # between attempts to start


class StoreKeeper:
    """Watches a server that is up."""

    def __init__(self, server: Server, say: Callable[[str], None]) -> None:
        self.server = server
        self.restarts = 0
        self.hung = ""
        self.health = "up"
        self._say = say
        self._silence = Silence(HUNG_SECONDS)

    async def keep(self) -> None:
        """Go on until it is cancelled."""
        asked_at = 0.0
        while True:
            if not self.server.alive:
                await self._revive()
            elif time.monotonic() - asked_at >= _PROBE_SECONDS:
                asked_at = time.monotonic()
                await self._ask(asked_at)
            await asyncio.sleep(_TICK)

    def state(self) -> Mapping[str, object]:
        """Return what `guild status` needs to know."""
        return {"pid": self.server.pid, "restarts": self.restarts, "hung": self.hung}

    async def _ask(self, asked_at: float) -> None:
        if await probe.store_answers(self.server.name, self.server.port):
            self.health = "up"
            self._silence.heard()
        elif self.server.alive:
            self.health = probe.NO_ANSWER
            if self._silence.missed(asked_at):
                self.hung = f"it answered nobody for {HUNG_SECONDS:g} s"
                self._say(f"{self.server.name} hangs; ending it")
                self.server.kill()

    async def _revive(self) -> None:
        self.health = "down"
        self.restarts += 1
        self._say(f"{self.server.name} died; starting it again")
        self._silence.heard()
        try:
            self.server.start()  # waits for its answer; on the main thread, since the server ends with its starter
        except (ServerError, OSError) as error:
            self._say(f"{self.server.name} does not come up, trying on: {error}")
            await asyncio.sleep(_AGAIN_SECONDS)
