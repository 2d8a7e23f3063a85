"""What many calls begin with alike is read once: that must never show in what is read, nor in what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesh.wire import fields, metadata
from mesh.wire.errors import StreamFault
from mesh.wire.fields import Request
from mesh.wire.hpack import Decoder, Encoder, Field, ListTooLarge, Run

POST = ((":method", "POST"), (":scheme", "http"), (":path", "/s.S/M"), (":authority", "here"))
PSEUDO = st.sampled_from([*POST, (":method", "GET"), (":path", ""), (":path", "/\n"), (":status", "200"), (":x", "y")])
ORDINARY = st.sampled_from(
    [
        ("te", "trailers"),
        ("te", "gzip"),
        ("content-type", "application/grpc"),
        ("grpc-timeout", "1S"),
        ("grpc-encoding", "gzip"),
        ("content-length", "5"),
        ("content-length", "6"),
        ("content-length", "x"),
        ("k", "v"),
        ("k", " v"),
        ("k", "a" * 100),
        ("k", "a" * 100 + "\n"),
        ("k", "a" * 100 + " "),
        ("K", "v"),
        ("k-bin", "YQ"),
        ("k-bin", "!"),
        ("connection", "close"),
    ]
)
LISTS = st.one_of(
    st.lists(st.one_of(PSEUDO, ORDINARY), max_size=9),
    st.lists(ORDINARY, max_size=5).map(lambda rest: [*POST, *rest]),
)


def read_request(run: Run, rest: fields.Fields) -> object:
    """What a server makes of a head, or how it is refused."""
    try:
        request = fields.request(run, rest)
    except StreamFault as fault:
        return fault.message
    try:
        head: object = metadata.of_request(request)
    except ValueError as error:
        head = str(error)
    said = (request.method, request.scheme, request.path, request.authority, request.length)
    return said, list(request.fields), head


def read_response(run: Run, rest: fields.Fields) -> object:
    """What a client makes of a head or of trailers."""
    try:
        status, kept, length = fields.response(run, rest)
    except StreamFault as fault:
        return fault.message
    return status, list(kept), length


@given(LISTS, st.data())
def test_wherever_a_head_is_cut_it_says_the_same(listed: list[Field], data: st.DataObject) -> None:
    """A run and the rest, the run read before or not, are read as one list is."""
    run = Run(listed[: data.draw(st.integers(0, len(listed)))])
    rest = listed[len(run.fields) :]

    for read in (read_request, read_response):
        expected = read(Run([]), listed)
        assert [expected] * 3 == [read(run, rest) for _ in range(3)]


@given(st.lists(LISTS, max_size=12))
def test_blocks_in_any_order_are_read_as_they_were_sent(lists: list[list[Field]]) -> None:
    """Runs are kept only for as long as the octets mean the same."""
    encoder, decoder = Encoder(), Decoder()
    for listed in (*lists, *lists, *lists):
        run, rest = decoder.read(encoder.encode(listed))
        assert listed == [*run.fields, *rest]


def test_what_comes_again_is_one_object() -> None:
    """Else nothing could be kept with it; and what follows a run is not in it."""
    encoder, decoder = Encoder(), Decoder()
    for _ in range(3):
        decoder.decode(encoder.encode([*POST, ("te", "trailers")]))
    first, rest = decoder.read(encoder.encode([*POST, ("te", "trailers"), ("once", "1" * 70)]))
    again, others = decoder.read(encoder.encode([*POST, ("te", "trailers"), ("once", "2" * 70)]))

    assert first is again
    assert [*POST, ("te", "trailers")] == first.fields
    assert ([("once", "1" * 70)], [("once", "2" * 70)]) == (rest, others)


def test_heads_of_one_run_share_what_they_say() -> None:
    """Only the rest is looked at."""
    run = Run([*POST, ("te", "trailers"), ("content-type", "application/grpc")])
    one, two = fields.request(run, [("a", "1")]), fields.request(run, [("a", "2")])

    assert isinstance(one.begun, Request)
    assert one.begun is two.begun
    assert ((("a", "1"),), (("a", "2"),)) == (metadata.of_request(one).metadata, metadata.of_request(two).metadata)
    assert "application/grpc" == metadata.of_request(two).content_type


@pytest.mark.parametrize("block", [b"\x82" * 40, b"\x82" * 40 + b"\x84"])
@pytest.mark.parametrize("limits", [{"max_fields": 39}, {"max_list_size": 39 * 42}])
def test_a_run_that_is_too_large_is_refused_each_time(block: bytes, limits: dict[str, int]) -> None:
    """A block that comes again has no better right than the first."""
    decoder = Decoder(**limits)
    for _ in range(3):
        with pytest.raises(ListTooLarge):
            decoder.read(block)


def test_a_run_and_its_rest_are_bounded_together() -> None:
    """Neither part has a bound of its own."""
    decoder = Decoder(max_fields=4)
    assert 4 == len(decoder.decode(b"\x82\x82\x82\x00\x01a\x01b"))
    with pytest.raises(ListTooLarge, match="4 fields"):
        decoder.read(b"\x82\x82\x82\x00\x01a\x01b\x00\x01a\x01b")
    decoder = Decoder(max_list_size=3 * 42 + 34)
    assert 4 == len(decoder.decode(b"\x82\x82\x82\x00\x01a\x01b"))
    with pytest.raises(ListTooLarge, match="octets"):
        decoder.read(b"\x82\x82\x82\x00\x01a\x02bc")
