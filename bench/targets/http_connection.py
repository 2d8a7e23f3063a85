"""A bare HTTP/1.1 client: as little of the machine as a Python client can take."""

import asyncio
from typing import cast

import httptools

from bench.load.outcome import HttpRefused


class HttpConnection(asyncio.Protocol):
    """One keep-alive connection, one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._answer: asyncio.Future[bytes] | None = None
        self._body: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport (called by the loop)."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own class, which is none by inheritance

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail what waits (called by the loop)."""
        self._transport = None
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionResetError("the server closed the connection"))

    def data_received(self, data: bytes) -> None:
        """Parse (called by the loop)."""
        self._parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        """Collect (called by the parser)."""
        self._body.append(body)

    def on_message_complete(self) -> None:
        """Answer (called by the parser)."""
        body, self._body = b"".join(self._body), []
        status = self._parser.get_status_code()
        self._parser = httptools.HttpResponseParser(self)
        answer, self._answer = self._answer, None
        if answer is None or answer.done():
            return
        if 200 <= status < 300:
            answer.set_result(body)
        else:
            answer.set_exception(HttpRefused(status))

    @property
    def alive(self) -> bool:
        """Whether it is connected."""
        return self._transport is not None and not self._transport.is_closing()

    async def send(self, request: bytes) -> bytes:
        """Send a whole request and return the body of its answer; raises HttpRefused, OSError."""
        if self._transport is None:
            raise ConnectionResetError("the connection is closed")
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        """Disconnect."""
        if self._transport is not None:
            self._transport.close()


class HttpPool:
    """As many connections as requests are open at once, each used again as soon as it is free."""

    def __init__(self, host: str, port: int) -> None:
        self._where = (host, port)
        self._free: list[HttpConnection] = []

    async def send(self, request: bytes) -> bytes:
        """Send on a free connection; one that failed or was interrupted is not used again."""
        connection = await self._take()
        try:
            body = await connection.send(request)
        except HttpRefused:
            self._free.append(connection)
            raise
        except BaseException:
            connection.close()
            raise
        self._free.append(connection)
        return body

    async def _take(self) -> HttpConnection:
        while self._free:
            connection = self._free.pop()
            if connection.alive:
                return connection
        _, connection = await asyncio.get_running_loop().create_connection(HttpConnection, *self._where)
        return connection

    def close(self) -> None:
        """Disconnect those that are free."""
        for connection in self._free:
            connection.close()
        self._free.clear()


def get(path: str, token: str, host: str = "127.0.0.1") -> bytes:
    """Return a GET request as bytes."""
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\r\n".encode()


def post(path: str, token: str, body: bytes, fields: str = "", host: str = "127.0.0.1") -> bytes:
    """Return a POST request of JSON as bytes; `fields` are more header lines, each with its end."""
    head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n{fields}"
    return f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
