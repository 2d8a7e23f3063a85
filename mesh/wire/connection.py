"""HTTP/2 without input or output: octets in, events out; what to send is asked for, and taken as octets.

    events = connection.receive(data, now)      # from the socket
    connection.send_whole(stream, …)            # from whoever answers
    transport.write(connection.take())          # to the socket

Both roles of RFC 9113 as gRPC uses it: no push, no priorities, no upgrade. What a peer does wrong to one stream resets
that stream; what it does wrong to the connection ends it: a `Broken` event, with GOAWAY as the last thing to take.
"""

from mesh.wire import fields as http
from mesh.wire import flow, frames
from mesh.wire.errors import ConnectionFault, ErrorCode, StreamFault, breach, code_of
from mesh.wire.events import (
    Broken,
    DataReceived,
    Event,
    FieldsReceived,
    GoingAway,
    PeerSettled,
    PingAcked,
    RequestReceived,
    StreamReset,
)
from mesh.wire.fields import Fields
from mesh.wire.frames import END_HEADERS, END_STREAM, HEAD, HEAD_SIZE
from mesh.wire.hpack import Decoder, HpackError, ListTooLarge
from mesh.wire.incoming import Incoming
from mesh.wire.limits import Limits
from mesh.wire.stream import Stream

_WRONG_LENGTH = "content-length is not the length of the content"


class Connection(Incoming):
    """One connection, of a client or a server."""

    def __init__(self, limits: Limits, *, client: bool) -> None:
        super().__init__(limits, client=client)
        self.settled = False
        """Whether the peer's first SETTINGS came."""
        self.block_began: float | None = None
        """When the field block that is incomplete began."""
        self._rest = b""
        self._preface = b"" if client else frames.PREFACE
        self._decoder = Decoder(
            max_table_size=max(limits.max_table_bytes, frames.DEFAULT_TABLE_SIZE),
            max_list_size=limits.max_header_list_bytes,
            max_fields=limits.max_fields,
        )
        self._heads = http.Heads()
        self._block: list[bytes] = []
        self._block_stream = 0
        self._block_flags = 0
        self._block_size = 0
        self._block_fault: StreamFault | None = None
        self._greet()

    def _greet(self) -> None:
        limits = self.limits
        values = [
            (frames.HEADER_TABLE_SIZE, limits.max_table_bytes),
            (frames.INITIAL_WINDOW_SIZE, limits.stream_window),
            (frames.MAX_HEADER_LIST_SIZE, limits.max_header_list_bytes),
        ]
        if self.client:
            self._put(frames.PREFACE)
            values.append((frames.ENABLE_PUSH, 0))
        else:
            values.append((frames.MAX_CONCURRENT_STREAMS, limits.max_streams))
        self._say_settings(values)
        self._credit_connection(limits.connection_window - frames.DEFAULT_WINDOW)

    # ── octets in, events out ──

    def receive(self, data: bytes, now: float) -> list[Event]:
        """Return what `data`, received at `now` (seconds of any steady clock), says; raises nothing."""
        if self.broken:
            return []
        self._now = now
        if self._rest:
            data = self._rest + data
        events: list[Event] = []
        at = 0
        try:
            if self._preface:
                at = self._read_preface(data)
                if self._preface:
                    self._rest = b""
                    return events
            at = self._walk(data, at, events)
        except ConnectionFault as broken:
            self.break_off(broken.code, broken.message)
            events.append(Broken(broken.code, broken.message))
            self._rest = b""
            return events
        self._rest = data[at:] if at < len(data) else b""
        return events

    def _walk(self, data: bytes, at: int, events: list[Event]) -> int:
        """Handle the whole frames in `data` from `at` on; returns where the first incomplete one begins."""
        unpack, handlers, kinds = HEAD.unpack_from, self._HANDLERS, len(self._HANDLERS)
        last = len(data) - HEAD_SIZE
        while at <= last:
            high, low, kind, flags, number = unpack(data, at)
            size = high << 16 | low
            if size > frames.DEFAULT_FRAME_SIZE:
                breach(ErrorCode.FRAME_SIZE_ERROR, "a frame above SETTINGS_MAX_FRAME_SIZE")
            start = at + HEAD_SIZE
            stop = start + size
            if stop > last + HEAD_SIZE:
                break
            at = stop
            number &= frames.LARGEST_STREAM
            try:
                if self._block_stream or not self.settled:
                    self._check_place(kind, number)
                handle = handlers[kind] if kind < kinds else Connection._on_unknown
                handle(self, flags, number, data[start:stop], events)
            except StreamFault as fault:
                self._stream_fault(number, fault, events)
        return at

    def _read_preface(self, data: bytes) -> int:
        expected = self._preface
        size = min(len(expected), len(data))
        if data[:size] != expected[:size]:
            breach(ErrorCode.PROTOCOL_ERROR, "this is no HTTP/2 connection preface")
        self._preface = expected[size:]
        return size

    def _check_place(self, kind: int, number: int) -> None:
        if self._block_stream and (kind != frames.CONTINUATION or number != self._block_stream):
            breach(ErrorCode.PROTOCOL_ERROR, "a frame within a field block")
        if not self.settled and kind != frames.SETTINGS:
            breach(ErrorCode.PROTOCOL_ERROR, "the first frame is not SETTINGS")

    # ── frames of streams ──

    def _on_data(self, flags: int, number: int, payload: bytes, events: list[Event]) -> None:
        size = len(payload)
        stream = self.streams.get(number)
        if stream is None and self._is_idle(number):
            breach(ErrorCode.PROTOCOL_ERROR, "DATA on an idle stream")
        self._count(size)
        if flags & frames.PADDED:  # wrong padding breaks the connection, whatever became of the stream
            payload = _unpadded(payload)
        if stream is None or not stream.remote_open:
            if self._ended_streams.get(number) or self._is_refused(number):
                return  # sent before our RST_STREAM or GOAWAY arrived
            raise StreamFault(ErrorCode.STREAM_CLOSED, "DATA after the end of the stream")
        stream.recv_window -= size
        if stream.recv_window < 0:
            raise StreamFault(ErrorCode.FLOW_CONTROL_ERROR, "DATA beyond the stream's window")
        stream.debt += size
        ended = bool(flags & END_STREAM)
        if not payload and not ended:
            self._spend()
        if stream.expected >= 0:
            _check_length(stream, len(payload), ended=ended)
        if ended:
            stream.remote_open = False
            if not stream.local_open:
                self._closed(stream)
        events.append(DataReceived(stream, payload, ended=ended))

    def _on_headers(self, flags: int, number: int, payload: bytes, events: list[Event]) -> None:
        if not number or number & 1 == 0:
            breach(ErrorCode.PROTOCOL_ERROR, "HEADERS on a stream that no client opens")
        if flags & frames.PADDED:
            payload = _unpadded(payload)
        fault = None
        if flags & frames.PRIORITIZED:
            if len(payload) < 5:  # noqa: PLR2004 - section 6.2
                breach(ErrorCode.FRAME_SIZE_ERROR, "HEADERS too short for its priority")
            if int.from_bytes(payload[:4], "big") & frames.LARGEST_STREAM == number:
                fault = StreamFault(ErrorCode.PROTOCOL_ERROR, "a stream that depends on itself")
            payload = payload[5:]
        if flags & END_HEADERS:
            self._on_block(flags, number, payload, events, fault)
            return
        self._block, self._block_size, self._block_fault = [payload], len(payload), fault
        self._block_stream, self._block_flags, self.block_began = number, flags, self._now

    def _on_continuation(self, flags: int, number: int, payload: bytes, events: list[Event]) -> None:
        if not self._block_stream:
            breach(ErrorCode.PROTOCOL_ERROR, "CONTINUATION without HEADERS")
        self._block.append(payload)
        self._block_size += len(payload)
        if self._block_size > self.limits.max_block_bytes or len(self._block) > self.limits.max_continuations:
            breach(ErrorCode.ENHANCE_YOUR_CALM, "a field block without end")
        if flags & END_HEADERS:
            block = b"".join(self._block)
            self._block, self._block_stream, self.block_began = [], 0, None
            self._on_block(self._block_flags, number, block, events, self._block_fault)

    def _on_block(self, flags: int, number: int, block: bytes, events: list[Event], fault: StreamFault | None) -> None:
        fields: Fields | None = None
        too_large = ""
        try:
            fields = self._decoder.decode(block)
        except HpackError as error:
            breach(ErrorCode.COMPRESSION_ERROR, str(error))
        except ListTooLarge as error:
            self._spend()
            too_large = str(error)
        stream = self.streams.get(number)
        ended = bool(flags & END_STREAM)
        if stream is not None:
            if fields is None:
                raise StreamFault(ErrorCode.ENHANCE_YOUR_CALM, too_large)
            self._on_more_fields(stream, fields, events, ended=ended)
        elif self.client or number <= self.last_peer_stream:
            self._on_late_fields(number)
        else:
            self.last_peer_stream = number
            if not self._is_refused(number):
                if fault is not None:
                    raise fault
                self._on_request(number, fields, events, ended=ended)

    def _on_request(self, number: int, fields: Fields | None, events: list[Event], *, ended: bool) -> None:
        self._begun += 1
        if len(self.streams) >= self.limits.max_streams:
            raise StreamFault(ErrorCode.REFUSED_STREAM, "more streams than SETTINGS_MAX_CONCURRENT_STREAMS")
        request = http.TOO_LARGE if fields is None else self._heads.request(fields, self._decoder.indexed)
        if ended and request.length > 0:
            raise StreamFault(ErrorCode.PROTOCOL_ERROR, _WRONG_LENGTH)
        stream = self._new_stream(number)
        stream.expected = request.length
        stream.remote_open = not ended
        events.append(RequestReceived(stream, request, ended=ended))

    def _on_more_fields(self, stream: Stream, fields: Fields, events: list[Event], *, ended: bool) -> None:
        """The head of a response, or trailers."""
        if not stream.remote_open:
            raise StreamFault(ErrorCode.STREAM_CLOSED, "HEADERS after the end of the stream")
        status, rest, length = http.response(fields)
        if not status and not ended:
            raise StreamFault(ErrorCode.PROTOCOL_ERROR, "trailers that do not end the stream")
        if status:
            if not self.client:
                raise StreamFault(ErrorCode.PROTOCOL_ERROR, "trailers with a pseudo-header field")
            if status[0] == "1":
                self._on_informational(status, ended=ended)
                return
            stream.expected = length
        if stream.expected >= 0 and ended:
            _check_length(stream, 0, ended=True)
        if ended:
            stream.remote_open = False
            if not stream.local_open:
                self._closed(stream)
        events.append(FieldsReceived(stream, status, rest, ended=ended))

    def _on_informational(self, status: str, *, ended: bool) -> None:
        """A head before the head, which says nothing that gRPC asks for; RFC 9110 section 15.2."""
        if ended or status == "101":
            raise StreamFault(ErrorCode.PROTOCOL_ERROR, f"status {status} where it has no place")
        self._spend()

    def _on_late_fields(self, number: int) -> None:
        if self._is_refused(number):
            return
        if self.client and self._is_idle(number):
            breach(ErrorCode.PROTOCOL_ERROR, "HEADERS on an idle stream")
        we_reset = self._ended_streams.get(number)
        if we_reset is None and not self.client:
            breach(ErrorCode.PROTOCOL_ERROR, "a stream number below the last")
        if we_reset is False:
            breach(ErrorCode.STREAM_CLOSED, "HEADERS on a closed stream")

    def _on_reset(self, _flags: int, number: int, payload: bytes, events: list[Event]) -> None:
        if len(payload) != 4:  # noqa: PLR2004 - section 6.4
            breach(ErrorCode.FRAME_SIZE_ERROR, "RST_STREAM has four octets")
        if self._is_idle(number):
            breach(ErrorCode.PROTOCOL_ERROR, "RST_STREAM on an idle stream")
        stream = self.streams.get(number)
        if stream is None:
            self._excuse()  # it crossed our last frame, or a deadline that both ends keep
            if number in self._ended_streams:  # whatever we said on it: nothing of the peer's is on its way any more
                self._ended_streams[number] = False
            return
        if not self.client and self._now < stream.patience:
            self._spend()
        stream.remote_open = stream.local_open = False
        self._drop_outbox(stream)
        self._closed(stream)
        events.append(StreamReset(stream, code_of(int.from_bytes(payload, "big"))))

    def _on_window_update(self, _flags: int, number: int, payload: bytes, _events: list[Event]) -> None:
        if len(payload) != 4:  # noqa: PLR2004 - section 6.9
            breach(ErrorCode.FRAME_SIZE_ERROR, "WINDOW_UPDATE has four octets")
        self._excuse()
        increment = int.from_bytes(payload, "big") & frames.LARGEST_WINDOW
        stream = self.streams.get(number)
        if stream is not None:
            if not increment:
                raise StreamFault(ErrorCode.PROTOCOL_ERROR, "WINDOW_UPDATE by nothing")
            stream.send_window += increment
            if stream.send_window > frames.LARGEST_WINDOW:
                raise StreamFault(ErrorCode.FLOW_CONTROL_ERROR, "a window above 2^31-1")
            self._make_ready(stream)
        elif not number:
            self._widen(increment)
        elif self._is_idle(number):
            breach(ErrorCode.PROTOCOL_ERROR, "WINDOW_UPDATE on an idle stream")
        if self._ready:
            self._pump_again()

    def _widen(self, increment: int) -> None:
        if not increment:
            breach(ErrorCode.PROTOCOL_ERROR, "WINDOW_UPDATE by nothing")
        self.send_window += increment
        if self.send_window > frames.LARGEST_WINDOW:
            breach(ErrorCode.FLOW_CONTROL_ERROR, "a window above 2^31-1")

    # ── frames of the connection ──

    def _on_settings(self, flags: int, number: int, payload: bytes, events: list[Event]) -> None:
        if number:
            breach(ErrorCode.PROTOCOL_ERROR, "SETTINGS on a stream")
        if flags & frames.ACK:
            if payload:
                breach(ErrorCode.FRAME_SIZE_ERROR, "an acknowledgement with settings")
            self._on_settings_ack()
            return
        if len(payload) % 6:
            breach(ErrorCode.FRAME_SIZE_ERROR, "SETTINGS come in six octets each")
        self._spend()
        window = self._initial_send
        for key, value in frames.parse_settings(payload):
            if key == frames.INITIAL_WINDOW_SIZE:
                if value > frames.LARGEST_WINDOW:
                    breach(ErrorCode.FLOW_CONTROL_ERROR, "SETTINGS_INITIAL_WINDOW_SIZE above 2^31-1")
                window = value
            else:
                self._set(key, value)
        if window != self._initial_send:
            self._move_windows(window - self._initial_send)  # once, for a frame may say it 2,730 times
            self._initial_send = window
        self._put(frames.SETTINGS_ACK)
        self.settled = True
        events.append(PeerSettled())
        if self._ready:
            self._pump_again()

    def _on_settings_ack(self) -> None:
        if not self.settled:
            breach(ErrorCode.PROTOCOL_ERROR, "the first frame is an acknowledgement")
        if not self.unacked:
            self._spend()
            return
        self.unacked -= 1
        self._decoder.max_table_size = self.limits.max_table_bytes
        if self._early_window:
            for stream in self.streams.values():
                stream.recv_window -= self._early_window
            self._early_window = 0

    def _set(self, key: int, value: int) -> None:
        if key == frames.HEADER_TABLE_SIZE:
            self._encoder.resize(value)
        elif key == frames.ENABLE_PUSH:
            if value > 1 or (self.client and value):
                breach(ErrorCode.PROTOCOL_ERROR, "SETTINGS_ENABLE_PUSH is 0 or, from a client, 1")
        elif key == frames.MAX_CONCURRENT_STREAMS:
            self.peer_max_streams = value
        elif key == frames.MAX_FRAME_SIZE:
            if not frames.DEFAULT_FRAME_SIZE <= value <= frames.LARGEST_FRAME_SIZE:
                breach(ErrorCode.PROTOCOL_ERROR, "SETTINGS_MAX_FRAME_SIZE is 2^14 to 2^24-1")
        elif key == frames.MAX_HEADER_LIST_SIZE:
            self.peer_header_list = value

    def _move_windows(self, change: int) -> None:
        for stream in self.streams.values():
            stream.send_window += change
            if stream.send_window > frames.LARGEST_WINDOW:
                breach(ErrorCode.FLOW_CONTROL_ERROR, "a window above 2^31-1")
            self._make_ready(stream)

    def _on_ping(self, flags: int, number: int, payload: bytes, events: list[Event]) -> None:
        if number:
            breach(ErrorCode.PROTOCOL_ERROR, "PING on a stream")
        if len(payload) != frames.PING_SIZE:
            breach(ErrorCode.FRAME_SIZE_ERROR, "PING has eight octets")
        if not flags & frames.ACK:
            self._excuse()
            self._count_strike()
            self._put(frames.ping(payload, ack=True))
        elif not self.asked:
            self._spend()  # an answer to nothing
            return
        else:
            self.asked -= 1
            self._on_answer(payload, events)

    def _on_answer(self, payload: bytes, events: list[Event]) -> None:
        if payload != flow.PROBE:
            events.append(PingAcked(payload))
        elif self._estimator.answered(self._now):
            self._grow(self._estimator.window)

    def _on_goaway(self, _flags: int, number: int, payload: bytes, events: list[Event]) -> None:
        if number:
            breach(ErrorCode.PROTOCOL_ERROR, "GOAWAY on a stream")
        if len(payload) < 8:  # noqa: PLR2004 - section 6.8
            breach(ErrorCode.FRAME_SIZE_ERROR, "GOAWAY has eight octets or more")
        self._spend()
        last, code, debug = frames.parse_goaway(payload)
        events.append(GoingAway(last, code_of(code), debug))

    def _on_priority(self, _flags: int, number: int, payload: bytes, _events: list[Event]) -> None:
        self._spend()
        if not number:
            breach(ErrorCode.PROTOCOL_ERROR, "PRIORITY on the connection")
        if len(payload) != 5:  # noqa: PLR2004 - section 6.3
            raise StreamFault(ErrorCode.FRAME_SIZE_ERROR, "PRIORITY has five octets")
        if int.from_bytes(payload[:4], "big") & frames.LARGEST_STREAM == number:
            raise StreamFault(ErrorCode.PROTOCOL_ERROR, "a stream that depends on itself")

    def _on_push(self, _flags: int, _number: int, _payload: bytes, _events: list[Event]) -> None:
        breach(ErrorCode.PROTOCOL_ERROR, "PUSH_PROMISE, which nobody here enabled")

    def _on_unknown(self, _flags: int, _number: int, _payload: bytes, _events: list[Event]) -> None:
        self._spend()  # and otherwise ignored; section 4.1

    # ── faults ──

    def _stream_fault(self, number: int, fault: StreamFault, events: list[Event]) -> None:
        self._spend()
        stream = self.streams.get(number)
        if stream is not None:
            self.send_reset(stream, fault.code)
            events.append(StreamReset(stream, fault.code, fault.message, local=True))
        else:
            self._remember(number, we_reset=True)
            self._put(frames.reset(number, fault.code))

    _HANDLERS = (
        _on_data,
        _on_headers,
        _on_priority,
        _on_reset,
        _on_settings,
        _on_push,
        _on_ping,
        _on_goaway,
        _on_window_update,
        _on_continuation,
    )
    """By the kind of a frame."""


def _unpadded(payload: bytes) -> bytes:
    if not payload:
        breach(ErrorCode.FRAME_SIZE_ERROR, "padding without its length")
    padding = payload[0]
    if padding >= len(payload):
        breach(ErrorCode.PROTOCOL_ERROR, "padding as long as the payload")
    return payload[1 : len(payload) - padding]


def _check_length(stream: Stream, size: int, *, ended: bool) -> None:
    stream.expected -= size
    if stream.expected < 0 or (ended and stream.expected):
        raise StreamFault(ErrorCode.PROTOCOL_ERROR, _WRONG_LENGTH)
