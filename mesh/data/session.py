"""asyncpg's connection, with room for messages ahead of its next statement's."""

from typing import TYPE_CHECKING, Any

import asyncpg
from asyncpg import protocol


class Joining:
    """A transport that keeps what is put ahead until the next write, with which it leaves in one piece."""

    __slots__ = ("_transport", "ahead", "write_now")

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        self.ahead = b""
        self.write_now = transport.write

    def write(self, data: Any) -> None:
        """Write what is ahead, then `data`."""
        if self.ahead:
            data, self.ahead = b"".join((self.ahead, data)), b""
        self.write_now(data)

    def writelines(self, pieces: Any) -> None:
        """The same for several pieces."""
        self.write(b"".join(pieces))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class _Protocol(protocol.Protocol):
    """asyncpg's protocol, which writes to a joining transport."""

    joining: Joining

    def connection_made(self, transport: object) -> None:
        self.joining = Joining(transport)
        super().connection_made(self.joining)


protocol.Protocol = _Protocol  # what asyncpg makes its connections of; there is no other way to tell it


class Session(asyncpg.Connection[asyncpg.Record] if TYPE_CHECKING else asyncpg.Connection):
    """A connection on which statements travel ahead of the one that asyncpg runs next.

    Up to that one's Sync they are one unit for the server: after an error it skips the rest. asyncpg passes over the
    completion of statements that return no rows, and reports an error as that of its own statement.
    """

    __slots__ = ()

    @property
    def ahead(self) -> bytes:
        """Messages that leave with what is written next; empty once they have left."""
        return self._protocol.joining.ahead

    @ahead.setter
    def ahead(self, messages: bytes) -> None:
        self._protocol.joining.ahead = messages
