"""What was read from a socket and is not parsed yet: a piece at a time is.

A read of a quarter of a megabyte may hold ten thousand requests or forty thousand frames, and whoever sends them must
not take the loop from everybody else. What waits stays in its connection, which is not read from meanwhile, so TCP
slows its sender down.
"""

PIECE_BYTES = 2 * 1024
"""Parsed without a look at what it made: at most seventy requests, or three hundred frames."""
TURN_BYTES = 16 * 1024
"""Parsed of one connection in one turn of the loop; a megabyte takes sixty-four turns."""


class Backlog:
    """Bytes of one connection."""

    __slots__ = ("_at", "_data")

    def __init__(self) -> None:
        self._data = b""
        self._at = 0

    def __bool__(self) -> bool:
        return self._at < len(self._data)

    def add(self, data: bytes) -> None:
        """Append what was read."""
        self._data = self._data[self._at :] + data if self else data
        self._at = 0

    def piece(self) -> bytes:
        """Take the next piece."""
        taken = self._data[self._at : self._at + PIECE_BYTES]
        self._at += len(taken)
        return taken

    def clear(self) -> None:
        """Forget all of it."""
        self._data, self._at = b"", 0
