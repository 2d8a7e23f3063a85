"""What gRPC writes into HTTP/2: messages, metadata, time-outs, statuses, deadlines."""

import asyncio
import zlib

import grpc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesh.wire import messages, metadata, status
from mesh.wire.errors import ErrorCode
from mesh.wire.fields import Request
from mesh.wire.status import RpcFault
from mesh.wire.wheel import Wheel

INFLATE = messages.decoder("gzip")
assert INFLATE is not None


@given(st.binary(max_size=2_000))
def test_gzip_there_and_back(message: bytes) -> None:
    """A compressed message is flagged, and inflates to what it was."""
    ((flag, packed),) = messages.Deframer(10_000).feed(messages.framed_gzip(message))

    assert (1, message) == (flag, INFLATE(packed, 2_000))


def test_a_bomb_stops_inflating_at_the_limit() -> None:
    """A message that would be larger than the limit is refused, however small it came."""
    packed = zlib.compress(b"\0" * 10_000_000, wbits=31)

    with pytest.raises(RpcFault, match="larger than max") as refused:
        INFLATE(packed, 1_000)
    assert grpc.StatusCode.RESOURCE_EXHAUSTED is refused.value.code


@pytest.mark.parametrize(
    "packed", [b"", b"garbage", zlib.compress(b"x", wbits=31)[:-1], zlib.compress(b"x", wbits=31) * 2]
)
def test_what_is_no_gzip_is_refused(packed: bytes) -> None:
    """Truncated, doubled, or something else."""
    with pytest.raises(RpcFault, match="gzip"):
        INFLATE(packed, 1_000)


def test_a_flag_without_an_encoding_is_refused() -> None:
    """A compressed message needs a grpc-encoding that says how."""
    plain = messages.decoder("identity")
    assert plain is not None
    with pytest.raises(RpcFault, match="grpc-encoding"):
        plain(b"x", 10)
    assert messages.decoder("snappy") is None


@pytest.mark.parametrize(("octets", "says"), [(b"\0\0\0\0\x65", "101 vs. 100"), (b"\2\0\0\0\0", "flags")])
def test_prefixes_that_are_refused(octets: bytes, says: str) -> None:
    """A length above the limit is refused before its octets come, and so are flags nobody knows."""
    with pytest.raises(RpcFault, match=says):
        messages.Deframer(100).feed(octets)


@given(st.binary(max_size=60))
def test_binary_metadata_there_and_back(value: bytes) -> None:
    """Any octets pass under a name that ends in -bin."""
    fields = metadata.sent((("k-bin", value),))

    assert (("k-bin", value),) == metadata.of_response(fields)
    assert (("k-bin", value),) == metadata.of_request(Request("", "", "", "", [*fields, ("te", "trailers")])).metadata


def test_joined_binary_values_are_several() -> None:
    """An intermediary may have joined the values of one name; padded or not, each is one."""
    assert (("k-bin", b"a"), ("k-bin", b"bc")) == metadata.of_response((("k-bin", "YQ==, YmM"),))


@pytest.mark.parametrize("value", ["!", "Y", "YQ==x", "é"])
def test_binary_values_that_are_none(value: str) -> None:
    """What is no base64 is refused."""
    with pytest.raises(ValueError, match="base64"):
        metadata.of_response((("k-bin", value),))


def test_a_message_in_tiny_parts_costs_about_its_size() -> None:
    """A client that sends octet by octet does not make us keep an object for each."""
    deframer = messages.Deframer(100_000)
    for octet in messages.framed(b"x" * 50_000)[:-1]:
        deframer.feed(bytes((octet,)))

    assert 1 == len(deframer._parts)
    assert [(0, b"x" * 50_000)] == deframer.feed(b"x")


@pytest.mark.parametrize(
    "pair",
    [("Upper", "x"), ("a b", "x"), (":path", "x"), ("grpc-timeout", "x"), ("a", "x\n"), ("a", "ü"), ("", "x")],
)
def test_metadata_that_cannot_be_sent(pair: tuple[str, str]) -> None:
    """What no header can carry, and what is the transport's own, is refused by name."""
    with pytest.raises(ValueError, match="metadata"):
        metadata.sent((pair,))


@given(st.floats(0.000001, 10_000_000))
def test_a_timeout_is_never_less_than_what_is_left(seconds: float) -> None:
    """Eight digits with a unit, and at most a thousandth more than it was."""
    text = metadata.timeout_text(seconds)

    assert len(text) <= 9
    assert seconds <= metadata.parse_timeout(text) <= seconds * 1.001 + 1.0


@pytest.mark.parametrize("text", ["", "5", "S", "-1S", "1.5S", "123456789S", "1s", "\u0661S"])
def test_what_is_no_timeout(text: str) -> None:
    """Anything but up to eight digits with a unit."""
    with pytest.raises(ValueError, match="grpc-timeout"):
        metadata.parse_timeout(text)


@given(st.text(max_size=50))
def test_messages_of_a_status_there_and_back(text: str) -> None:
    """Any text passes as printable ASCII; a lone surrogate, which is none, is replaced."""
    written = status.encode_message(text)

    assert not written or (written.isascii() and written.isprintable())
    assert status.decode_message(written) == text.encode("utf-8", "replace").decode()


def test_what_ends_without_a_status_means() -> None:
    """Resets and HTTP statuses are mapped as gRPC says."""
    resets = {code: status.of_reset(code) for code in (ErrorCode.CANCEL, ErrorCode.REFUSED_STREAM, ErrorCode.NO_ERROR)}
    answers = [status.of_http(number) for number in ("401", "404", "503", "200")]

    assert [grpc.StatusCode.CANCELLED, grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.INTERNAL] == [*resets.values()]
    assert ["UNAUTHENTICATED", "UNIMPLEMENTED", "UNAVAILABLE", "UNKNOWN"] == [code.name for code in answers]
    assert grpc.StatusCode.UNKNOWN is status.of_text("99")


class _Item:
    def __init__(self) -> None:
        self.at: float | None = None

    def expired(self) -> None:
        self.at = asyncio.get_running_loop().time()


async def test_deadlines_expire_in_time_and_none_that_left() -> None:
    """Nothing expires early, nothing much later; what was taken out does not."""
    loop = asyncio.get_running_loop()
    wheel = Wheel(loop)
    items = [(_Item(), loop.time() + after) for after in (0.05, 0.01, 0.03, 0.0)]
    gone = _Item()
    wheel.leave(gone, wheel.enter(gone, loop.time() + 0.02))
    for item, when in items:
        wheel.enter(item, when)
    await asyncio.sleep(0.3)

    assert [] == [item for item, when in items if item.at is None or item.at < when]
    assert gone.at is None
    wheel.close()


async def test_deadlines_that_were_left_are_not_kept() -> None:
    """Clients choose deadlines: those of calls that are over leave nothing behind, however far they are."""
    wheel = Wheel(asyncio.get_running_loop())
    for day in range(1, 2_000):
        item = _Item()
        wheel.leave(item, wheel.enter(item, day * 86_400.0))

    assert len(wheel._order) < 200
    wheel.close()


async def test_what_expires_may_enter_what_expires_next() -> None:
    """A deadline that is entered by one that has passed is in time too."""
    loop = asyncio.get_running_loop()
    wheel = Wheel(loop)
    late, soon = _Item(), _Item()

    class Entering(_Item):
        def expired(self) -> None:
            wheel.enter(soon, loop.time() + 0.02)

    wheel.enter(late, loop.time() + 0.4)
    wheel.enter(Entering(), loop.time() + 0.01)
    await asyncio.sleep(0.2)

    assert soon.at is not None
    assert late.at is None
    wheel.close()
