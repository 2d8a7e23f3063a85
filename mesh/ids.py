"""Identifiers: UUIDv7 (RFC 9562, section 5.7), which sort by the time they were made."""

import secrets
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import NewType
from uuid import UUID

UserId = NewType("UserId", UUID)
"""The id of a member, the one identifier that every service shares."""

_TAIL_BITS = 74  # rand_a (12) and rand_b (62) taken as one number that counts up inside a millisecond
_TAIL_LIMIT = 1 << _TAIL_BITS
_STEP_BITS = 32  # a random step: the next id cannot be guessed from the last, and 2**41 of them fit a millisecond
_RAND_B = (1 << 62) - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_VERSION = 7


class _Sequence:
    """The last id of one source of time, so that the next one is greater."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._milliseconds = -1
        self._tail = 0

    def next(self, milliseconds: int, *, may_go_back: bool) -> UUID:
        with self._lock:
            if milliseconds > self._milliseconds or (may_go_back and milliseconds < self._milliseconds):
                self._milliseconds = milliseconds
                self._tail = secrets.randbits(_TAIL_BITS - 1)  # the top bit is left free to count into
            else:
                self._tail += 1 + secrets.randbits(_STEP_BITS)
                if self._tail >= _TAIL_LIMIT:
                    self._milliseconds += 1
                    self._tail = secrets.randbits(_TAIL_BITS - 1)
            return _pack(self._milliseconds, self._tail)


_wall = _Sequence()
_told = _Sequence()


def uuid7(now: datetime | None = None) -> UUID:
    """Return a new UUIDv7.

    Without `now` ids grow strictly for the life of the process, even when the clock of the machine steps back. With
    `now` (aware) the id carries exactly that time, and ids of one millisecond still grow.
    """
    if now is None:
        return _wall.next(time.time_ns() // 1_000_000, may_go_back=False)
    return _told.next((now - _EPOCH) // _MILLISECOND, may_go_back=True)


def timestamp_of(identifier: UUID) -> datetime:
    """Return when a UUIDv7 was made, to the millisecond; raises ValueError for another kind of UUID."""
    if identifier.version != _VERSION:
        message = f"{identifier} is not a UUIDv7"
        raise ValueError(message)
    return _EPOCH + (identifier.int >> 80) * _MILLISECOND


def _pack(milliseconds: int, tail: int) -> UUID:
    rand_a, rand_b = tail >> 62, tail & _RAND_B
    return UUID(int=milliseconds << 80 | _VERSION << 76 | rand_a << 64 | 0b10 << 62 | rand_b)
