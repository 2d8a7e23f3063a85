"""One small document over HTTP, with what a role has imported in any case: a client library would be four megabytes."""

import asyncio
import contextlib
import ssl
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from io import BytesIO
from typing import Any, cast
from urllib.parse import urlsplit

_HEAD_BYTES = 16 * 1024


class DownloadError(Exception):
    """The document was not to be had; says why."""


async def download(url: str, *, tls: ssl.SSLContext | None, most: int, seconds: float) -> bytes:
    """GET `url`, which may be redirected nowhere; raises DownloadError unless it gives at most `most` bytes in time.

    `tls` is what an https URL is fetched with.
    """
    try:
        async with asyncio.timeout(seconds):
            received = await _exchange(url, tls, most + _HEAD_BYTES)
        status, body = _parsed(received)
    except TimeoutError:
        raise DownloadError(f"no answer within {seconds:g} s") from None
    except (OSError, HTTPException, ValueError) as error:
        raise DownloadError(repr(error)) from error
    if status != HTTPStatus.OK:
        raise DownloadError(f"it answers {status}")
    if len(body) > most:
        raise DownloadError(f"it is larger than {most} bytes")
    return body


async def _exchange(url: str, tls: ssl.SSLContext | None, most: int) -> bytes:
    """Return all that is answered, or its first bytes where it is more than `most`."""
    parts = urlsplit(url)
    port = parts.port or (443 if tls else 80)
    reader, writer = await asyncio.open_connection(parts.hostname, port, ssl=tls)
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        host = parts.netloc.rpartition("@")[2]
        writer.write(f"GET {target} HTTP/1.1\r\nhost: {host}\r\naccept: */*\r\nconnection: close\r\n\r\n".encode())
        received = bytearray()
        while len(received) <= most and (chunk := await reader.read(most)):
            received += chunk
        return bytes(received)
    finally:
        writer.transport.abort()  # all was said: no farewell is waited for
        with contextlib.suppress(OSError):
            await writer.wait_closed()


def _parsed(received: bytes) -> tuple[int, bytes]:
    """Return status and body, whether it came with its length, in chunks, or until the end."""
    response = HTTPResponse(cast("Any", _Received(received)), method="GET")
    response.begin()
    return response.status, response.read()


class _Received:
    """What HTTPResponse reads from: a socket that has received everything."""

    def __init__(self, received: bytes) -> None:
        self._received = received

    def makefile(self, _mode: str) -> BytesIO:
        return BytesIO(self._received)
