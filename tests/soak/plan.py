"""What a call of the soak is to do, known to both ends: the client sends the plan along as metadata."""

import random
import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Self

import grpc

SERVICE = "soak.Soak"
KEY = "soak-plan-bin"
LARGEST = 1024 * 1024
"""Octets of the largest message."""

_SPAN = 64 * 1024
_STEP = 977
_POOL = random.Random(20).randbytes((_SPAN + LARGEST) // 2 + 1).hex().encode()  # digits: gzip has something to do
_PLAN = struct.Struct(">BBIHIHHH")


class End(IntEnum):
    """How the servicer ends the call."""

    OK = 0
    ABORT = 1
    RAISE = 2
    SET_CODE = 3
    HANG = 4
    """Never: whoever called has to end it."""
    EARLY = 5
    """Well, and before it has read all requests."""


CODES = {
    End.OK: grpc.StatusCode.OK,
    End.ABORT: grpc.StatusCode.FAILED_PRECONDITION,
    End.RAISE: grpc.StatusCode.UNKNOWN,
    End.SET_CODE: grpc.StatusCode.OUT_OF_RANGE,
    End.EARLY: grpc.StatusCode.OK,
}
"""What the client must see of each end that comes by itself."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Sizes in octets; `pause` is what the servicer waits before each message, in milliseconds."""

    end: End = End.OK
    zipped: bool = False
    request_size: int = 1
    requests: int = 1
    reply_size: int = 1
    replies: int = 1
    offset: int = 0
    pause: int = 0

    @property
    def half(self) -> int:
        """After how many messages a stream that does not end well ends."""
        return max(self.requests, self.replies) // 2

    @property
    def details(self) -> str:
        """The text of a status that is not OK; what cannot be sent as it is must come back the same."""
        return f"as planned: {self.offset} % ü"

    def request(self, number: int) -> bytes:
        """The request of this number."""
        return _piece(self.offset, number, self.request_size)

    def reply(self, number: int) -> bytes:
        """The reply of this number."""
        return _piece(self.offset + 1, number, self.reply_size)

    def packed(self) -> bytes:
        """The value of the metadata."""
        return _PLAN.pack(
            self.end,
            self.zipped,
            self.request_size,
            self.requests,
            self.reply_size,
            self.replies,
            self.offset,
            self.pause,
        )

    @classmethod
    def of(cls, context: Any) -> Self:
        """Return what the client of a call sent."""
        packed = next(value for key, value in context.invocation_metadata() if key == KEY)
        end, zipped, *numbers = _PLAN.unpack(packed)
        return cls(End(end), bool(zipped), *numbers)


def _piece(offset: int, number: int, size: int) -> bytes:
    at = (offset + number * _STEP) % _SPAN
    return _POOL[at : at + size]
