"""Ask an admin port how its role is."""

import asyncio
import json

_SECONDS = 3.0  # the checks behind /readyz give up after two
_LIMIT = 16 * 1024 * 1024


async def get(port: int, path: str) -> tuple[int, bytes]:
    """GET a path of a loopback port; (0, b"") when nobody answers in time."""
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


async def _read(reader: asyncio.StreamReader) -> bytes:
    answer = bytearray()
    while (chunk := await reader.read(65536)) and len(answer) < _LIMIT:
        answer += chunk
    return bytes(answer)


async def why_not_ready(port: int) -> str | None:
    """Return None when the role on this admin port is ready, else what it waits for."""
    status, body = await get(port, "/readyz")
    if status == 200:
        return None
    if status == 0:
        return "no answer"
    try:
        failing = json.loads(body)["failing"]
        return ", ".join(f"{name}: {text}" for name, text in failing.items())
    except (ValueError, KeyError, AttributeError):
        return f"HTTP {status}"
