"""Our connection and that of the `h2` library behind one interface, so that they can be told the same and compared.

Each end notes what it was told to say and what it heard, by streams and in one form: `("head", fields)`,
`("data", octets)`, `("end",)`, `("reset", code)`.
"""

from collections import defaultdict
from typing import Any, Protocol

from h2 import events as told
from h2.config import H2Configuration
from h2.connection import H2Connection

from mesh.wire.connection import Connection
from mesh.wire.events import (
    Broken,
    DataReceived,
    Event,
    FieldsReceived,
    GoingAway,
    PingAcked,
    RequestReceived,
    StreamReset,
)
from mesh.wire.limits import Limits
from mesh.wire.stream import Stream

Pairs = tuple[tuple[str, str], ...]
Said = tuple[Any, ...]
ENOUGH = ("enough",)
"""A reset without an error: the response is complete, and nobody will look at the rest of the request."""
PATIENT = Limits(
    nuisance_burst=1_000_000,
    max_ping_strikes=1_000_000,
    max_header_list_bytes=1 << 20,
    max_block_bytes=1 << 20,
    stream_window=65_535,
    connection_window=65_535,
)
"""Budgets and sizes that h2 does not have are out of the way."""


class End(Protocol):
    """One end of a connection."""

    said: dict[int, list[Said]]
    heard: dict[int, list[Said]]
    pings: int
    """Those that were said, less those that were answered."""

    def request(self, fields: Pairs) -> int:
        """Open a stream, and return its number."""
        ...

    def head(self, number: int, fields: Pairs, *, end: bool) -> None:
        """Say the head of a response, or with `end` trailers."""
        ...

    def data(self, number: int, data: bytes, *, end: bool, padding: int) -> None:
        """Say as much of `data` as may be said at once."""
        ...

    def reset(self, number: int, code: int) -> None:
        """Give a stream up."""
        ...

    def ping(self) -> None:
        """Ask whether the other lives."""
        ...

    def settle(self, key: int, value: int) -> None:
        """Change a setting."""
        ...

    def read(self) -> None:
        """Let the other send as much again as was read."""
        ...

    def go_away(self) -> None:
        """Take no more streams."""
        ...

    def take(self) -> bytes:
        """Return what is to be carried to the other end."""
        ...

    def feed(self, data: bytes) -> None:
        """Hear what the other end said; raises for what it may not say."""
        ...


class Ours:
    """Of mesh.wire."""

    def __init__(self, *, client: bool) -> None:
        self.http = Connection(PATIENT, client=client)
        self.said: dict[int, list[Said]] = defaultdict(list)
        self.heard: dict[int, list[Said]] = defaultdict(list)
        self.pings = 0
        self._streams: dict[int, Stream] = {}
        self._now = 0.0

    def request(self, fields: Pairs) -> int:
        stream = self.http.open_stream()
        self._streams[stream.id] = stream
        self.said[stream.id].append(("head", fields))
        self.http.send_request(stream, fields[:4], fields[4:])
        return stream.id

    def head(self, number: int, fields: Pairs, *, end: bool) -> None:
        self.said[number].append(("head", fields))
        self.http.send_fields(self._streams[number], fields, end=end)
        if end:
            self._end(number)

    def data(self, number: int, data: bytes, *, end: bool, padding: int) -> None:
        del padding
        self.said[number].append(("data", data))
        self.http.send_data(self._streams[number], data, end=end)
        if end:
            self._end(number)

    def _end(self, number: int) -> None:
        self.said[number].append(("end",))
        if not self.http.client and ("end",) not in self.heard[number]:
            self.said[number].append(ENOUGH)

    def reset(self, number: int, code: int) -> None:
        self.said[number].append(("reset", code))
        self._forget(self._streams[number])
        self.http.send_reset(self._streams[number], code)

    def ping(self) -> None:
        self.pings += 1
        self.http.send_ping(b"are-you?")

    def settle(self, key: int, value: int) -> None:
        """Ours are said once; windows grow by themselves."""

    def read(self) -> None:
        for stream in self._streams.values():
            if stream.queued:
                self.http.read(stream, stream.queued)

    def go_away(self) -> None:
        self.said[0].append(("goaway", 0, self.http.last_peer_stream))
        self.http.go_away()

    def take(self) -> bytes:
        data = b""
        while True:
            more = self.http.pump()
            data += self.http.take()
            if not more:
                return data

    def feed(self, data: bytes) -> None:
        self._now += 0.01
        for event in self.http.receive(data, self._now):
            self._hear(event)

    def _hear(self, event: Event) -> None:
        assert not isinstance(event, Broken), event.message
        if isinstance(event, GoingAway):
            self.heard[0].append(("goaway", int(event.code), event.last_stream))
        elif isinstance(event, PingAcked):
            self.pings -= 1
        elif isinstance(event, RequestReceived | FieldsReceived | DataReceived | StreamReset):
            self._hear_stream(event)

    def _hear_stream(self, event: RequestReceived | FieldsReceived | DataReceived | StreamReset) -> None:
        stream = event.stream
        heard = self.heard[stream.id]
        if isinstance(event, StreamReset):
            assert not event.local, event.message
            heard.append(("reset", int(event.code)))
            self._forget(stream)
            return
        if isinstance(event, RequestReceived):
            self._streams[stream.id] = stream
            asked = event.request
            pseudo = ((":method", asked.method), (":scheme", asked.scheme), (":path", asked.path))
            heard.append(("head", (*pseudo, (":authority", asked.authority), *asked.fields)))
        elif isinstance(event, FieldsReceived):
            status = ((":status", event.status),) if event.status else ()
            heard.append(("head", (*status, *event.fields)))
        else:
            heard.append(("data", event.data))
            stream.queued += len(event.data)
            self.http.unread += len(event.data)
            self.http.credit(stream)
        if event.ended:
            heard.append(("end",))

    def _forget(self, stream: Stream) -> None:
        self.http.forget(stream)


class Theirs:
    """Of h2."""

    def __init__(self, *, client: bool) -> None:
        config = H2Configuration(client_side=client, header_encoding=None)
        self.http = H2Connection(config)
        self.http.initiate_connection()
        self.said: dict[int, list[Said]] = defaultdict(list)
        self.heard: dict[int, list[Said]] = defaultdict(list)
        self.pings = 0
        self._unread: list[tuple[int, int]] = []
        self._settled = False
        """Whether its last settings were acknowledged; with more on their way h2 takes each answer for that to all."""

    def request(self, fields: Pairs) -> int:
        number = self.http.get_next_available_stream_id()
        self.said[number].append(("head", fields))
        wide = sum(len(value) for _, value in fields) > 1_000  # h2 forgets that a priority takes five octets
        depends = number - 2 if number % 3 == 0 and not wide else None
        self.http.send_headers(number, _octets(fields), priority_depends_on=depends)
        return number

    def head(self, number: int, fields: Pairs, *, end: bool) -> None:
        if fields[0][0] == ":status":
            self.http.send_headers(number, [(b":status", b"103"), (b"link", b"</a>")])
        self.said[number].append(("head", fields))
        self.http.send_headers(number, _octets(fields), end_stream=end)
        if end:
            self.said[number].append(("end",))

    def data(self, number: int, data: bytes, *, end: bool, padding: int) -> None:
        room = min(self.http.local_flow_control_window(number), self.http.max_outbound_frame_size)
        padded = bool(padding) and room > padding
        size = max(0, min(len(data), room - padding - 1 if padded else room))
        if not size and not end:
            return
        padded = padded and (size > 0 or room > padding)
        self.said[number].append(("data", data[:size]))
        self.http.send_data(number, data[:size], end_stream=end, pad_length=padding if padded else None)
        if end:
            self.said[number].append(("end",))

    def reset(self, number: int, code: int) -> None:
        self.said[number].append(("reset", code))
        self.http.reset_stream(number, code)

    def ping(self) -> None:
        self.pings += 1
        self.http.ping(b"12345678")

    def settle(self, key: int, value: int) -> None:
        if self._settled:
            self._settled = False
            self.http.update_settings({key: value})

    def read(self) -> None:
        unread, self._unread = self._unread, []
        for number, size in unread:
            self.http.acknowledge_received_data(size, number)

    def go_away(self) -> None:
        last = self.http.highest_inbound_stream_id
        self.said[0].append(("goaway", 0, last))
        self.http.close_connection(last_stream_id=last)

    def take(self) -> bytes:
        return self.http.data_to_send()

    def feed(self, data: bytes) -> None:
        for event in self.http.receive_data(data):
            self._hear(event)

    def _hear(self, event: told.Event) -> None:
        if isinstance(event, told.ConnectionTerminated):
            self.heard[0].append(("goaway", int(event.error_code or 0), event.last_stream_id))
        elif isinstance(event, told.SettingsAcknowledged):
            self._settled = True
        elif isinstance(event, told.PingAckReceived):
            self.pings -= 1
        elif isinstance(event, told.RequestReceived | told.ResponseReceived | told.TrailersReceived):
            assert event.headers is not None
            pairs = tuple(
                (bytes(name).decode("latin-1"), bytes(value).decode("latin-1")) for name, value in event.headers
            )
            self.heard[event.stream_id].append(("head", pairs))
        elif isinstance(event, told.DataReceived):
            self.heard[event.stream_id].append(("data", event.data))
            self._unread.append((event.stream_id, event.flow_controlled_length))
        elif isinstance(event, told.StreamEnded):
            self.heard[event.stream_id].append(("end",))
        elif isinstance(event, told.StreamReset) and event.remote_reset:
            code = int(event.error_code or 0)
            self.heard[event.stream_id].append(("reset", code) if code else ENOUGH)


def _octets(fields: Pairs) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in fields]


def folded(notes: list[Said]) -> list[Said]:
    """The same with the data between two other things in one piece."""
    whole: list[Said] = []
    for note in notes:
        if note[0] != "data":
            whole.append(note)
        elif whole and whole[-1][0] == "data":
            whole[-1] = ("data", whole[-1][1] + note[1])
        elif note[1]:
            whole.append(note)
    return whole


def begins(whole: list[Said], part: list[Said]) -> bool:
    """Whether `part`, folded, is how `whole` begins."""
    if not part:
        return True
    *first, last = part
    if first != whole[: len(first)] or len(whole) < len(part):
        return False
    there = whole[len(first)]
    return there == last or (there[0] == last[0] == "data" and there[1].startswith(last[1]))
