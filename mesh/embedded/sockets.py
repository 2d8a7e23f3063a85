"""Unix sockets of the embedded servers, in their data folders, which only their owner can enter."""

from pathlib import Path

_LONGEST = 107
"""Bytes of `sockaddr_un.sun_path` on Linux, without the final NUL: unix(7); other systems have a few less."""


def fits(socket: Path) -> bool:
    """Whether a socket can have this path; where it cannot, its server is reached over loopback."""
    return len(str(socket).encode()) <= _LONGEST - 4  # macOS ends at 104
