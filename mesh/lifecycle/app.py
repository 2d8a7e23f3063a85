"""A program as an object that tests run too."""

from collections.abc import Mapping, Sequence
from typing import Protocol, Self, runtime_checkable

from mesh.lifecycle.health import Check, Health, State, WatchesHealth
from mesh.telemetry import get_logger

_log = get_logger(__name__)


@runtime_checkable
class Part(Protocol):
    """Something an App starts and stops: a server, a pool, a consumer."""

    @property
    def name(self) -> str:
        """What logs call it."""
        ...

    async def start(self) -> None:
        """Begin to work; when this returns, it works."""
        ...

    async def stop(self) -> None:
        """Finish what is under way and let go of everything."""
        ...


@runtime_checkable
class Drains(Protocol):
    """A part that can send new work elsewhere before it stops."""

    async def drain(self) -> None:
        """Say so; do not wait for what is under way."""
        ...


class App:
    """Parts that start in the order given and stop in reverse."""

    def __init__(
        self,
        name: str,
        parts: Sequence[Part],
        *,
        checks: Mapping[str, Check] | None = None,
        missed: Mapping[str, Check] | None = None,
    ) -> None:
        """While one of `checks` fails the App is not ready; while one of `missed` fails it works, degraded."""
        self.name = name
        self.parts = tuple(parts)
        self.health = Health(checks, missed=missed)
        self._started: list[Part] = []
        for part in self.parts:
            if isinstance(part, WatchesHealth):
                part.use_health(self.health)

    @property
    def ports(self) -> Mapping[str, int]:
        """The port of each part that listens, by the part's name."""
        found = {part.name: getattr(part, "port", None) for part in self.parts}
        return {name: port for name, port in found.items() if isinstance(port, int) and port}

    async def start(self) -> None:
        """Start all parts; when one fails, stop those already started and raise its error."""
        self.health.become(State.STARTING)
        try:
            for part in self.parts:
                self._started.append(part)
                await part.start()
        except BaseException:
            self._started.pop()  # the one that failed cleans up after itself
            await self.stop()
            raise
        self.health.become(State.READY)

    async def stop(self) -> None:
        """Drain and stop all started parts, the last one first; an error of one does not spare the others."""
        await self.drain()
        while self._started:
            part = self._started.pop()
            try:
                await part.stop()
            except Exception:  # noqa: BLE001 - logged; the other parts still have to stop
                _log.exception("part did not stop cleanly", part=part.name)
        self.health.become(State.STOPPED)

    async def drain(self) -> None:
        """Stop being ready, and tell parts that drain, so that nobody sends new work; what is under way goes on."""
        if self.health.state is State.DRAINING:
            return
        self.health.become(State.DRAINING)
        for part in reversed(self._started):
            if isinstance(part, Drains):
                try:
                    await part.drain()
                except Exception:  # noqa: BLE001 - logged; it will be stopped in any case
                    _log.exception("part did not drain", part=part.name)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()
