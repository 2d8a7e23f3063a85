"""The public HTTP port as a part of the App."""

import asyncio
import socket
from email.utils import formatdate
from typing import Any, Protocol

import uvicorn
from uvicorn.server import ServerState

from edge.http_protocol import HEAD_SECONDS, BoundedHttp
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
    """The ASGI application that is served."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve a request or a WebSocket."""
        ...

    def drain(self) -> None:
        """Send those who hold streams open to another instance."""
        ...

    def use_health(self, health: Health) -> None:
        """Answer questions after health from `health`."""
        ...


class HttpListener:
    """uvicorn's protocols on httptools and `websockets`, within bounds; who connects is taken by our own Acceptor."""

    name = "http"

    def __init__(self, front: Front, settings: ServerSettings, port: int, max_connections: int) -> None:
        self.port = port
        self._front = front
        self._settings = settings
        self._max_connections = max_connections
        self._state = ServerState()
        self._acceptor: Acceptor | None = None
        self._dating: asyncio.TimerHandle | None = None

    def use_health(self, health: Health) -> None:
        """Tell the application."""
        self._front.use_health(health)

    async def start(self) -> None:
        """Listen; raises OSError when the port is taken."""
        host = self._settings.host
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, self.port), family=family, backlog=BACKLOG)
        self.port = listener.getsockname()[1]
        config, loop = self._config(), asyncio.get_running_loop()
        config.load()

        def make() -> asyncio.Protocol:
            return BoundedHttp(config, self._state, {}, loop)

        tls = server_context(self._settings) if self._settings.tls else None
        self._acceptor = Acceptor(listener, make, tls=tls, handshake_seconds=HEAD_SECONDS)
        self._acceptor.start()
        self._date()

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
        if self._dating is not None:
            self._dating.cancel()
        for connection in tuple(self._state.connections):
            connection.shutdown()
        try:
            async with asyncio.timeout(GRACE_SECONDS):
                while self._state.connections or self._state.tasks:  # noqa: ASYNC110 - uvicorn's sets tell nobody
                    await asyncio.sleep(_LOOK_SECONDS)
        except TimeoutError:
            for task in tuple(self._state.tasks):
                task.cancel()

    def _date(self) -> None:
        self._state.default_headers = [(b"date", formatdate(usegmt=True).encode())]
        self._dating = asyncio.get_running_loop().call_later(1.0, self._date)

    def _config(self) -> uvicorn.Config:
        return uvicorn.Config(
            self._front,
            ws=BoundedWebSocket,
            loop="none",
            interface="asgi3",
            lifespan="off",
            proxy_headers=False,  # edge.addresses knows whom to trust
            server_header=False,
            access_log=False,
            log_config=None,
            log_level="warning",
            limit_concurrency=self._max_connections,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            ws_max_size=MAX_FRAME_BYTES,
            ws_ping_interval=PING_SECONDS,
            ws_ping_timeout=PONG_SECONDS,
            ws_per_message_deflate=False,  # a quarter of a megabyte for each idle socket, and compression bombs
        )
