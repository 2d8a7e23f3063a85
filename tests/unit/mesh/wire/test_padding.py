"""Padding of DATA."""

import pytest

from mesh.wire.connection import Connection
from mesh.wire.errors import ErrorCode
from mesh.wire.events import Broken, RequestReceived
from mesh.wire.limits import Limits

HEADERS, DATA, PADDED = 1, 0, 8


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    return len(payload).to_bytes(3) + bytes((kind, flags)) + stream.to_bytes(4) + payload


@pytest.mark.parametrize("reset_before", [False, True])
def test_padding_as_long_as_its_frame_breaks_the_connection(reset_before: bool) -> None:
    """RFC 9113, 6.1: also where the stream it was for is over by then."""
    server = Connection(Limits(), client=False)
    block = b"\x83\x86\x84\x01\x01x"  # POST http / of x, by the static table
    hello = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0) + frame(HEADERS, 4, 1, block)
    opened = [event for event in server.receive(hello, 0.0) if isinstance(event, RequestReceived)]
    if reset_before:
        server.send_reset(opened[0].stream, ErrorCode.CANCEL)

    events = server.receive(frame(DATA, PADDED, 1, b"\x05abc"), 0.0)

    assert [ErrorCode.PROTOCOL_ERROR] == [event.code for event in events if isinstance(event, Broken)]
    assert server.broken
