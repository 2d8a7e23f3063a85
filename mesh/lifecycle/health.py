"""Whether an App can do its work now."""

import asyncio
import enum
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol, runtime_checkable

Check = Callable[[], Awaitable[None]]
"""Returns when what it checks works, raises when it does not."""

_CHECK_SECONDS = 2.0  # a probe waits no longer for a store


class State(enum.Enum):
    """Where an App is in its life."""

    STARTING = "starting"
    READY = "ready"
    DRAINING = "draining"
    STOPPED = "stopped"


class Health:
    """The state of an App, with the named checks of what it needs, and of what it is the worse without."""

    def __init__(self, checks: Mapping[str, Check] | None = None, *, missed: Mapping[str, Check] | None = None) -> None:
        self._checks = dict(checks or {})
        self._missed = dict(missed or {})
        self._watchers: list[Callable[[State], None]] = []
        self._state = State.STARTING

    @property
    def state(self) -> State:
        """Where the App is in its life."""
        return self._state

    def become(self, state: State) -> None:
        """Enter `state` and tell the watchers."""
        self._state = state
        for watcher in self._watchers:
            watcher(state)

    def watch(self, watcher: Callable[[State], None]) -> None:
        """Call `watcher` with every state entered from now on; it must neither block nor raise."""
        self._watchers.append(watcher)

    async def failing(self) -> Mapping[str, str]:
        """Run all checks at once; return what each failing one said, under its name, or nothing when ready."""
        if self._state is not State.READY:
            return {"state": self._state.value}
        return await _failing(self._checks)

    async def missing(self) -> Mapping[str, str]:
        """The same for what an App works without, degraded: a cache, a bus that somebody else catches up with."""
        return await _failing(self._missed)


@runtime_checkable
class WatchesHealth(Protocol):
    """A part that wants to know the health of the App it is in; told before anything starts."""

    def use_health(self, health: Health) -> None:
        """Keep `health`."""
        ...


async def _failing(checks: Mapping[str, Check]) -> Mapping[str, str]:
    said = await asyncio.gather(*map(_outcome, checks.values()))
    return {name: text for name, text in zip(checks, said, strict=True) if text is not None}


async def _outcome(check: Check) -> str | None:
    try:
        async with asyncio.timeout(_CHECK_SECONDS):
            await check()
    except TimeoutError:
        return f"no answer within {_CHECK_SECONDS:g} s"
    except Exception as error:  # noqa: BLE001 - whatever a check raises is its verdict
        return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return None
