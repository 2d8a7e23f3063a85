"""The public HTTP port as a part of the App."""

import asyncio
import socket
from typing import Any, Protocol

import uvicorn
from uvicorn.server import ServerState

from edge.http import Rest
from edge.http_protocol import HEAD_SECONDS, HttpConnection
from edge.port import Port
from edge.websocket_protocol import BoundedWebSocket
from mesh.accepting import Acceptor
from mesh.lifecycle import Health
from mesh.settings import ServerSettings
from mesh.tls import server_context

BACKLOG = 2048
KEEP_ALIVE_SECONDS = 75
"""Longer than the sixty seconds after which load balancers usually let go of a connection."""
GRACE_SECONDS = 10
"""How long open requests may take once the edge drains."""
_LOOK_SECONDS = 0.05
PING_SECONDS = 10.0
PONG_SECONDS = 5.0
"""A client that is gone without a word is noticed within a quarter of a minute, and no longer fills a quota."""
MAX_FRAME_BYTES = 128 * 1024
"""Of one WebSocket message: a hello that resumes a thousand conversations has half of it."""


class Front(Protocol):
    """What is served: requests by `rest`, WebSockets by `chat`, an ASGI application."""

    @property
    def rest(self) -> Rest:
        """Serves requests."""
        ...

    @property
    def chat(self) -> Any:
        """Serves WebSockets."""
        ...

    def drain(self) -> None:
        """Send those who hold streams open to another instance."""
        ...

    def use_health(self, health: Health) -> None:
        """Answer questions after health from `health`."""
        ...


class HttpListener:
    """HTTP is ours; a connection that becomes a WebSocket is handed over to uvicorn's, without its server."""

    name = "http"

    def __init__(self, front: Front, settings: ServerSettings, port: int, max_connections: int) -> None:
        self.port = port
        self._front = front
        self._settings = settings
        self._state = ServerState()
        self._http = Port(front.rest, self._state.connections, self._upgrade, max_connections, KEEP_ALIVE_SECONDS)
        self._sockets = self._config()
        self._acceptor: Acceptor | None = None

    def use_health(self, health: Health) -> None:
        """Tell the application."""
        self._front.use_health(health)

    async def start(self) -> None:
        """Listen; raises OSError when the port is taken."""
        host = self._settings.host
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, self.port), family=family, backlog=BACKLOG)
        self.port = listener.getsockname()[1]
        loop = asyncio.get_running_loop()
        self._sockets.load()
        tls = server_context(self._settings) if self._settings.tls else None
        self._acceptor = Acceptor(
            listener, lambda: HttpConnection(self._http, loop), tls=tls, handshake_seconds=HEAD_SECONDS
        )
        self._acceptor.start()

    async def drain(self) -> None:
        """Tell those who hold streams open to go; requests that still come are served."""
        self._front.drain()

    async def stop(self) -> None:
        """Take no more requests, let the open ones finish within the grace, close."""
        if self._acceptor is None:
            return
        self._front.drain()
        self._acceptor.close()
        self._acceptor = None
        self._http.draining = True
        for connection in tuple(self._state.connections):
            connection.shutdown()
        try:
            async with asyncio.timeout(GRACE_SECONDS):
                while self._state.connections or self._state.tasks:  # noqa: ASYNC110 - uvicorn's sets tell nobody
                    await asyncio.sleep(_LOOK_SECONDS)
        except TimeoutError:
            for task in tuple(self._state.tasks):
                task.cancel()
            for connection in tuple(self._state.connections):
                connection.transport.abort()

    def _upgrade(self, transport: asyncio.Transport, head: bytes) -> None:
        """Hand a connection over."""
        socket = BoundedWebSocket(self._sockets, self._state, {})
        socket.connection_made(transport)
        socket.data_received(head)
        transport.set_protocol(socket)

    def _config(self) -> uvicorn.Config:
        return uvicorn.Config(
            self._front.chat,
            ws=BoundedWebSocket,
            loop="none",
            interface="asgi3",
            lifespan="off",
            proxy_headers=False,  # edge.addresses knows whom to trust
            server_header=False,
            access_log=False,
            log_config=None,
            log_level="warning",
            ws_max_size=MAX_FRAME_BYTES,
            ws_ping_interval=PING_SECONDS,
            ws_ping_timeout=PONG_SECONDS,
            ws_per_message_deflate=False,  # a quarter of a megabyte for each idle socket, and compression bombs
        )
