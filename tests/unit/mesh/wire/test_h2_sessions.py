"""Whole sessions with the `h2` library at the other end: both ends hear what was said, and keep the same accounts."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mesh.wire import frames
from tests.conftest import EXAMPLES
from tests.unit.mesh.wire.h2_ends import ENOUGH, End, Ours, Pairs, Theirs, begins, folded

WIDE = "w" * 20_000
"""More than one frame, compressed."""
REQUEST = ((":method", "POST"), (":scheme", "http"), (":path", "/s.S/M"), (":authority", "here"))
NAMES = st.sampled_from(["te", "x-request-id", "authorization", "grpc-timeout", "a", "traceparent"])
VALUES = st.sampled_from(["", "1", "1S", "é\xff", "v" * 200, WIDE]) | st.text("abc:;/ 1", max_size=9).map(str.strip)
FIELDS = st.lists(st.tuples(NAMES, VALUES).map(lambda one: one if one[0] != "te" else ("te", "trailers")), max_size=3)
SETTINGS = st.sampled_from(
    [(frames.INITIAL_WINDOW_SIZE, value) for value in (0, 1, 100, 65_535, 200_000)]
    + [(frames.HEADER_TABLE_SIZE, value) for value in (0, 60, 4_096, 9_000)]
    + [(frames.MAX_FRAME_SIZE, value) for value in (16_384, 100_000)]
)
SIZES = st.sampled_from([0, 1, 300, 16_384, 16_385, 70_000])
WHO, WHICH = st.booleans(), st.integers(0, 5)
DATA = st.tuples(
    st.just("data"), WHO, WHICH, SIZES, st.integers(0, 3).map(lambda n: n == 3), st.sampled_from([0, 1, 255])
)
TRAILERS = st.tuples(st.just("trailers"), WHO, WHICH, FIELDS.filter(bool).map(tuple))
EXCHANGE = st.just(("exchange",))
STEPS = st.one_of(
    st.tuples(st.just("request"), FIELDS.map(tuple)),
    st.tuples(st.just("head"), WHICH, FIELDS.map(tuple)),
    DATA,
    DATA,
    DATA,
    TRAILERS,
    TRAILERS,
    st.tuples(st.just("reset"), WHO, WHICH, st.sampled_from([2, 7, 8, 11])),
    st.tuples(st.just("ping"), WHO),
    st.tuples(st.just("settings"), WHO, SETTINGS),
    st.tuples(st.just("read"), WHO),
    st.tuples(st.just("carry"), WHO, st.integers(0, 20_000)),
    EXCHANGE,
    EXCHANGE,
)
BEGINNING = (("request", ()), ("request", ()), ("exchange",), ("head", 0, ()), ("head", 0, ()), ("exchange",))


class Session:
    """Two ends and the octets on their way between them; says only what is allowed by what was heard."""

    def __init__(self, client: End, server: End) -> None:
        self.ends = (client, server)
        self._way = [b"", b""]
        self._mute: list[set[int]] = [set(), set()]
        self._begun: set[int] = set()

    def take(self, step: tuple[Any, ...]) -> None:
        """Do one thing, if it makes sense now."""
        what, *rest = step
        getattr(self, f"_{what}")(*rest)

    def _speakers(self, who: int) -> list[int]:
        """Streams on which this end may say something."""
        known = self.ends[0].said if who == 0 else self.ends[1].heard
        return [number for number in known if number and number not in self._mute[who]]

    def _pick(self, who: int, which: int, *, begun: bool) -> int | None:
        numbers = [number for number in self._speakers(who) if who == 0 or (number in self._begun) is begun]
        return numbers[which % len(numbers)] if numbers else None

    def _request(self, fields: Pairs) -> None:
        self.ends[0].request((*REQUEST, *fields))

    def _head(self, which: int, fields: Pairs) -> None:
        number = self._pick(1, which, begun=False)
        if number is not None:
            self._begun.add(number)
            self.ends[1].head(number, ((":status", "200"), *fields), end=False)

    def _data(self, who: int, which: int, size: int, end: bool, padding: int) -> None:
        number = self._pick(who, which, begun=True)
        if number is not None:
            self.ends[who].data(number, bytes([number]) * size, end=end, padding=padding)
            if end:
                self._ended(who, number)

    def _trailers(self, who: int, which: int, fields: Pairs) -> None:
        number = self._pick(who, which, begun=True)
        if number is not None:
            self.ends[who].head(number, fields, end=True)
            self._ended(who, number)

    def _ended(self, who: int, number: int) -> None:
        self._mute[who].add(number)

    def _reset(self, who: int, which: int, code: int) -> None:
        number = self._pick(who, which, begun=True)
        if number is not None:
            self.ends[who].reset(number, code)
            self._mute[who].add(number)

    def _ping(self, who: int) -> None:
        self.ends[who].ping()

    def _settings(self, who: int, setting: tuple[int, int]) -> None:
        self.ends[who].settle(*setting)

    def _read(self, who: int) -> None:
        self.ends[who].read()

    def _carry(self, who: int, most: int) -> None:
        way = self._way[who] + self.ends[who].take()
        now, self._way[who] = way[:most], way[most:]
        hearer = 1 - who
        self.ends[hearer].feed(now)
        self._mute[hearer] |= {
            number
            for number, notes in self.ends[hearer].heard.items()
            if {"reset", "enough"} & {note[0] for note in notes}
        }

    def _exchange(self) -> None:
        for _ in range(2):
            self._carry(0, 1 << 30)
            self._carry(1, 1 << 30)

    def finish(self) -> None:
        """Carry everything, read everything, until nobody has more to say."""
        quiet = turns = 0
        while quiet < 2:
            turns += 1
            assert turns < 1_000, "two ends that never stop"
            before = self._way[0] + self._way[1]
            for who in (0, 1):
                self._read(who)
                said = self._way[who] + self.ends[who].take()
                before += said
                self._way[who] = said
                self._carry(who, 1 << 30)
            quiet = 0 if before else quiet + 1

    def check(self) -> None:
        """Every stream that was not reset was heard as it was said, any other up to some point."""
        for speaker, hearer in (self.ends, self.ends[::-1]):
            for number, notes in speaker.said.items():
                both = (*notes, *hearer.heard[number], *speaker.heard[number], *hearer.said[number])
                said, heard = (
                    [note for note in folded(one) if note[0] != "reset" and note != ENOUGH]
                    for one in (notes, hearer.heard[number])
                )
                if any(note[0] == "reset" for note in both) or ENOUGH in hearer.said[number]:
                    assert begins(said, heard), (said, heard)
                else:
                    assert said == heard
        assert [0, 0] == [end.pings for end in self.ends]


def check_accounts(ours: Ours, theirs: Theirs) -> None:
    """Both ends think the same of every window, and none is shut for ever when all was read."""
    sent, received = ours.http.send_window, ours.http._recv_window  # pyright: ignore[reportPrivateUsage]
    assert theirs.http.inbound_flow_control_window == sent
    assert theirs.http.outbound_flow_control_window == received > 65_535 // 2
    assert theirs.http.open_inbound_streams + theirs.http.open_outbound_streams == len(ours.http.streams)
    for number, stream in ours.http.streams.items():
        if stream.local_open:
            assert theirs.http.remote_flow_control_window(number) == min(sent, stream.send_window)
        if stream.remote_open:
            assert theirs.http.local_flow_control_window(number) == min(received, stream.recv_window)
            assert stream.recv_window > 65_535 // 2


def open_windows(session: Session, theirs: Theirs) -> None:
    """Whatever windows h2 was told to have, in the end they are wide enough for what waits."""
    session.take(("exchange",))
    theirs.settle(frames.INITIAL_WINDOW_SIZE, 1 << 20)
    session.finish()


@pytest.mark.parametrize("as_client", [True, False], ids=["client", "server"])
@settings(max_examples=EXAMPLES)
@given(st.data())
def test_sessions(as_client: bool, data: st.DataObject) -> None:
    """Requests, bodies, windows, settings, resets, trailers, padding, priorities, pings, cut anywhere on their way."""
    ours, theirs = Ours(client=as_client), Theirs(client=not as_client)
    session = Session(ours, theirs) if as_client else Session(theirs, ours)
    session.finish()
    for step in (*BEGINNING, *data.draw(st.lists(STEPS, min_size=5, max_size=50))):
        session.take(step)
    open_windows(session, theirs)
    session.check()

    check_accounts(ours, theirs)
    last = data.draw(st.sampled_from(session.ends))
    other = session.ends[0] if last is session.ends[1] else session.ends[1]
    last.go_away()
    other.feed(last.take())
    assert last.said[0] == other.heard[0]
