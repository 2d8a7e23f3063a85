"""The soak itself: phases of load, and moments of rest between them in which nothing may be left."""

import asyncio
from dataclasses import dataclass, field
from random import Random
from typing import Any

from mesh.wire.client import Channel
from tests.soak import gauges, report, rogues
from tests.soak.calls import Attempt, Fate, WrongError, invented, perform
from tests.soak.engines import Engine, Place, Secrets, make_channel
from tests.soak.gauges import Gauges, Noises
from tests.soak.ledger import Ledger
from tests.soak.memory import Sample
from tests.soak.peer import Peer
from tests.soak.relay import Relay
from tests.soak.service import PlannedError

WORKERS = 24
ROGUE_SECONDS = 1.0
"""Between two rogue clients, on average."""
SHORT = 0.03
"""The share of calls that have a channel of their own."""
_LEAST = 2
"""Phases of the shortest run: what is left after the first is what later ones are compared with."""
SETTLE_SECONDS = 25.0
"""How long it may take until nothing is left: a connection that its peer does not close lingers for ten."""


@dataclass(slots=True)
class Soak:
    """One run."""

    engine: Engine
    places: list[Place]
    secrets: Secrets
    peer: Peer
    relay: Relay
    seed: int
    ledger: Ledger = field(default_factory=Ledger)
    samples: list[Sample] = field(default_factory=list)
    _channels: dict[Place, Any] = field(default_factory=dict)
    _old: Any = None
    """A channel that is never closed, nor its connection."""
    _running: int = 0
    _noises: Any = None
    _resting: bool = False
    _calm: dict[str, dict[str, int]] = field(default_factory=dict)
    """What each process had at the first rest and may have at every other."""

    async def run(self, seconds: float, phase: float) -> None:
        """Load the servers for so many seconds, with a rest after each phase."""
        loop = asyncio.get_running_loop()
        self._noises = Noises(PlannedError)
        self._old = self._channel(self.places[0])
        began = loop.time()
        number = 0
        while loop.time() - began < seconds or number < _LEAST:
            await self._load(number, min(phase, max(1.0, began + seconds - loop.time())))
            await self._rest(loop.time() - began)
            number += 1
            print(report.progress(self.ledger, self.samples[-1]), flush=True)
        await self._old.close()

    # ── load ──

    async def _load(self, number: int, seconds: float) -> None:
        self._resting = False
        self._channels = {place: self._channel(place) for place in self.places[1:]}
        self._channels[self.places[0]] = self._old
        self.relay.paused = False
        workers = [self._work(Random(f"{self.seed}/{number}/{worker}")) for worker in range(WORKERS)]
        if self.engine == "wire":
            workers.append(self._disturb(Random(f"{self.seed}/{number}/rogue")))
        working = [asyncio.create_task(worker) for worker in workers]
        await asyncio.sleep(seconds)
        self._resting = True
        await asyncio.gather(*working)
        self.relay.paused = True

    def _channel(self, place: Place) -> Any:
        address = self.relay.address if place.name == "cut" else place.address
        return make_channel(self.engine, place, address, self.secrets)

    async def _work(self, random: Random) -> None:
        while not self._resting:
            place = random.choice(self.places)
            attempt = invented(random)
            if attempt.fate is Fate.CLOSE or random.random() < SHORT:
                channel = self._channel(place)
                await self._call(channel, place, attempt)
                await channel.close()
            else:
                await self._call(self._channels[place], place, attempt)

    async def _call(self, channel: Any, place: Place, attempt: Attempt) -> None:
        self._running += 1
        try:
            code, details = await perform(channel, attempt)
        except WrongError as error:
            self._wrong(place, attempt, str(error))
        except Exception as error:  # noqa: BLE001 - whatever a call raises that is no status is a fault
            self._wrong(place, attempt, f"raised {error!r}")
        else:
            self.ledger.ended(place.name, attempt.kind, attempt.fate, code.name)
            if code not in attempt.expected(rough=place.rough):
                self._wrong(place, attempt, f"ended as {code.name}: {details}")
            if place.rough and code.name == "UNAVAILABLE":
                await asyncio.sleep(0.01)
        finally:
            self._running -= 1

    def _wrong(self, place: Place, attempt: Attempt, text: str) -> None:
        self.ledger.fault(f"{attempt.kind} at {place.name}: {text} ({attempt})")

    async def _disturb(self, random: Random) -> None:
        while not self._resting:
            await asyncio.sleep(random.expovariate(1 / ROGUE_SECONDS))
            host, _, port = self.places[0].address.rpartition(":")
            rogue = random.choice((rogues.flood, rogues.cut))
            try:
                await rogue(random, host, int(port))
            except (WrongError, OSError) as error:
                self.ledger.fault(f"{rogue.__name__}: {error!r}")
            self.ledger.events[rogue.__name__] += 1

    # ── rest ──

    async def _rest(self, seconds: float) -> None:
        await self.peer.tell("pause")
        for place in self.places[1:]:
            await self._channels.pop(place).close()
        self._channels.clear()
        client, server = await self._settled()
        self.samples.append(Sample(seconds, self.ledger.calls.total(), client, server))
        for side, found in (("client", client), ("server", server)):
            for noise in found.noises:
                self.ledger.fault(f"the {side} said: {noise}")
        await self.peer.tell("resume")

    async def _settled(self) -> tuple[Gauges, Gauges]:
        """Wait until nothing is left; what is left after a while is a fault."""
        noises: dict[str, list[str]] = {"client": [], "server": []}
        loop = asyncio.get_running_loop()
        until = loop.time() + SETTLE_SECONDS
        while True:
            found = {"client": self._look(), "server": await self.peer.gauges()}
            for side, one in found.items():
                noises[side] += one.noises
                one.noises = noises[side]
            left = {side: what for side, one in found.items() if (what := self._left(side, one))}
            if not left or loop.time() > until:
                break
            await asyncio.sleep(0.25)
        for side, what in left.items():
            self.ledger.fault(f"the {side} at rest still has {what}")
        if not self._calm:
            self._calm = {side: one.standing() for side, one in found.items()}
        return found["client"], found["server"]

    def _look(self) -> Gauges:
        old = self._old
        own = isinstance(old, Channel)
        return gauges.take(
            old.all_wires if own else (), (old.wheel,) if own else (), running=self._running, noises=self._noises
        )

    def _left(self, side: str, found: Gauges) -> dict[str, Any]:
        left = found.open()
        if self.engine == "wire" and found.connections > 1:  # the old channel's
            left["connections"] = found.connections
        calm = self._calm.get(side, {})
        left |= {
            name: f"{now}, not {calm[name]}" for name, now in found.standing().items() if now > calm.get(name, now)
        }
        return left
