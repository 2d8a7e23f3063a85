"""What a connection says happened; plain data, in the order it happened in."""

from mesh.wire.errors import ErrorCode
from mesh.wire.fields import Fields, Request
from mesh.wire.stream import Stream


class RequestReceived:
    """A stream was opened by the peer (server)."""

    __slots__ = ("ended", "request", "stream")

    def __init__(self, stream: Stream, request: Request, *, ended: bool) -> None:
        self.stream = stream
        self.request = request
        self.ended = ended


class FieldsReceived:
    """The head of a response, or the trailers of either side; `status` is empty for trailers (and on a server)."""

    __slots__ = ("ended", "fields", "status", "stream")

    def __init__(self, stream: Stream, status: str, fields: Fields, *, ended: bool) -> None:
        self.stream = stream
        self.status = status
        self.fields = fields
        self.ended = ended


class DataReceived:
    """Octets of a stream's body; `ended` when the peer sends nothing more on it."""

    __slots__ = ("data", "ended", "stream")

    def __init__(self, stream: Stream, data: bytes, *, ended: bool) -> None:
        self.stream = stream
        self.data = data
        self.ended = ended


class StreamReset:
    """A stream is over before its end: the peer said so, or broke it (`local`)."""

    __slots__ = ("code", "local", "message", "stream")

    def __init__(self, stream: Stream, code: ErrorCode, message: str = "", *, local: bool = False) -> None:
        self.stream = stream
        self.code = code
        self.message = message
        self.local = local


class PeerSettled:
    """The peer's SETTINGS are in force."""

    __slots__ = ()


class PingAcked:
    """The peer answered a PING of ours that was not flow control's."""

    __slots__ = ("payload",)

    def __init__(self, payload: bytes) -> None:
        self.payload = payload


class GoingAway:
    """The peer takes no new streams; it never looked at those above `last_stream`."""

    __slots__ = ("code", "debug", "last_stream")

    def __init__(self, last_stream: int, code: ErrorCode, debug: bytes) -> None:
        self.last_stream = last_stream
        self.code = code
        self.debug = debug


class Broken:
    """The peer broke the protocol: GOAWAY is in the output, the connection is to be closed when that was written."""

    __slots__ = ("code", "message")

    def __init__(self, code: ErrorCode, message: str) -> None:
        self.code = code
        self.message = message


Event = RequestReceived | FieldsReceived | DataReceived | StreamReset | PeerSettled | PingAcked | GoingAway | Broken
