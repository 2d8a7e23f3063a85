"""The state machine without sockets: two of them talk octets, or one is told frames made by hand."""

import pytest

from mesh.wire import frames
from mesh.wire.connection import Connection
from mesh.wire.errors import ErrorCode
from mesh.wire.events import Broken, DataReceived, Event, FieldsReceived, GoingAway, RequestReceived, StreamReset
from mesh.wire.hpack import Encoder
from mesh.wire.limits import Limits

HEAD = ((":method", "POST"), (":scheme", "http"), (":path", "/s.S/M"), (":authority", "here"), ("te", "trailers"))
OK = ((":status", "200"), ("content-type", "application/grpc"))
TRAILERS = (("grpc-status", "0"),)


def pair(**limits: int) -> tuple[Connection, Connection]:
    """A client and a server that have greeted each other."""
    client, server = Connection(Limits(), client=True), Connection(Limits(**limits), client=False)
    exchange(client, server)
    return client, server


def exchange(one: Connection, other: Connection) -> list[Event]:
    """Carry octets both ways until nobody has more to say."""
    events: list[Event] = []
    while one.pending or other.pending:
        events += other.receive(one.take(), 1.0)
        events += one.receive(other.take(), 1.0)
    return events


def greeted(**limits: float) -> Connection:
    """A server whose client has said its preface and its settings."""
    server = Connection(Limits(**limits), client=False)
    server.receive(frames.PREFACE + frames.settings(()), 0.0)
    server.take()
    return server


def opened(server: Connection, number: int = 1, *, flags: int = 0) -> RequestReceived:
    """Open a stream by hand."""
    block = Encoder().encode(HEAD)
    (event,) = server.receive(frames.block(number, block, flags, frames.DEFAULT_FRAME_SIZE), 0.0)
    assert isinstance(event, RequestReceived)
    return event


def test_a_call_from_end_to_end() -> None:
    """A request and its response arrive as they were sent, and no stream is left."""
    client, server = pair()
    stream = client.open_stream()
    client.send_request(stream, HEAD, [("a", "1")])
    client.send_data(stream, b"question", end=True)
    request, question = server.receive(client.take(), 1.0)
    assert isinstance(request, RequestReceived)
    assert isinstance(question, DataReceived)
    server.send_whole(request.stream, OK, b"answer", TRAILERS)
    head, answer, trailers = client.receive(server.take(), 1.0)

    assert ("/s.S/M", [("te", "trailers"), ("a", "1")]) == (request.request.path, list(request.request.fields))
    assert (b"question", True) == (question.data, question.ended)
    assert isinstance(head, FieldsReceived)
    assert isinstance(answer, DataReceived)
    assert isinstance(trailers, FieldsReceived)
    assert ("200", b"answer", list(TRAILERS), True) == (
        head.status,
        answer.data,
        list(trailers.fields),
        trailers.ended,
    )
    assert ({}, {}) == (client.streams, server.streams)


def test_more_data_than_the_window_waits_and_trailers_wait_for_it() -> None:
    """Nothing beyond the window is sent, nothing is lost, and the end comes last."""
    client, server = pair(stream_window=1_000)
    stream = client.open_stream()
    client.send_request(stream, HEAD, [])
    client.send_data(stream, b"x" * 5_000, end=True)
    client.pump()
    events = server.receive(client.take(), 1.0)
    first = b"".join(event.data for event in events if isinstance(event, DataReceived))
    rest: list[Event] = []
    for _ in range(20):
        server.credit(next(iter(server.streams.values()), stream))
        client.receive(server.take(), 1.0)
        rest += server.receive(client.take(), 1.0)
    body = first + b"".join(event.data for event in rest if isinstance(event, DataReceived))

    assert (1_000, b"x" * 5_000) == (len(first), body)
    assert isinstance(rest[-1], DataReceived)
    assert rest[-1].ended


def test_a_window_may_become_negative() -> None:
    """Settings that shrink the window of a stream in use stop it until it was given back as much; section 6.9.2."""
    server = greeted()
    stream = opened(server, flags=frames.END_STREAM).stream
    server.send_fields(stream, OK)
    server.send_data(stream, b"x" * 100)
    server.receive(frames.settings([(frames.INITIAL_WINDOW_SIZE, 50)]), 0.0)
    server.take()
    server.send_data(stream, b"y" * 10)
    assert b"y" not in server.take()
    server.receive(frames.window_update(1, 55), 0.0)

    assert server.take().endswith(b"y" * 5)


def test_a_paused_transport_keeps_data_back() -> None:
    """Data waits while the transport has enough, and goes on where it stopped."""
    server = greeted()
    stream = opened(server, flags=frames.END_STREAM).stream
    server.paused = True
    server.send_whole(stream, OK, b"answer", TRAILERS)
    assert b"answer" not in server.take()
    server.paused = False
    server.pump()

    assert b"answer" in server.take()
    assert {} == server.streams


def test_streams_that_wait_take_turns() -> None:
    """A long answer does not keep a short one back."""
    server = greeted()
    long, short = opened(server, 1, flags=1).stream, opened(server, 3, flags=1).stream
    server.receive(frames.window_update(1, 1 << 20), 0.0)
    server.take()
    server.send_data(long, b"l" * 500_000, end=True)
    server.send_data(short, b"short", end=True)
    server.receive(frames.window_update(0, 1 << 20), 0.0)

    assert b"short" in server.take()
    assert long.outbox


def test_going_away_in_two_steps() -> None:
    """The first GOAWAY refuses nothing; after the second, streams above the last are not looked at."""
    server = greeted()
    server.go_away(at_once=False)
    opened(server, 1)
    server.go_away()
    late = server.receive(frames.block(3, Encoder().encode(HEAD), frames.END_STREAM, 16_384), 0.0)
    client = Connection(Limits(), client=True)
    said = frames.settings(()) + server.take()
    told = [event.last_stream for event in client.receive(said, 0.0) if isinstance(event, GoingAway)]

    assert ([], [frames.LARGEST_STREAM, 1]) == (late, told)


def test_late_frames_after_our_reset_are_ignored() -> None:
    """What was sent before the client heard of the reset breaks nothing; its octets are credited all the same."""
    server = greeted()
    stream = opened(server).stream
    server.send_reset(stream, ErrorCode.CANCEL)
    server.take()

    assert [] == server.receive(frames.frame(frames.DATA, frames.END_STREAM, 1, b"late"), 0.0)
    assert b"" == server.take()


def test_nothing_follows_a_reset_of_the_peers() -> None:
    """Whoever resets a stream, though we had ended it before, has nothing on its way: what comes on it is an error."""
    server = greeted()
    stream = opened(server).stream
    server.send_whole(stream, OK, b"early", TRAILERS)
    server.receive(frames.reset(1, ErrorCode.CANCEL), 0.0)
    (broken,) = server.receive(frames.block(1, BLOCK, frames.END_STREAM, 16_384), 0.0)

    assert isinstance(broken, Broken)
    assert ErrorCode.STREAM_CLOSED is broken.code


BLOCK = Encoder().encode(HEAD)


def _headers(number: int, *fields: tuple[str, str]) -> bytes:
    return frames.block(number, Encoder().encode(fields), frames.END_STREAM, 16_384)


@pytest.mark.parametrize(
    ("octets", "code"),
    [
        (frames.frame(frames.DATA, 0, 1, b"x"), ErrorCode.PROTOCOL_ERROR),
        (frames.frame(frames.DATA, 0, 0, b"x"), ErrorCode.PROTOCOL_ERROR),
        (frames.frame(frames.HEADERS, 4, 2, BLOCK), ErrorCode.PROTOCOL_ERROR),
        (frames.frame(frames.HEADERS, 4, 0, BLOCK), ErrorCode.PROTOCOL_ERROR),
        (frames.frame(frames.HEADERS, 4, 1, b"\xff\xff\xff\xff\xff\xff\xff"), ErrorCode.COMPRESSION_ERROR),
        (frames.frame(frames.HEADERS, 0, 1, BLOCK) + frames.ping(b"12345678"), ErrorCode.PROTOCOL_ERROR),
        (frames.frame(frames.CONTINUATION, 4, 1, BLOCK), ErrorCode.PROTOCOL_ERROR),
        (frames.frame(frames.RST_STREAM, 0, 1, b"\0\0\0\0"), ErrorCode.PROTOCOL_ERROR),
        (frames.frame(frames.RST_STREAM, 0, 1, b"\0"), ErrorCode.FRAME_SIZE_ERROR),
        (frames.frame(frames.SETTINGS, 0, 1, b""), ErrorCode.PROTOCOL_ERROR),
        (frames.frame(frames.SETTINGS, 0, 0, b"\0"), ErrorCode.FRAME_SIZE_ERROR),
        (frames.frame(frames.SETTINGS, 1, 0, b"\0" * 6), ErrorCode.FRAME_SIZE_ERROR),
        (frames.settings([(frames.ENABLE_PUSH, 2)]), ErrorCode.PROTOCOL_ERROR),
        (frames.settings([(frames.MAX_FRAME_SIZE, 1)]), ErrorCode.PROTOCOL_ERROR),
        (frames.settings([(frames.INITIAL_WINDOW_SIZE, 1 << 31)]), ErrorCode.FLOW_CONTROL_ERROR),
        (frames.window_update(0, 0), ErrorCode.PROTOCOL_ERROR),
        (frames.window_update(0, frames.LARGEST_WINDOW), ErrorCode.FLOW_CONTROL_ERROR),
        (frames.window_update(1, 1), ErrorCode.PROTOCOL_ERROR),
        (frames.frame(frames.PING, 0, 1, b"12345678"), ErrorCode.PROTOCOL_ERROR),
        (frames.frame(frames.PING, 0, 0, b"1"), ErrorCode.FRAME_SIZE_ERROR),
        (frames.frame(frames.GOAWAY, 0, 0, b"1"), ErrorCode.FRAME_SIZE_ERROR),
        (frames.frame(frames.PUSH_PROMISE, 4, 1, b"\0\0\0\2"), ErrorCode.PROTOCOL_ERROR),
        (frames.frame(frames.PRIORITY, 0, 0, b"12345"), ErrorCode.PROTOCOL_ERROR),
        (frames.HEAD.pack(1, 0, frames.DATA, 0, 1), ErrorCode.FRAME_SIZE_ERROR),
    ],
)
def test_what_breaks_a_connection(octets: bytes, code: ErrorCode) -> None:
    """Each rule of RFC 9113 that is about the connection ends it with the code of its section."""
    server = greeted()
    events = server.receive(octets, 0.0)

    assert isinstance(events[-1], Broken)
    assert code == events[-1].code
    assert frames.parse_goaway(server.take()[-8 - len(events[-1].message) :])[1] == code
    assert [] == server.receive(frames.ping(b"12345678"), 0.0)


@pytest.mark.parametrize(
    ("octets", "code"),
    [
        (_headers(3, *HEAD, ("content-length", "5")), ErrorCode.PROTOCOL_ERROR),
        (_headers(3, *HEAD, ("connection", "close")), ErrorCode.PROTOCOL_ERROR),
        (_headers(3, *HEAD, ("Upper", "case")), ErrorCode.PROTOCOL_ERROR),
        (_headers(3, *HEAD, ("a", "b\r\nc")), ErrorCode.PROTOCOL_ERROR),
        (_headers(3, *HEAD, (":path", "/late")), ErrorCode.PROTOCOL_ERROR),
        (_headers(3, (":method", "POST")), ErrorCode.PROTOCOL_ERROR),
        (_headers(3, (":method", "POST"), (":scheme", "http"), (":path", "")), ErrorCode.PROTOCOL_ERROR),
        (frames.frame(frames.PRIORITY, 0, 3, b"\0\0\0\3\0"), ErrorCode.PROTOCOL_ERROR),
        (frames.frame(frames.PRIORITY, 0, 3, b"\0"), ErrorCode.FRAME_SIZE_ERROR),
    ],
)
def test_what_breaks_a_stream_leaves_the_others(octets: bytes, code: ErrorCode) -> None:
    """The stream is reset with the code of its section; one beside it goes on."""
    server = greeted()
    other = opened(server).stream
    server.receive(octets, 0.0)

    assert server.take().endswith(frames.reset(3, code))
    assert other.local_open
    assert not server.broken


def test_data_beyond_a_streams_window_resets_it() -> None:
    """A client that ignores its window loses the stream."""
    server = greeted(stream_window=100)
    server.receive(frames.SETTINGS_ACK, 0.0)
    opened(server)
    (event,) = server.receive(frames.frame(frames.DATA, 0, 1, b"x" * 101), 0.0)

    assert isinstance(event, StreamReset)
    assert (ErrorCode.FLOW_CONTROL_ERROR, True) == (event.code, event.local)


NUISANCES = {
    "ping": frames.ping(b"12345678"),
    "settings": frames.settings(()),
    "priority": frames.frame(frames.PRIORITY, 0, 1, b"\0\0\0\0\0"),
    "unknown": frames.frame(0xAA, 0, 0, b""),
    "empty data": frames.frame(frames.DATA, 0, 1, b""),
    "made resets": frames.frame(frames.PRIORITY, 0, 1, b"\0"),
}


@pytest.mark.parametrize("octets", NUISANCES.values(), ids=NUISANCES.keys())
def test_what_does_nothing_is_bounded(octets: bytes) -> None:
    """So many at once are borne, then the peer is asked to calm down, and nothing more is looked at."""
    server = greeted(nuisance_burst=50, nuisance_rate=1.0, max_ping_strikes=1_000)
    opened(server)
    assert not server.broken
    server.receive(octets * 10, 0.0)
    borne = not server.broken
    server.receive(octets * 100, 0.0)

    assert borne
    assert server.broken
    assert b"too many frames" in server.take()


def test_measuring_the_path_is_no_nuisance() -> None:
    """A peer may send a PING, and two credits, for each frame it is sent: other implementations do, all the time."""
    server = greeted(nuisance_burst=10, nuisance_rate=1.0)
    stream = opened(server).stream
    server.send_fields(stream, OK)
    for _ in range(500):
        server.send_data(stream, b"x")
        measuring = frames.ping(b"12345678") + frames.window_update(0, 1) + frames.window_update(1, 1)
        server.receive(measuring, 0.0)

    assert not server.broken


def test_rapid_resets_are_bounded() -> None:
    """Opening and resetting streams in turn ends with the connection (CVE-2023-44487)."""
    server = greeted(nuisance_burst=50, nuisance_rate=1.0)
    for number in range(1, 301, 2):
        server.receive(_headers(number, *HEAD) + frames.reset(number, ErrorCode.CANCEL), 0.0)

    assert server.broken


def test_a_block_without_end_is_bounded() -> None:
    """CONTINUATION frames that never end, empty or not, end the connection (CVE-2024-27316)."""
    server = greeted()
    server.receive(frames.frame(frames.HEADERS, 0, 1, b""), 0.0)
    server.receive(frames.frame(frames.CONTINUATION, 0, 1, b"") * 100, 0.0)

    assert server.broken


def test_pings_without_cause_are_warned_of() -> None:
    """A client that pings again and again while nothing is said to it is sent away; one that is told things is not."""
    idle, busy = greeted(), greeted()
    stream = opened(busy).stream
    busy.send_fields(stream, OK)
    for _ in range(5):
        idle.receive(frames.ping(b"12345678"), 0.0)
        busy.send_data(stream, b"news")
        busy.receive(frames.ping(b"12345678"), 0.0)

    assert (True, False) == (idle.broken, busy.broken)
    assert idle.take().endswith(b"too_many_pings")


def test_windows_grow_with_what_arrives() -> None:
    """While data fills the window between a PING and its answer the window grows, up to its limit."""
    server = greeted(stream_window=65_536, connection_window=65_536, max_window=1 << 20)
    stream = opened(server).stream
    now = 0.0
    for _ in range(40):
        now += 0.01
        for _ in range(4):
            server.receive(frames.frame(frames.DATA, 0, 1, b"x" * 16_000), now)
            server.credit(stream)
        said = server.take()
        if frames.ping(b"bdp-ping") in said:
            server.receive(frames.ping(b"bdp-ping", ack=True), now + 0.001)

    assert stream.recv_window > 65_536
    assert not server.broken


def test_no_more_is_credited_than_may_lie_unread() -> None:
    """Whole messages that nobody reads keep the connection's window shut."""
    server = greeted(max_unread_bytes=1_000, connection_window=65_536, stream_window=65_536)
    stream = opened(server).stream
    stream.queued = server.unread = 40_000
    server.receive(frames.frame(frames.DATA, 0, 1, b"x" * 16_000) * 3, 0.0)
    shut = server.take()
    server.read(stream, 40_000)

    assert b"" == shut
    assert frames.window_update(0, 48_000) in server.take()
