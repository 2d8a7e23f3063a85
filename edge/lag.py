"""How late the event loop is: what is read from a socket has waited there for about as long."""

import asyncio

from edge.metrics import loop_lag

TICK_SECONDS = 0.02
"""How often a timer looks while there are requests."""


class LoopLag:
    """Told of each request; looks only while there are some."""

    __slots__ = ("_due", "_loop", "_told", "seconds")

    def __init__(self) -> None:
        self.seconds = 0.0
        """By how much timers are late, the last ones most; 0 where nothing happened lately."""
        self._due = 0.0
        self._told = False
        self._loop: asyncio.AbstractEventLoop | None = None
        loop_lag.set_function(lambda: self.seconds)

    def note(self) -> None:
        """Note that there is a request."""
        self._told = True
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
            self._look_later(self._loop)

    def _look(self) -> None:
        loop = self._loop
        assert loop is not None, "it looks while it has a loop"  # noqa: S101
        if self._told:
            self.seconds = (self.seconds + max(0.0, loop.time() - self._due)) / 2
            self._told = False
            self._look_later(loop)
        else:
            self.seconds, self._loop = 0.0, None

    def _look_later(self, loop: asyncio.AbstractEventLoop) -> None:
        self._due = loop.time() + TICK_SECONDS
        loop.call_at(self._due, self._look)
