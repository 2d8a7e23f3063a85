"""What all connections of the public HTTP port have in common."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

from edge.http import Rest


@dataclass(slots=True)
class Port:
    """What all connections of the port have in common."""

    rest: Rest
    connections: set[Any]
    """All that are open, WebSockets among them."""
    upgrade: Callable[[asyncio.Transport, bytes], None]
    """Hands a connection over to WebSocket with the head that was read."""
    max_connections: int
    keep_alive_seconds: float
    draining: bool = False
    _second: int = field(default=0, init=False)
    _date: bytes = field(default=b"", init=False)

    @property
    def date(self) -> bytes:
        """The header line of this second."""
        now = int(time.time())
        if now != self._second:
            self._second, self._date = now, f"date: {formatdate(now, usegmt=True)}\r\n".encode()
        return self._date
