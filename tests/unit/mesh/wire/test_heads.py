"""What many calls begin with alike is read once: that must never show in what is read, nor in what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesh.wire import metadata
from mesh.wire.errors import StreamFault
from mesh.wire.fields import Heads
from mesh.wire.hpack import Decoder, Encoder, Field, ListTooLarge

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


def read_request(heads: Heads, listed: list[Field], indexed: int) -> object:
    """What a server makes of a head, or how it is refused."""
    try:
        request = heads.request(listed, indexed)
    except StreamFault as fault:
        return fault.message
    try:
        head: object = metadata.of_request(request)
    except ValueError as error:
        head = str(error)
    said = (request.method, request.scheme, request.path, request.authority, request.length)
    return said, list(request.fields), head


@given(LISTS, st.data())
def test_wherever_a_head_is_cut_it_says_the_same(listed: list[Field], data: st.DataObject) -> None:
    """However many of its fields were sent before, and whether such a head was read before or not."""
    indexed = data.draw(st.integers(0, len(listed)))
    heads = Heads()

    expected = read_request(Heads(), listed, 0)
    assert [expected] * 3 == [read_request(heads, listed, indexed) for _ in range(3)]


@given(st.lists(LISTS, max_size=12))
def test_heads_in_any_order_are_read_as_they_were_sent(lists: list[list[Field]]) -> None:
    """What is kept of one head is never taken for another's, wherever the table has moved meanwhile."""
    encoder, decoder, heads = Encoder(), Decoder(), Heads()
    for listed in (*lists, *lists, *lists):
        fields = decoder.decode(encoder.encode(listed))
        assert listed == fields
        assert listed[: decoder.indexed] == fields[: decoder.indexed]
        assert read_request(Heads(), listed, 0) == read_request(heads, fields, decoder.indexed)


def test_what_was_sent_before_is_counted() -> None:
    """From the second time on, and also for a block that comes again as it is."""
    encoder, decoder = Encoder(), Decoder()
    counted: list[int] = []
    for number in range(4):
        decoder.decode(encoder.encode([*POST, ("te", "trailers"), ("once", str(number) * 70)]))
        counted.append(decoder.indexed)
    assert [2, 2, 5, 5] == counted
    for _ in range(3):
        decoder.decode(encoder.encode(POST))
        assert 4 == decoder.indexed


def test_heads_that_begin_alike_share_what_that_says() -> None:
    """Only the rest is looked at."""
    heads, alike = Heads(), [*POST, ("te", "trailers"), ("content-type", "application/grpc")]
    one, two = (heads.request([*alike, ("a", value)], len(alike)) for value in "12")

    assert one.begun is not None
    assert one.begun is two.begun
    assert ((("a", "1"),), (("a", "2"),)) == (metadata.of_request(one).metadata, metadata.of_request(two).metadata)
    assert "application/grpc" == metadata.of_request(two).content_type


def test_what_is_kept_is_bounded() -> None:
    """A client that begins each head differently costs the memory of some."""
    heads = Heads()
    for number in range(1_000):
        heads.request([*POST[:2], (":path", f"/{number}")], 3)
    assert len(heads._begun) <= 64


@pytest.mark.parametrize("block", [b"\x82" * 40, b"\x82" * 40 + b"\x84"])
@pytest.mark.parametrize("limits", [{"max_fields": 39}, {"max_list_size": 39 * 42}])
def test_a_list_that_is_too_large_is_refused_each_time(block: bytes, limits: dict[str, int]) -> None:
    """A block that comes again has no better right than the first."""
    decoder = Decoder(**limits)
    for _ in range(3):
        with pytest.raises(ListTooLarge):
            decoder.decode(block)


def test_what_is_indexed_and_the_rest_are_bounded_together() -> None:
    """Neither part has a bound of its own."""
    decoder = Decoder(max_fields=4)
    assert 4 == len(decoder.decode(b"\x82\x82\x82\x00\x01a\x01b"))
    with pytest.raises(ListTooLarge, match="4 fields"):
        decoder.decode(b"\x82\x82\x82\x00\x01a\x01b\x00\x01a\x01b")
    decoder = Decoder(max_list_size=3 * 42 + 34)
    assert 4 == len(decoder.decode(b"\x82\x82\x82\x00\x01a\x01b"))
    with pytest.raises(ListTooLarge, match="octets"):
        decoder.decode(b"\x82\x82\x82\x00\x01a\x02bc")
