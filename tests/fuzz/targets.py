"""What is fuzzed: each target takes any octets, and fails where the wire does not keep a promise about them."""

import zlib
from collections.abc import Callable
from contextlib import suppress

from mesh.wire import frames, messages, metadata, status
from mesh.wire.connection import Connection
from mesh.wire.events import Broken, DataReceived, RequestReceived
from mesh.wire.hpack import Encoder
from mesh.wire.limits import Limits
from mesh.wire.messages import Deframer
from mesh.wire.status import RpcFault

LIMITS = Limits(
    max_header_list_bytes=1_024,
    max_fields=12,
    max_block_bytes=2_048,
    max_continuations=4,
    max_streams=4,
    max_table_bytes=256,
    nuisance_burst=50,
    stream_window=2_000,
    connection_window=70_000,
)
"""Small, so that few octets reach them."""
MOST = 1_000
REQUEST = ((":method", "POST"), (":scheme", "http"), (":path", "/s.S/M"), ("te", "trailers"))
RESPONSE = ((":status", "200"), ("content-type", "application/grpc"), ("grpc-status", "0"))
OPENED = frames.settings(()) + frames.SETTINGS_ACK


def server(octets: bytes) -> None:
    """A server's connection: nothing is raised, octets mean the same however they are cut, answers are not larger."""
    _connection(octets, client=False)


def client(octets: bytes) -> None:
    """The same of a client's, which has two calls open."""
    _connection(octets, client=True)


def _connection(octets: bytes, *, client: bool) -> None:
    cut = octets[0] if octets else 0
    pieces = [octets[1 : cut + 1], octets[cut + 1 :]]
    assert _said([octets[1:]], client=client) == _said(pieces, client=client)
    assert len(_said(pieces, client=client, answering=True)) <= 10 * len(octets) + 1_000


def _said(pieces: list[bytes], *, client: bool, answering: bool = False) -> bytes:
    """What a connection says of itself; with answers too it depends on what had come when they were given."""
    connection = Connection(LIMITS, client=client)
    if client:
        for _ in range(2):
            connection.send_request(connection.open_stream(), REQUEST, ())
        connection.receive(OPENED, 0.0)
    else:
        connection.receive(frames.PREFACE + OPENED, 0.0)
    said = b""
    for piece in pieces:
        broken = connection.broken
        for event in connection.receive(piece, 0.0):
            assert not broken
            if isinstance(event, DataReceived):
                connection.credit(event.stream)
            elif isinstance(event, RequestReceived) and answering:
                with suppress(ValueError):
                    metadata.of_request(event.request)
                connection.send_whole(event.stream, RESPONSE, b"answer", (("grpc-status", "0"),))
            broken = broken or isinstance(event, Broken)
        assert len(connection.streams) <= max(2, LIMITS.max_streams)
    while connection.pump():
        said += connection.take()
    return said + connection.take()


def body(octets: bytes) -> None:
    """A body: messages are the same however it is cut, and none is larger than allowed, compressed or not."""
    cut = octets[0] if octets else 0
    whole = _messages([octets[1:]])
    assert whole == _messages([octets[1 : cut + 1], octets[cut + 1 :]])
    inflate = messages.decoder(messages.GZIP)
    assert inflate is not None
    for flag, message in whole or ():
        assert len(message) <= MOST
        with suppress(RpcFault):
            assert len(inflate(message, MOST)) <= MOST or not flag


def _messages(pieces: list[bytes]) -> list[messages.Received] | None:
    deframer = Deframer(MOST)
    try:
        return [one for piece in pieces for one in deframer.feed(piece)]
    except RpcFault:
        return None


def texts(octets: bytes) -> None:
    """What fields of gRPC say: a value, or one ValueError."""
    text = octets.decode("latin-1")
    status.of_text(text)
    message = status.decode_message(text)
    assert status.decode_message(status.encode_message(message)) == message
    with suppress(ValueError):
        assert metadata.parse_timeout(text) >= 0
    for name in ("a", "a-bin"):
        with suppress(ValueError):
            metadata.of_response([(name, text)])


TARGETS: dict[int, Callable[[bytes], None]] = dict(zip(b"scbt", (server, client, body, texts), strict=True))
"""By the octet that an input begins with."""


def seeds() -> list[bytes]:
    """Inputs to begin with: whole calls, and one of each kind of frame."""
    encoder = Encoder()
    asked = frames.block(1, encoder.encode(REQUEST), 0, 16_384)
    data = frames.frame(frames.DATA, frames.END_STREAM, 1, messages.framed(b"question"))
    answered = frames.block(1, Encoder().encode(RESPONSE), 0, 16_384)
    others = (
        frames.frame(frames.HEADERS, 0, 3, Encoder().encode(REQUEST)),
        frames.frame(frames.CONTINUATION, frames.END_HEADERS, 3),
        frames.frame(frames.PRIORITY, 0, 1, b"\0\0\0\3\1"),
        frames.reset(1, 8),
        frames.settings([(key, 100) for key in range(1, 7)]),
        frames.ping(b"12345678"),
        frames.goaway(1, 0, b"bye"),
        frames.window_update(1, 1_000),
        frames.frame(frames.DATA, frames.PADDED, 1, b"\3abc\0\0\0"),
        frames.frame(0xAA, 0, 0, b"?"),
    )
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    packed = packer.compress(bytes(5_000)) + packer.flush()
    return [
        b"s\x10" + asked + data + b"".join(others),
        b"c\x10" + answered + data + b"".join(others),
        *(b"s\x05" + asked + other + data for other in others),
        *(b"c\x05" + answered + other + data for other in others),
        b"b\x07" + messages.framed(b"one") + messages.framed_gzip(b"two" * 99),
        b"b\x02\1" + len(packed).to_bytes(4, "big") + packed,
        b"t100m",
        b"t%e2%82%ac%",
        b"tAAEC,AAE=",
    ]
