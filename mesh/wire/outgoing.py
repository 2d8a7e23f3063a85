"""What a connection sends: frames that pile up until they are taken, and data that waits for its windows.

Field blocks are encoded when they are put into the output, never earlier: HPACK has an order. Data leaves at once while
the windows and the transport allow; else it waits in its stream's outbox, and the streams that wait take turns.
"""

from collections import deque

from mesh.wire import frames
from mesh.wire.fields import Fields
from mesh.wire.frames import DATA, END_STREAM, HEAD
from mesh.wire.hpack import Encoder
from mesh.wire.limits import Limits
from mesh.wire.stream import Stream

MAX_TAKE = 256 * 1024
"""Octets put into the output at a time: the transport says in between that it has enough."""
LOW_WATER = 32 * 1024
"""An outbox this short has room again."""
_CRUMB = 256
"""Frames that a window makes smaller than this, with more to send, count as nuisance."""


class Outgoing:
    """The sending half of a Connection."""

    def __init__(self, limits: Limits) -> None:
        self.paused = False
        """Set while the transport has enough; control frames and field blocks go out even so."""
        self.send_window = frames.DEFAULT_WINDOW
        self.crumbs = 0
        """Small frames that the peer's windows forced, until they were taken off its budget."""
        self.said = 0
        """Frames of calls so far: what the peer may send WINDOW_UPDATE for, and ask whether we live."""
        self.asked = 0
        """PING frames of ours that were not answered yet."""
        self.backlog = 0
        """Octets in the outboxes of all streams."""
        self.roomy: list[Stream] = []
        """Streams whose writers may go on; whoever writes takes them out."""
        self.peer_frame_size = frames.DEFAULT_FRAME_SIZE
        self.peer_header_list = frames.LARGEST_WINDOW
        self._encoder = Encoder(max_table_size=limits.max_table_bytes)
        self._out: list[bytes] = []
        self._size = 0
        self._ready: dict[Stream, None] = {}
        """Streams that have something to send and a window for it; an ordered set."""

    # ── for whoever writes to the transport ──

    @property
    def pending(self) -> int:
        """Octets in the output, those of waiting streams apart."""
        return self._size

    def take(self) -> bytes:
        """Return what is to be written, and forget it."""
        out = self._out
        data = out[0] if len(out) == 1 else b"".join(out)
        out.clear()
        self._size = 0
        return data

    def pump(self) -> bool:
        """Put waiting data into the output as the windows allow; tells whether more could follow after a `take`."""
        ready = self._ready
        while ready and not self.paused:
            if self._size >= MAX_TAKE:
                return True
            stream = next(iter(ready))
            if stream.backlog and self.send_window <= 0:
                self._send_ends()
                return False
            del ready[stream]
            if self._send_some(stream):
                ready[stream] = None  # to the end of the line
        return False

    # ── for whoever has something to say ──

    def send_fields(self, stream: Stream, fields: Fields, *, end: bool = False) -> None:
        """Send a head, or with `end` trailers, which wait for the data before them; nothing when the stream is over."""
        if not stream.local_open:
            return
        if end and stream.outbox:
            stream.closing = fields
            return
        flags = END_STREAM if end else 0
        self.said += 1
        self._put(frames.block(stream.id, self._encoder.encode(fields), flags, self.peer_frame_size))
        if end:
            self._ended(stream)

    def send_request(self, stream: Stream, head: Fields, fields: Fields) -> None:
        """Send the head of a request: what all calls of a method have in common, a tuple, then what this one has."""
        encode = self._encoder.encode
        self.said += 1
        self._put(frames.block(stream.id, encode(head) + encode(fields), 0, self.peer_frame_size))

    def send_data(self, stream: Stream, data: bytes, *, end: bool = False) -> None:
        """Send data, now or when there is room; nothing on a stream that is over."""
        if not stream.local_open:
            return
        size = len(data)
        if (
            not stream.outbox
            and not self.paused
            and size <= self.peer_frame_size
            and size <= stream.send_window
            and size <= self.send_window
        ):
            stream.send_window -= size
            self.send_window -= size
            self.said += 1
            self._put(HEAD.pack(size >> 16, size & 0xFFFF, DATA, END_STREAM if end else 0, stream.id) + data)
            if end:
                self._ended(stream)
            return
        outbox = stream.outbox
        if outbox is None:
            outbox = stream.outbox = deque()
        most = self.peer_frame_size
        if size > most:
            outbox.extend(data[at : at + most] for at in range(0, size, most))
        elif size or end:
            outbox.append(data)
        stream.backlog += size
        self.backlog += size
        if end:
            stream.closing = True
        self._make_ready(stream)

    def send_whole(self, stream: Stream, head: Fields, data: bytes, trailers: Fields) -> None:
        """Send a response in one piece: the same as its three parts, in one go where everything has room."""
        if not stream.local_open:
            return
        size = len(data)
        most = self.peer_frame_size
        if not self.paused and size <= most and size <= stream.send_window and size <= self.send_window:
            pack, number = HEAD.pack, stream.id
            first = self._encoder.encode(head)
            last = self._encoder.encode(trailers)
            if len(first) <= most and len(last) <= most:
                body = (
                    pack(0, len(first), frames.HEADERS, frames.END_HEADERS, number),
                    first,
                    pack(0, size, DATA, 0, number),
                    data,
                    pack(0, len(last), frames.HEADERS, frames.END_HEADERS | END_STREAM, number),
                    last,
                )
            else:
                body = (
                    frames.block(number, first, 0, most),
                    pack(0, size, DATA, 0, number),
                    data,
                    frames.block(number, last, END_STREAM, most),
                )
            stream.send_window -= size
            self.send_window -= size
            self.said += 1
            self._put(b"".join(body))
            self._ended(stream)
            return
        self.send_fields(stream, head)
        self.send_data(stream, data)
        self.send_fields(stream, trailers, end=True)

    def send_reset(self, stream: Stream, code: int) -> None:
        """End a stream in both directions, unless both have ended; what waited for it is dropped."""
        stream.remote_open = False
        self._drop_outbox(stream)
        self._put(frames.reset(stream.id, code))
        self._ended(stream)

    def send_ping(self, payload: bytes) -> None:
        """Ask whether the peer lives; eight octets come back as PingAcked."""
        self.asked += 1
        self._put(frames.ping(payload))

    def _put(self, data: bytes) -> None:
        self._out.append(data)
        self._size += len(data)

    def _ended(self, stream: Stream) -> None:
        """The last frame of ours on `stream` is in the output."""
        stream.local_open = False
        self._closed(stream)

    def _closed(self, stream: Stream) -> None:
        raise NotImplementedError

    # ── streams that wait ──

    def _make_ready(self, stream: Stream) -> None:
        if stream.outbox and (stream.send_window > 0 or not stream.backlog):
            self._ready[stream] = None

    def _drop_outbox(self, stream: Stream) -> None:
        self._ready.pop(stream, None)
        self.backlog -= stream.backlog
        stream.outbox, stream.backlog, stream.closing = None, 0, False
        if stream.writer is not None:
            self.roomy.append(stream)

    def _send_some(self, stream: Stream) -> bool:
        """Send one frame's worth; tells whether the stream could send more."""
        outbox = stream.outbox
        if not outbox:
            return False
        room = min(self.peer_frame_size, stream.send_window, self.send_window)
        if room <= 0 and stream.backlog:
            return False
        data = outbox.popleft()
        size = len(data)
        if size and size > room:
            if room < _CRUMB:
                self.crumbs += 1
            outbox.appendleft(data[room:])
            data, size = data[:room], room
        end = not outbox and stream.closing is True
        stream.backlog -= size
        self.backlog -= size
        stream.send_window -= size
        self.send_window -= size
        self.said += 1
        self._put(HEAD.pack(size >> 16, size & 0xFFFF, DATA, END_STREAM if end else 0, stream.id) + data)
        if stream.writer is not None and stream.backlog <= LOW_WATER:
            self.roomy.append(stream)
        if outbox:
            return stream.send_window > 0
        trailers = stream.closing
        stream.outbox, stream.closing = None, False
        if end:
            self._ended(stream)
        elif trailers:
            self.send_fields(stream, trailers, end=True)  # type: ignore[arg-type]
        return False

    def _send_ends(self) -> None:
        """Send what needs no window, though the connection has none."""
        for stream in [one for one in self._ready if not one.backlog]:
            del self._ready[stream]
            self._send_some(stream)
