"""The heap of the C library, below Python's own: one for all threads, given back to the system when much was let go.

glibc makes a heap for each thread that is busy, and keeps in it for good what the thread once used: for threads that
hash passwords twenty megabytes each. Where the C library is another, both do nothing.
"""

import ctypes
from typing import Any

_M_ARENA_MAX = -8  # malloc.h
_libc = ctypes.CDLL(None)


def share() -> None:
    """Let all threads use the main heap, the only one that can be given back whole; call it before there are any."""
    _call("mallopt", _M_ARENA_MAX, 1)


def give_back() -> None:
    """Return to the system what nobody uses: a few milliseconds in a large process."""
    _call("malloc_trim", 0)


def _call(name: str, *arguments: int) -> None:
    function: Any = getattr(_libc, name, None)
    if function is not None:
        function(*arguments)
