"""One embedded store that is started again when it dies or hangs."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping

from guildctl import probe
from guildctl.silence import Silence
from mesh.embedded import Server, ServerError

HUNG_SECONDS = 15.0
"""A store that answers nobody for this long is ended and started again; its data survives that as it does a crash."""

_PROBE_SECONDS = 2.0
"""Also the time between attempts to start."""


class StoreKeeper:
    """Watches a server that is up."""

    def __init__(self, server: Server, say: Callable[[str], None]) -> None:
        self.server = server
        self.restarts = 0
        self.hung = ""
        self.health = "up"
        self._say = say
        self._silence = Silence(HUNG_SECONDS)
        self._died = asyncio.Event()

    async def keep(self) -> None:
        """Go on until it is cancelled."""
        while True:
            self._died.clear()
            if self.server.alive:
                await self._ask(time.monotonic())
            else:
                self._revive()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_PROBE_SECONDS):
                    await self._died.wait()

    def look(self) -> None:
        """Notice now whether the server died: some child did."""
        if not self.server.alive:
            self._died.set()

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

    def _revive(self) -> None:
        self.health = "down"
        self.restarts += 1
        self._say(f"{self.server.name} died; starting it again")
        self._silence.heard()
        try:
            self.server.start()  # waits for its answer; on the main thread, since the server ends with its starter
        except (ServerError, OSError) as error:
            self._say(f"{self.server.name} does not come up, trying on: {error}")
