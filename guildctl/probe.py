"""Ask a role how it is, on its admin port; ask a store whether it answers."""

import asyncio
import json
from collections.abc import Mapping

_SECONDS = 3.0  # the checks behind /readyz give up after two
_LIMIT = 16 * 1024 * 1024

NO_ANSWER = "no answer"

_GREETINGS: Mapping[str, bytes] = {
    "postgres": b"\x00\x00\x00\x08\x04\xd2\x16\x2f",  # "may I use TLS?", answered without signing in
    "redis": b"PING\r\n",
    "nats": b"",  # speaks first
}


async def get(port: int, path: str) -> tuple[int, bytes]:
    """GET a path of a loopback port; (0, b"") when nobody answers in time, or more than can be read."""
    try:
        async with asyncio.timeout(_SECONDS):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(f"GET {path} HTTP/1.0\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
                answer = await _read(reader)
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return 0, b""
    head, _, body = answer.partition(b"\r\n\r\n")
    status = head.split(b" ", 2)[1:2]
    return (int(status[0]), body) if status and status[0].isdigit() else (0, b"")


async def store_answers(name: str, port: int) -> bool:
    """Tell whether the store on a loopback port says anything, which one that hangs does not."""
    try:
        async with asyncio.timeout(_SECONDS):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(_GREETINGS[name])
                return bool(await reader.read(1))
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return False


async def _read(reader: asyncio.StreamReader) -> bytes:
    answer = bytearray()
    while chunk := await reader.read(65536):
        answer += chunk
        if len(answer) > _LIMIT:
            return b""  # a part of an answer says something else
    return bytes(answer)


async def why_not_ready(port: int) -> str | None:
    """Return None when the role on this admin port is ready, else what it waits for."""
    status, body = await get(port, "/readyz")
    if status == 200:
        return None
    if status == 0:
        return NO_ANSWER
    try:
        failing = json.loads(body)["failing"]
        return ", ".join(f"{name}: {text}" for name, text in failing.items())
    except (ValueError, KeyError, AttributeError):
        return f"HTTP {status}"
