"""HTTP/2 frames as octets: RFC 9113 sections 4 and 6."""

import struct
from collections.abc import Iterable, Iterator

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
"""What a client's connection begins with; section 3.4."""

DATA = 0x0
HEADERS = 0x1
PRIORITY = 0x2
RST_STREAM = 0x3
SETTINGS = 0x4
PUSH_PROMISE = 0x5
PING = 0x6
GOAWAY = 0x7
WINDOW_UPDATE = 0x8
CONTINUATION = 0x9

ACK = 0x1
END_STREAM = 0x1
END_HEADERS = 0x4
PADDED = 0x8
PRIORITIZED = 0x20

HEADER_TABLE_SIZE = 0x1
ENABLE_PUSH = 0x2
MAX_CONCURRENT_STREAMS = 0x3
INITIAL_WINDOW_SIZE = 0x4
MAX_FRAME_SIZE = 0x5
MAX_HEADER_LIST_SIZE = 0x6

HEAD_SIZE = 9
"""Octets before a frame's payload."""
DEFAULT_WINDOW = 65_535
"""Of a connection and of each stream, until somebody says otherwise; section 6.9.2."""
DEFAULT_TABLE_SIZE = 4_096
"""Of HPACK, likewise; section 6.5.2."""
DEFAULT_FRAME_SIZE = 16_384
"""The largest payload that every endpoint takes; section 4.2."""
LARGEST_FRAME_SIZE = (1 << 24) - 1
LARGEST_WINDOW = (1 << 31) - 1
LARGEST_STREAM = (1 << 31) - 1
PING_SIZE = 8

HEAD = struct.Struct(">BHBBI")
"""Length (8 + 16 bits), type, flags, stream with its reserved bit."""
_SETTING = struct.Struct(">HI")
_TWO = struct.Struct(">II")
WORD = struct.Struct(">I")


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    """Return one frame of any kind."""
    size = len(payload)
    return HEAD.pack(size >> 16, size & 0xFFFF, kind, flags, stream) + payload


def block(stream: int, encoded: bytes, flags: int, max_size: int) -> bytes:
    """Return HEADERS, with as many CONTINUATION as a field block of this size takes."""
    if len(encoded) <= max_size:
        return frame(HEADERS, flags | END_HEADERS, stream, encoded)
    parts = [frame(HEADERS, flags, stream, encoded[:max_size])]
    for at in range(max_size, len(encoded), max_size):
        last = END_HEADERS if at + max_size >= len(encoded) else 0
        parts.append(frame(CONTINUATION, last, stream, encoded[at : at + max_size]))
    return b"".join(parts)


def reset(stream: int, code: int) -> bytes:
    """Return RST_STREAM."""
    return frame(RST_STREAM, 0, stream, WORD.pack(code))


def settings(values: Iterable[tuple[int, int]]) -> bytes:
    """Return SETTINGS."""
    return frame(SETTINGS, 0, 0, b"".join(_SETTING.pack(key, value) for key, value in values))


SETTINGS_ACK = frame(SETTINGS, ACK, 0)


def ping(payload: bytes, *, ack: bool = False) -> bytes:
    """Return PING; the payload has eight octets."""
    return frame(PING, ACK if ack else 0, 0, payload)


def goaway(last_stream: int, code: int, debug: bytes = b"") -> bytes:
    """Return GOAWAY; streams above `last_stream` were not looked at."""
    return frame(GOAWAY, 0, 0, _TWO.pack(last_stream, code) + debug)


def window_update(stream: int, increment: int) -> bytes:
    """Return WINDOW_UPDATE; stream 0 is the connection."""
    return frame(WINDOW_UPDATE, 0, stream, WORD.pack(increment))


def parse_settings(payload: bytes) -> Iterator[tuple[int, int]]:
    """Give the settings of a payload whose length is a multiple of six."""
    return _SETTING.iter_unpack(payload)


def parse_goaway(payload: bytes) -> tuple[int, int, bytes]:
    """Return the last stream, the code, the debug data of a payload of at least eight octets."""
    last, code = _TWO.unpack_from(payload)
    return last & LARGEST_STREAM, code, payload[8:]
