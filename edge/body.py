"""The body of a request, within bounds of size and time."""

import asyncio

from edge import problems
from edge.incoming import Incoming
from mesh.limits.door import overloaded

SECONDS = 30.0
"""How long a body may take; a slow phone sends a megabyte in less."""
SWALLOWED = 8
"""A body of up to so many times the limit is read to its end, and forgotten: a client hears a refusal only then, for
closing a connection with unread bytes resets it."""
MOST_HELD_BYTES = 64 * 1024 * 1024
"""Of all bodies that come slowly: their requests have no place at the door, whose places would bound them."""

_GZIP = b"\x1f\x8b"


class ClientGone(Exception):  # noqa: N818 - it says what happened
    """Nobody waits for the answer any more."""


class Intake:
    """How many bytes are held, of all connections together, of bodies that are still on their way."""

    def __init__(self, most: int = MOST_HELD_BYTES) -> None:
        self.most = most
        self.held = 0


class Body:
    """What has come of a body; of one that is longer than its `limit` nothing is kept."""

    __slots__ = ("_held", "_intake", "_parts", "_waiter", "complete", "limit", "size")

    def __init__(self) -> None:
        self.limit = 0
        """Bytes it may have; known as soon as its request has a route."""
        self.size = 0
        self.complete = False
        self._held = 0
        self._parts: list[bytes] = []
        self._intake: Intake | None = None
        self._waiter: asyncio.Future[None] | None = None

    @property
    def is_full(self) -> bool:
        """Whether nothing more is to be read for now."""
        return False

    def add(self, part: bytes) -> None:
        """Take a part."""
        self.size += len(part)
        if self.size <= self.limit:
            self._parts.append(part)
            self._hold(len(part))
        else:
            self._parts.clear()
            self._hold(-self._held)
            if self.size > self.limit * SWALLOWED:
                self._wake()

    def end(self) -> None:
        """Note that there is no more."""
        self.complete = True
        self._wake()

    async def come(self, incoming: Incoming, intake: Intake) -> None:
        """Wait for the rest; raises Refused for one that is too long or too slow, Overloaded when too much is held."""
        declared = incoming.text(b"content-length")
        if declared.isdecimal() and int(declared) > self.limit * SWALLOWED:
            raise problems.too_large(self.limit)
        self._intake = intake
        intake.held += self._held
        try:
            await self._rest()
            if not self.complete and intake.held > intake.most:
                raise overloaded()
        finally:
            intake.held -= self._held
            self._intake = None

    def read(self, incoming: Incoming) -> bytes:
        """Return the whole of it; raises Refused for one that is too long or no JSON."""
        if self.size > self.limit:
            raise problems.too_large(self.limit)
        body = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        if body:
            _check_type(incoming.text(b"content-type"))
            _check_coding(incoming.text(b"content-encoding"), body)
        return body

    def _hold(self, more: int) -> None:
        self._held += more
        if self._intake is not None:
            self._intake.held += more
            if self._intake.held > self._intake.most:
                self._wake()

    async def _rest(self) -> None:
        if self.size > self.limit * SWALLOWED:
            return
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(SECONDS):
                await self._waiter
        except TimeoutError:
            raise problems.too_slow() from None

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


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
