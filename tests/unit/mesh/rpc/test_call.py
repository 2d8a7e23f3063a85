"""A call as the concerns see it."""

import sys
from types import SimpleNamespace
from typing import Any

import pytest
from google.protobuf.wrappers_pb2 import StringValue

from mesh.errors import InvalidArgument
from mesh.rpc.call import Call


def call_of(raw: Any = b"", *pairs: tuple[str, str], peer: str = "", left: float | None = None) -> Call:
    method: Any = SimpleNamespace(input=StringValue, client_streaming=False)
    context = SimpleNamespace(invocation_metadata=lambda: pairs, time_remaining=lambda: left, peer=lambda: peer)
    return Call(method, raw, context)


def test_request_is_parsed_when_it_is_read() -> None:
    """A call that is refused before its request is read never pays for parsing it."""
    call = call_of(b"\xff")

    with pytest.raises(InvalidArgument, match="StringValue"):
        _ = call.request
    assert StringValue(value="x") == call_of(StringValue(value="x").SerializeToString()).request


@pytest.mark.parametrize(
    ("peer", "address"),
    [
        ("ipv4:10.1.2.3:4567", "10.1.2.3"),
        ("ipv6:[::1]:4567", "::1"),
        ("ipv6:%5B2001:db8::1%5D:4567", "2001:db8::1"),
        ("unix:/run/guild.sock", None),
        ("unix:", None),
        ("ipv4:nonsense", None),
    ],
)
def test_peer_address(peer: str, address: str | None) -> None:
    """The network address of the connection, in one form for all transports."""
    assert address == call_of(peer=peer).peer_address()


@pytest.mark.parametrize("sent", ["", "x" * 65, "a b", "line\nbreak", "ünicode"])
def test_odd_request_ids_are_replaced(sent: str) -> None:
    """An id that could break a log line is not taken over."""
    assert sent != call_of(b"", ("x-request-id", sent)).request_id
    assert "req-1" == call_of(b"", ("x-request-id", "req-1")).request_id


@pytest.mark.parametrize("left", [None, float(sys.maxsize)])
def test_no_deadline(left: float | None) -> None:
    """Both transports' ways to say that there is no deadline."""
    assert call_of(left=left).remaining() is None


def test_deadline_never_goes_below_zero() -> None:
    """What is over has no time left."""
    assert 0.0 == call_of(left=0.0).remaining()


def test_binary_metadata_is_no_text() -> None:
    """A `-bin` value is not mistaken for text."""
    pairs: Any = ("x-thing-bin", b"\x00")

    assert "" == call_of(b"", pairs).text("x-thing-bin")
