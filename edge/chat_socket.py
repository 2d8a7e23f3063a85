"""A WebSocket as chat uses it: whole text frames in, whole text frames out, one close."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
"""The two callables of ASGI."""

WRITE_SECONDS = 30.0
"""A client that reads nothing for so long is gone, whatever its connection says."""

NORMAL = 1000
POLICY = 1008
INTERNAL = 1011
RESTART = 1012
TRY_LATER = 1013


class SocketClosed(Exception):  # noqa: N818 - it says what happened
    """The client closed, or is gone."""


class ChatSocket:
    """Wraps the two callables of ASGI; `close` may be called at any time, the first one counts."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._closed = False
        self._writing = asyncio.Lock()

    async def accept(self, subprotocol: str | None) -> None:
        """Complete the handshake; raises SocketClosed."""
        if (await self._receive())["type"] != "websocket.connect":
            raise SocketClosed
        await self._send({"type": "websocket.accept", "subprotocol": subprotocol})

    async def read(self) -> str | None:
        """Return the next text, None for a binary frame; raises SocketClosed."""
        message: Any = await self._receive()
        if message["type"] != "websocket.receive":
            self._closed = True
            raise SocketClosed
        return message.get("text")

    async def write(self, text: bytes) -> None:
        """Send one text frame, waiting while the client is slow; raises SocketClosed."""
        async with self._writing:
            if self._closed:
                raise SocketClosed
            try:
                async with asyncio.timeout(WRITE_SECONDS):
                    await self._send({"type": "websocket.send", "text": text.decode()})
            except (TimeoutError, OSError):  # uvicorn's ClientDisconnected is an OSError
                self._closed = True
                raise SocketClosed from None

    async def close(self, code: int, reason: str = "") -> None:
        """Close with a code of RFC 6455 and a word on why."""
        if self._closed:
            return
        self._closed = True
        try:
            async with asyncio.timeout(WRITE_SECONDS):
                await self._send({"type": "websocket.close", "code": code, "reason": reason[:100]})
        except (TimeoutError, OSError):
            return
