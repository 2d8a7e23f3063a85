"""Connections of a listening socket, many in a turn of the event loop, without those whose client has left already.

uvloop's own servers take one in a turn. While turns are long that is too few: clients give up in the queue of the
socket, come back, and whoever is taken at last has left already.
"""

import asyncio
import contextlib
import logging
import select
import socket
import ssl
from collections.abc import Callable

AT_ONCE = 64
"""Connections taken in one turn: a millisecond or two of work."""
PAUSE_SECONDS = 0.5
"""How long nobody is taken after the system refused a descriptor: it would refuse the next as well."""

_LEFT = getattr(select, "POLLRDHUP", 0)  # Linux alone tells without reading
_log = logging.getLogger(__name__)


def has_left(descriptor: int) -> bool:
    """Tell whether the client at the other end of a socket has closed; False where the system does not say."""
    look = select.poll()
    look.register(descriptor, _LEFT)
    return bool(look.poll(0))


class Acceptor:
    """Makes a protocol of each connection to a socket that listens; within one event loop."""

    def __init__(
        self,
        listener: socket.socket,
        make: Callable[[], asyncio.Protocol],
        *,
        tls: ssl.SSLContext | None = None,
        handshake_seconds: float | None = None,
    ) -> None:
        """`handshake_seconds` bounds that of TLS; None is a minute."""
        self.left = 0
        """Clients that had closed before their turn came."""
        self._listener = listener
        self._make = make
        self._tls = tls
        self._handshake_seconds = handshake_seconds if tls is not None else None
        self._opening: set[asyncio.Task[None]] = set()
        self._pause: asyncio.TimerHandle | None = None
        self._closed = False

    def start(self) -> None:
        """Take connections from now on."""
        self._pause = None
        if not self._closed:
            self._listener.setblocking(False)
            asyncio.get_running_loop().add_reader(self._listener.fileno(), self._take)

    def close(self) -> None:
        """Take no more, and close the socket; connections that were taken stay."""
        if self._closed:
            return
        self._closed = True
        if self._pause is not None:
            self._pause.cancel()
        asyncio.get_running_loop().remove_reader(self._listener.fileno())
        self._listener.close()

    def _take(self) -> None:
        for _ in range(AT_ONCE):
            try:
                connection, _ = self._listener.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                self._wait(error)
                return
            if has_left(connection.fileno()):
                self.left += 1
                connection.close()
                continue
            connection.setblocking(False)
            task = asyncio.create_task(self._open(connection), name="accepted")
            self._opening.add(task)
            task.add_done_callback(self._opening.discard)

    async def _open(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError):  # it is gone already, or speaks no TLS
            await asyncio.get_running_loop().connect_accepted_socket(
                self._make, connection, ssl=self._tls, ssl_handshake_timeout=self._handshake_seconds
            )

    def _wait(self, error: OSError) -> None:
        _log.error("cannot take connections for a moment: %s", error)
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._listener.fileno())
        self._pause = loop.call_later(PAUSE_SECONDS, self.start)
