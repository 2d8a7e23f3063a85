"""The body of a request, within bounds of size and time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from edge import problems
from edge.incoming import Incoming

Receive = Callable[[], Awaitable[Any]]
SECONDS = 30.0
"""How long a body may take; a slow phone sends a megabyte in less."""
SWALLOWED = 8
"""A body of up to so many times the limit is read to its end, and forgotten: a client hears a refusal only then, for
closing a connection with unread bytes resets it."""


_GZIP = b"\x1f\x8b"


class ClientGone(Exception):  # noqa: N818 - it says what happened
    """Nobody waits for the answer any more."""


async def read_body(receive: Receive, incoming: Incoming, limit: int) -> bytes:
    """Return the whole body; raises Refused for one that is too long, too slow or no JSON, ClientGone."""
    declared = incoming.text(b"content-length")
    most = limit * SWALLOWED
    if declared.isdecimal() and int(declared) > most:
        raise problems.too_large(limit)
    try:
        async with asyncio.timeout(SECONDS):
            body = await _whole(receive, limit, most)
    except TimeoutError:
        raise problems.too_slow() from None
    if body:
        _check_type(incoming.text(b"content-type"))
        _check_coding(incoming.text(b"content-encoding"), body)
    return body


async def _whole(receive: Receive, limit: int, most: int) -> bytes:
    parts: list[bytes] = []
    size, more = 0, True
    while more and size <= most:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        part: bytes = message.get("body", b"")
        size += len(part)
        if size <= limit:
            parts.append(part)
        more = message.get("more_body", False)
    if size > limit:
        raise problems.too_large(limit)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _check_type(written: str) -> None:
    """A body without a type is taken for JSON; any other type than JSON is refused."""
    if not written:
        return
    kind, _, parameters = written.lower().partition(";")
    kind = kind.strip()
    charset = parameters.partition("charset=")[2].strip(' "')
    if (kind != "application/json" and not kind.endswith("+json")) or charset not in {"", "utf-8", "utf8"}:
        raise problems.wrong_media_type()


def _check_coding(written: str, body: bytes) -> None:
    """A body is the JSON itself: nothing is unpacked, as a packed one may be a thousand times its size."""
    if written.strip().lower() not in {"", "identity"} or body.startswith(_GZIP):
        raise problems.wrong_coding()
