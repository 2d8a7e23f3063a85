"""What breaks the rules, judged by us and by the `h2` library: both hear the same frames until one objects.

Sections are those of RFC 9113.
"""

import re
from collections.abc import Iterator

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.exceptions import ProtocolError
from hypothesis import given
from hypothesis import strategies as st

from mesh.wire import frames
from mesh.wire.connection import Connection
from mesh.wire.errors import ErrorCode
from mesh.wire.events import Broken, StreamReset
from mesh.wire.hpack import Encoder
from tests.unit.mesh.wire.h2_ends import PATIENT

REQUEST = ((":method", "POST"), (":scheme", "http"), (":path", "/s.S/M"), (":authority", "here"))
RESPONSE = ((":status", "200"), ("content-type", "application/grpc"))
LISTS = [
    REQUEST,
    RESPONSE,
    (("grpc-status", "0"),),
    (*REQUEST, ("content-length", "5")),
    (*REQUEST, ("connection", "close")),
    (*REQUEST, ("Upper", "case")),
    (*REQUEST, (":path", "/twice")),
    (*REQUEST, ("te", "gzip")),
    REQUEST[:2],
    (*REQUEST, (":odd", "one")),
    (("a", "1"), *REQUEST),
    (*RESPONSE, ("content-length", "3")),
    ((":status", "100"),),
    (*REQUEST, ("a", " b")),
    (*REQUEST, ("a", "b\r\nc")),
]
NUMBERS = st.sampled_from([0, 1, 1, 1, 3, 3, 5, 2, 9])
SMALL = st.binary(max_size=12)
FRAMES = st.one_of(
    st.builds(
        lambda number, listed, flags: frames.frame(frames.HEADERS, flags, number, Encoder().encode(listed)),
        NUMBERS,
        st.sampled_from(LISTS),
        st.sampled_from([4, 5, 5, 0, 1]),
    ),
    st.builds(lambda number, flags: frames.frame(frames.CONTINUATION, flags, number), NUMBERS, st.sampled_from([0, 4])),
    st.builds(
        lambda n, flags, data: frames.frame(frames.DATA, flags, n, data), NUMBERS, st.sampled_from([0, 1, 8, 9]), SMALL
    ),
    st.builds(lambda number, size: frames.frame(frames.DATA, 0, number, bytes(size)), NUMBERS, st.just(16_384)),
    st.builds(frames.reset, NUMBERS, st.integers(0, 15)),
    st.builds(
        lambda k, v: frames.settings([(k, v)]), st.integers(1, 8), st.sampled_from([0, 1, 2, 16_384, 1 << 24, 1 << 31])
    ),
    st.builds(frames.window_update, NUMBERS, st.sampled_from([0, 1, 100, (1 << 31) - 1])),
    st.builds(
        lambda n, d: frames.frame(frames.PRIORITY, 0, n, d.to_bytes(4, "big") + b"\0"), NUMBERS, st.integers(0, 5)
    ),
    st.builds(frames.goaway, st.integers(0, 9), st.integers(0, 15)),
    st.builds(frames.ping, st.just(b"12345678"), ack=st.booleans()),
    st.just(frames.SETTINGS_ACK),
    st.builds(frames.frame, st.integers(0, 11), st.integers(0, 255), NUMBERS, SMALL),
)


class Judged:
    """Both connections, told the same; `ours` and `theirs` say what each objects to, nothing as long as it does not."""

    def __init__(self, *, client: bool) -> None:
        self._ours = Connection(PATIENT, client=client)
        self._theirs = H2Connection(H2Configuration(client_side=client, header_encoding=None))
        self._theirs.initiate_connection()
        self.ours = self.theirs = ""
        if client:
            for _ in range(2):
                stream = self._ours.open_stream()
                self._ours.send_request(stream, REQUEST, ())
                headers = [(name.encode(), value.encode()) for name, value in REQUEST]
                self._theirs.send_headers(stream.id, headers)
        else:
            self.tell(frames.PREFACE)
        self.tell(frames.settings(()) + frames.SETTINGS_ACK)
        self._ours.take()
        self._theirs.data_to_send()

    def tell(self, octets: bytes) -> None:
        """Let both hear one frame."""
        for event in self._ours.receive(octets, 0.0):
            if isinstance(event, Broken) or (isinstance(event, StreamReset) and event.local):
                self.ours = event.message
        said = next((code for code in _objections(self._ours.take())), None)
        if said is not None and not self.ours:
            self.ours = f"reset: {ErrorCode(said).name}"
        try:
            self._theirs.receive_data(octets)
        except ProtocolError as error:
            self.theirs = str(error) or type(error).__name__
        else:
            code = next(_objections(self._theirs.data_to_send()), None)
            if code is not None:
                self.theirs = f"reset: {ErrorCode(code).name}"


def _objections(octets: bytes) -> Iterator[int]:
    """The codes of RST_STREAM and GOAWAY in what an end says, those for no error apart."""
    at = 0
    while at < len(octets):
        high, low, kind, _flags, _number = frames.HEAD.unpack_from(octets, at)
        payload = octets[at + 9 : at + 9 + (high << 16 | low)]
        at += 9 + len(payload)
        if kind == frames.RST_STREAM and any(payload):
            yield int.from_bytes(payload, "big")
        elif kind == frames.GOAWAY and any(payload[4:8]):
            yield int.from_bytes(payload[4:8], "big")


OURS_ALONE = {
    "RST_STREAM on an idle stream": "section 6.4; h2 lets it pass",
    "HEADERS on a stream that no client opens": "section 5.1.1; h2 looks when the block is complete",
    "PUSH_PROMISE, which nobody here enabled": "section 8.4; h2 looks when the block is complete",
    "reset: PROTOCOL_ERROR": "content-length with an end in the same frame, section 8.1.1; h2 counts DATA only",
    "content-length is not the length of the content": "likewise",
}
"""What we refuse and h2 does not, with the reason."""
THEIRS_ALONE = {
    "Invalid input ConnectionInputs.RECV_.* in state ConnectionState.CLOSED": "after GOAWAY older streams go on: 6.8",
    "cannot receive data before headers": "calls say it (mesh.wire.client.call): the connection counts the octets",
    "Header block missing mandatory b':status' header": "likewise: trailers before a head",
    "Trailers must have END_STREAM set": "likewise: two heads of one response",
    "Setting 8 has invalid value": "of RFC 8441, and settings that are not known are ignored: 6.5.2",
    "Frame data missing or invalid": "an extension (ALTSVC, RFC 7838), and frames that are not known are ignored: 4.1",
    "Received frame with non-compliant data": "a reserved bit is ignored, and a closed stream has no window: 6.9",
}
"""What h2 refuses and we do not, with the reason."""


@pytest.mark.parametrize("client", [True, False], ids=["client", "server"])
@given(st.lists(FRAMES, max_size=12))
def test_whoever_objects(client: bool, octets: list[bytes]) -> None:
    """Both object to the same frame, or the difference is known."""
    judged = Judged(client=client)
    for one in octets:
        judged.tell(one)
        if judged.ours or judged.theirs:
            break

    if judged.ours and not judged.theirs:
        assert judged.ours in OURS_ALONE
    if judged.theirs and not judged.ours:
        assert any(re.match(known, judged.theirs) for known in THEIRS_ALONE), judged.theirs
