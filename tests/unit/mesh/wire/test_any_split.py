"""However octets are cut on their way, they mean the same, and no octets at all raise anything."""

from hypothesis import given
from hypothesis import strategies as st

from mesh.wire import frames
from mesh.wire.connection import Connection
from mesh.wire.events import Event
from mesh.wire.hpack import Encoder
from mesh.wire.limits import Limits
from mesh.wire.messages import Deframer, framed

HEAD = ((":method", "POST"), (":scheme", "http"), (":path", "/s.S/M"), (":authority", "here"))
BLOCK = Encoder().encode(HEAD)

NUMBERS = st.sampled_from([0, 1, 1, 3, 5, 2, 1 << 31])
FRAMES = st.one_of(
    st.builds(frames.frame, st.integers(0, 11), st.integers(0, 255), NUMBERS, st.binary(max_size=40)),
    st.builds(
        lambda number, flags: frames.block(number, BLOCK, flags, 16_384), st.sampled_from([1, 3, 5]), st.integers(0, 1)
    ),
    st.builds(lambda data, flags: frames.frame(frames.DATA, flags, 1, data), st.binary(max_size=99), st.integers(0, 1)),
    st.builds(frames.window_update, NUMBERS.map(lambda n: n & 7), st.integers(0, 1 << 20)),
    st.builds(lambda key, value: frames.settings([(key, value)]), st.integers(0, 7), st.integers(0, 1 << 17)),
)
SESSIONS = st.lists(FRAMES, max_size=30).map(lambda parts: frames.PREFACE + frames.settings(()) + b"".join(parts))
STREAMS = st.one_of(SESSIONS, st.binary(max_size=300))


def shown(event: Event) -> tuple[object, ...]:
    """An event by what it says."""
    values = [type(event).__name__]
    for slot in type(event).__slots__:
        value = getattr(event, slot)
        if slot == "stream":
            value = value.id
        elif slot == "request":
            value = value.path
        values.append(repr(value))
    return tuple(values)


def told(pieces: list[bytes], *, client: bool) -> tuple[list[tuple[object, ...]], bytes]:
    """What a connection says of these pieces, and what it answers."""
    connection = Connection(Limits(nuisance_burst=20), client=client)
    said = connection.take()
    events: list[tuple[object, ...]] = []
    for piece in pieces:
        events += map(shown, connection.receive(piece, 1.0))
        said += connection.take()
    return events, said


@given(STREAMS, st.lists(st.integers(0, 2_000), max_size=8), st.booleans())
def test_any_split_of_any_octets_is_the_same(octets: bytes, cuts: list[int], client: bool) -> None:
    """Events and answers do not depend on how the octets arrived; nothing is raised."""
    if client:
        octets = octets.removeprefix(frames.PREFACE)
    places = sorted({min(cut, len(octets)) for cut in cuts})
    pieces = [octets[a:b] for a, b in zip([0, *places], [*places, len(octets)], strict=True)]

    assert told([octets], client=client) == told(pieces, client=client)


@given(STREAMS)
def test_octet_by_octet_is_the_same(octets: bytes) -> None:
    """The finest split there is."""
    assert told([octets], client=False) == told([octets[at : at + 1] for at in range(len(octets))], client=False)


@given(st.lists(st.binary(max_size=50), max_size=8), st.lists(st.integers(0, 400), max_size=8))
def test_messages_are_the_same_however_they_arrive(messages: list[bytes], cuts: list[int]) -> None:
    """The cutter of messages finds each, and knows when one is incomplete."""
    octets = b"".join(map(framed, messages))
    places = sorted({min(cut, len(octets)) for cut in cuts})
    deframer = Deframer(1_000)
    found = [
        message
        for a, b in zip([0, *places], [*places, len(octets)], strict=True)
        for _, message in deframer.feed(octets[a:b])
    ]

    assert messages == found
    assert not deframer.is_within
