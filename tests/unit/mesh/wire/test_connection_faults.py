"""What a peer might try with a connection, and what it must not be blamed for."""

import pytest

from mesh.wire import fields, frames
from mesh.wire.connection import Connection
from mesh.wire.errors import ErrorCode, StreamFault
from mesh.wire.events import Broken, FieldsReceived, GoingAway, PingAcked, RequestReceived
from mesh.wire.hpack import Encoder
from mesh.wire.limits import Limits

HEAD = ((":method", "POST"), (":scheme", "http"), (":path", "/s.S/M"), (":authority", "here"))
OK = ((":status", "200"), ("content-type", "application/grpc"))
DEFAULT = 16_384


def greeted(*, client: bool = False, **limits: float) -> Connection:
    """An end whose peer has said its settings."""
    connection = Connection(Limits(**limits), client=client)
    connection.receive((b"" if client else frames.PREFACE) + frames.settings(()), 0.0)
    connection.take()
    return connection


def head(number: int, *, end: bool = False, listed: fields.Fields = HEAD) -> bytes:
    """HEADERS by hand."""
    return frames.block(number, Encoder().encode(listed), frames.END_STREAM if end else 0, DEFAULT)


def test_streams_beyond_the_limit_in_one_read_are_refused_singly() -> None:
    """The first are served, the others refused, at the cost of whoever opened them."""
    server = greeted(max_streams=3, nuisance_burst=20)
    events = server.receive(b"".join(head(number) for number in range(1, 15, 2)), 0.0)
    refused = server.take()

    assert [1, 3, 5] == [event.stream.id for event in events if isinstance(event, RequestReceived)]
    assert refused == b"".join(frames.reset(number, ErrorCode.REFUSED_STREAM) for number in range(7, 15, 2))
    server.receive(b"".join(head(number) for number in range(15, 101, 2)), 0.0)
    assert server.broken


def test_settings_move_windows_once() -> None:
    """A frame may say a window thousands of times; only the last counts, and is checked as all are."""
    server = greeted()
    (opened,) = server.receive(head(1), 0.0)
    assert isinstance(opened, RequestReceived)
    server.receive(
        frames.settings([(frames.INITIAL_WINDOW_SIZE, value) for value in (1, frames.LARGEST_WINDOW, 7)]), 0.0
    )

    assert not server.broken
    assert 7 == opened.stream.send_window
    server.receive(frames.settings([(frames.INITIAL_WINDOW_SIZE, 1 << 31), (frames.INITIAL_WINDOW_SIZE, 1)]), 0.0)
    assert server.broken


def test_a_high_stream_number_buys_no_frames() -> None:
    """What a peer may send for nothing follows what we said to it, not the numbers it chooses."""
    server = greeted(nuisance_burst=20, nuisance_rate=1.0)
    server.receive(head(frames.LARGEST_STREAM), 0.0)
    server.receive(frames.window_update(0, 1) * 100, 0.0)

    assert server.broken


@pytest.mark.parametrize("octets", [frames.frame(frames.DATA, 0, 0, b"x"), frames.reset(0, 0), frames.reset(2, 0)])
def test_frames_of_streams_that_nobody_can_have_opened(octets: bytes) -> None:
    """Stream 0 and even numbers are idle for both ends: section 5.1.1."""
    for client in (True, False):
        end = greeted(client=client)
        (event,) = end.receive(octets, 0.0)

        assert isinstance(event, Broken)
        assert ErrorCode.PROTOCOL_ERROR is event.code


def test_the_last_stream_of_a_goaway_never_rises() -> None:
    """What was refused stays refused, and its trailers are nobody's fault: section 6.8."""
    server = greeted()
    server.receive(head(1), 0.0)
    server.go_away()
    late = server.receive(head(3) + head(3, end=True, listed=(("a", "b"),)), 0.0)
    server.go_away()
    client = greeted(client=True)
    told = [event.last_stream for event in client.receive(server.take(), 0.0) if isinstance(event, GoingAway)]

    assert ([], [1, 1]) == (late, told)
    assert not server.broken


@pytest.mark.parametrize(
    "octets",
    [frames.SETTINGS_ACK, frames.ping(b"12345678", ack=True), frames.goaway(0, 0)],
    ids=["settings ack", "ping ack", "goaway"],
)
def test_answers_to_nothing_are_bounded(octets: bytes) -> None:
    """An acknowledgement of what was never said tells nothing, and costs."""
    server = greeted(nuisance_burst=20, nuisance_rate=1.0)
    events = server.receive(octets * 100, 0.0)

    assert server.broken
    assert not [event for event in events if isinstance(event, PingAcked)]


def test_the_first_frame_is_no_acknowledgement() -> None:
    """The preface ends with settings, which an acknowledgement has none of: section 3.4."""
    server = Connection(Limits(), client=False)
    server.receive(frames.PREFACE + frames.SETTINGS_ACK, 0.0)

    assert server.broken


def test_small_bounds_hold_from_their_acknowledgement_on() -> None:
    """A peer that has not heard of a window keeps to the default one: section 6.9.3."""
    server = greeted(stream_window=100, max_table_bytes=0)
    indexed = Encoder()
    first, again = indexed.encode(HEAD), indexed.encode(HEAD)
    before = server.receive(
        frames.block(1, first, 0, DEFAULT) + frames.block(3, again, 0, DEFAULT) + frames.frame(0, 0, 1, b"x" * 5_000),
        0.0,
    )
    server.receive(frames.SETTINGS_ACK, 0.0)
    after = server.receive(frames.frame(0, 0, 3, b"x" * 101), 0.0)

    assert 3 == len(before)
    assert not server.broken
    assert frames.reset(3, ErrorCode.FLOW_CONTROL_ERROR) in server.take()
    assert 1 == len(after)


def test_informational_heads_are_swallowed_and_bounded() -> None:
    """They say nothing gRPC asks for, are never the end, and not without number: RFC 9110 section 15.2."""
    client = greeted(client=True, nuisance_burst=20, nuisance_rate=1.0)
    stream = client.open_stream()
    client.send_request(stream, HEAD, [])
    hint = head(1, listed=((":status", "103"),))
    events = client.receive(hint + head(1, listed=OK), 0.0)

    assert ["200"] == [event.status for event in events if isinstance(event, FieldsReceived)]
    client.receive(hint * 100, 0.0)
    assert client.broken


@pytest.mark.parametrize("text", ["²00", "20", "2000", "000", "abc"])
def test_what_is_no_status(text: str) -> None:
    """Three digits of ASCII, the first not zero."""
    with pytest.raises(StreamFault):
        fields.response(((":status", text),))


def test_control_characters_in_a_path() -> None:
    """Pseudo-header fields have no more liberties than the others."""
    with pytest.raises(StreamFault):
        fields.Heads().request(((":method", "POST"), (":scheme", "http"), (":path", "/a\nb")), 0)


def test_nothing_is_said_on_a_stream_that_is_over() -> None:
    """Whoever still wanted to answer a reset stream, or a broken connection, says nothing."""
    server = greeted()
    reset, other = (
        event.stream for event in server.receive(head(1) + head(3), 0.0) if isinstance(event, RequestReceived)
    )
    server.receive(frames.reset(1, ErrorCode.CANCEL), 0.0)
    server.send_whole(reset, OK, b"late", (("grpc-status", "0"),))
    server.send_data(reset, b"late")
    quiet = server.take()
    server.break_off(ErrorCode.PROTOCOL_ERROR, "enough")
    server.send_fields(other, OK)

    assert b"" == quiet
    assert server.take().endswith(b"enough")


def test_crumbs_cost_whoever_cuts_the_windows() -> None:
    """A window that is opened by an octet at a time makes us send as many frames (CVE-2019-9511)."""
    server = greeted(nuisance_burst=50, nuisance_rate=1.0)
    server.receive(frames.settings([(frames.INITIAL_WINDOW_SIZE, 0)]) + head(1, end=True), 0.0)
    stream = server.streams[1]
    server.send_fields(stream, OK)
    server.send_data(stream, b"x" * 10_000)
    for _ in range(200):
        server.receive(frames.window_update(1, 1), 0.0)

    assert server.broken


def test_a_reset_costs_what_it_wastes() -> None:
    """One of a call that is old is free; one that crossed our answer too, though not again and again."""
    server = greeted(nuisance_burst=5, nuisance_rate=0.0, max_streams=1_000)
    for number in range(1, 201, 2):
        server.receive(head(number, end=True), float(number))
        server.receive(frames.reset(number, ErrorCode.CANCEL), number + 1.0)
    patient = not server.broken
    for number in range(201, 401, 2):
        (opened,) = server.receive(head(number, end=True), 1_000.0)
        assert isinstance(opened, RequestReceived)
        server.send_whole(opened.stream, OK, b"", (("grpc-status", "0"),))
        server.receive(frames.reset(number, ErrorCode.CANCEL), 1_000.0)
    crossed = not server.broken
    server.receive(frames.reset(399, ErrorCode.CANCEL) * 2_000, 1_000.0)

    assert (True, True, True) == (patient, crossed, server.broken)


def test_a_server_that_refuses_is_no_abuser() -> None:
    """However many calls it has no place for: they are ours."""
    client = greeted(client=True, nuisance_burst=5, nuisance_rate=0.0)
    for _ in range(100):
        stream = client.open_stream()
        client.send_request(stream, HEAD, [])
        client.receive(frames.reset(stream.id, ErrorCode.REFUSED_STREAM), 0.0)

    assert not client.broken
    assert {} == client.streams
