"""Cuts off a client that takes nothing of what it was sent."""

import asyncio
from typing import Any

from edge.metrics import refused

TAKE_SECONDS = 30.0
"""How long a client may take no byte while it has more to take than fits into its buffers, or is to be closed."""


class Taking:
    """Watches one connection while there is a reason; a closed one would else stay until its client goes by itself."""

    __slots__ = ("_loop", "_size", "_timer")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._timer: asyncio.TimerHandle | None = None
        self._size = 0

    def watch(self, transport: Any) -> None:
        """Look from now on, as long as bytes wait."""
        if self._timer is None and (size := transport.get_write_buffer_size()):
            self._size = size
            self._timer = self._loop.call_later(TAKE_SECONDS, self._look, transport)

    def stop(self) -> None:
        """Look no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self, transport: Any) -> None:
        self._timer = None
        if 0 < self._size <= transport.get_write_buffer_size():
            refused.labels("takes nothing").inc()
            transport.abort()
        else:
            self.watch(transport)
