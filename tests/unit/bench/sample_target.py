"""A server that answers after a while, without a server: for tests of the generator."""

import asyncio
from dataclasses import dataclass

from bench.load.target import Observe, Place
from mesh.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Sample:
    """Answers after `seconds`, stands still for all of `stall` once, refuses every `refuse`-th request."""

    seconds: float = 0.0
    stall: float = 0.0
    refuse: int = 0

    async def open(self, _: Place, observe: Observe) -> "SampleSession":
        """Connect to nothing."""
        return SampleSession(self, observe)


class SampleSession:
    """One worker's."""

    def __init__(self, sample: Sample, observe: Observe) -> None:
        self.sample = sample
        self.observe = observe
        self.closed = False
        self._stalled: asyncio.Task[None] | None = None

    async def fire(self, number: int, _due: float) -> str:
        """Answer."""
        if self._stalled is None:
            self._stalled = asyncio.create_task(asyncio.sleep(self.sample.stall))
        await self._stalled
        await asyncio.sleep(self.sample.seconds)
        if self.sample.refuse and number % self.sample.refuse == 0:
            raise Unavailable("not now")
        self.observe("twice", 2.0)
        return "even" if number % 2 == 0 else "odd"

    async def settle(self) -> int:
        """Nothing arrives late."""
        return 0

    async def close(self) -> None:
        """Say so."""
        self.closed = True
