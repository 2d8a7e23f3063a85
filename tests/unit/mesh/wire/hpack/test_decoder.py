"""The decoder: what it refuses, what it remembers, what it spends."""

import tracemalloc

import pytest

from mesh.wire.hpack import Decoder, Field, HpackError, ListTooLarge
from mesh.wire.hpack.integers import encode_integer

INSERT_A1 = b"\x40\x01a\x011"  # a: 1, with incremental indexing
A1: Field = ("a", "1")
NEWEST = b"\xbe"  # index 62


def literal(name: str, value: str) -> bytes:
    """A short literal with incremental indexing."""
    return b"\x40" + bytes((len(name),)) + name.encode() + bytes((len(value),)) + value.encode()


@pytest.mark.parametrize(
    ("block", "why"),
    [
        ("80", "index zero"),
        ("be", "not there"),  # an empty dynamic table
        ("ff00", "not there"),
        ("ff80ffffff07", "not there"),
        ("ffffffffff08", "integer"),
        ("ff808080808000", "integer"),
        ("7f0000", "not there"),  # a name at index 63
        ("0f2f00", "not there"),  # a name at index 62
        ("ff", "ends"),
        ("ff80", "ends"),
        ("40", "ends"),
        ("4001", "ends"),
        ("400161", "ends"),
        ("40016102", "longer"),
        ("400561", "ends"),
        ("0002", "ends"),
        ("44", "ends"),
        ("447f", "ends"),
        ("447f80", "ends"),
        ("44052f", "longer"),
        ("447f002f", "longer"),
        ("44832f", "."),
        ("4481ff", "Huffman"),  # eight bits of padding
        ("44811e", "Huffman"),  # padding of noughts
        ("4484ffffffff", "EOS"),
        ("408429ffffff00", "."),
        ("8220", "size update"),  # after a field
        ("203fe21f", "4097"),  # above what we allow, as a second one
        ("3fe21f", "4097"),
        ("3f", "ends"),
    ],
)
def test_what_is_malformed_is_an_error_of_the_connection(block: str, why: str) -> None:
    """Each with a reason to read."""
    with pytest.raises(HpackError, match=why):
        Decoder().decode(bytes.fromhex(block))


def test_an_empty_block_is_an_empty_list() -> None:
    """As often as it comes."""
    decoder = Decoder()
    assert [] == decoder.decode(b"") == decoder.decode(b"")


@pytest.mark.parametrize("pattern", [0x00, 0x10])
def test_literals_without_indexing_leave_the_table_alone(pattern: int) -> None:
    """Also those that must never be indexed."""
    decoder = Decoder()
    assert [A1] == decoder.decode(bytes((pattern,)) + INSERT_A1[1:])
    with pytest.raises(HpackError):
        decoder.decode(NEWEST)


def test_octets_are_latin_1() -> None:
    """Whatever a peer sends in a value is a string of the same length."""
    octets = bytes(range(256))
    [(name, value)] = Decoder().decode(b"\x00\x01\xe9\x7f\x81\x01" + octets)
    assert ("é", octets) == (name, value.encode("latin-1"))


def test_every_entry_can_be_reached() -> None:
    """By indices of one octet and of two, as a field and for its name."""
    decoder = Decoder()
    names = [bytes((0xFF - number,)) for number in range(124)]  # a hundred and twenty-four times 33 octets
    for name in names:
        decoder.decode(b"\x40\x01" + name + b"\x00")
    for index, name in enumerate(reversed(names), 62):
        text = name.decode("latin-1")
        assert [(text, "")] == decoder.decode(encode_integer(index, 0x80, 0x7F))
        assert [(text, "v")] == decoder.decode(encode_integer(index, 0x00, 0x0F) + b"\x01v")
    with pytest.raises(HpackError):
        decoder.decode(encode_integer(62 + 124, 0x80, 0x7F))


# ── sizes ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_size_update_evicts() -> None:
    """Down to nothing and up again."""
    decoder = Decoder()
    decoder.decode(INSERT_A1)
    assert [A1] == decoder.decode(NEWEST)
    assert [] == decoder.decode(b"\x20\x3f\xe1\x1f")
    with pytest.raises(HpackError):
        decoder.decode(NEWEST)


def test_who_is_asked_to_shrink_must_shrink_at_once() -> None:
    """The next block begins with a size update that heeds it, or is malformed."""
    for block in (NEWEST, b"", INSERT_A1, b"\x3f\x46" + NEWEST, b"\x3f\x46\x20"):  # the last two: to 101 octets
        decoder = Decoder()
        decoder.decode(INSERT_A1)
        assert [A1] == decoder.decode(NEWEST)
        decoder.max_table_size = 100
        with pytest.raises(HpackError):
            decoder.decode(block)
    decoder = Decoder()
    decoder.decode(INSERT_A1)
    decoder.max_table_size = 100
    assert [A1] == decoder.decode(b"\x3f\x45" + NEWEST)
    assert [A1] == decoder.decode(NEWEST)


def test_who_was_asked_to_shrink_in_between_must_say_so() -> None:
    """The smallest size comes first, then the one that holds."""
    decoder = Decoder()
    decoder.decode(INSERT_A1)
    decoder.max_table_size = 0
    decoder.max_table_size = 4096
    with pytest.raises(HpackError, match="shrinking the table to 0"):
        decoder.decode(b"\x3f\xe1\x1f" + NEWEST)
    assert [A1] == decoder.decode(b"\x20\x3f\xe1\x1f" + INSERT_A1)


def test_what_is_allowed_to_grow_need_not() -> None:
    """Nor is a size update due that asks for what the table has already."""
    decoder = Decoder()
    decoder.max_table_size = 8192
    assert [A1] == decoder.decode(INSERT_A1)
    decoder.max_table_size = 4096
    assert 8192 > decoder.max_table_size
    assert [A1] == decoder.decode(NEWEST)
    decoder.max_table_size = 8192
    assert [A1] == decoder.decode(b"\x3f\xe1\x3f" + NEWEST)


# ── bounds ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_list_is_bounded_in_fields() -> None:
    """Exactly."""
    decoder = Decoder(max_fields=5)
    assert [(":method", "GET")] * 5 == decoder.decode(b"\x82" * 5)
    for count in (6, 10, 11, 12, 500):
        with pytest.raises(ListTooLarge, match="more than 5 fields"):
            decoder.decode(b"\x82" * count)
        with pytest.raises(ListTooLarge, match="more than 5 fields"):
            decoder.decode(b"\x04\x00" * count)


def test_a_list_is_bounded_in_octets() -> None:
    """Exactly, with 32 for each field beside its own."""
    decoder = Decoder(max_list_size=2 * (32 + 7 + 3))
    assert [(":method", "GET")] * 2 == decoder.decode(b"\x82\x82")
    with pytest.raises(ListTooLarge, match="84 octets"):
        decoder.decode(b"\x82\x83")
    assert 11 == len(decoder.decode(b"\x04\x0b" + b"x" * 11)[0][1])
    assert 47 == len(decoder.decode(b"\x04\x2f" + b"x" * 47)[0][1])
    with pytest.raises(ListTooLarge):
        decoder.decode(b"\x04\x30" + b"x" * 48)


@pytest.mark.parametrize("bounds", [{"max_fields": 2}, {"max_list_size": 100}])
def test_the_table_stays_in_step_with_a_list_too_large(bounds: dict[str, int]) -> None:
    """Only its stream suffers: what the rest of its block inserted is there."""
    decoder = Decoder(**bounds)
    assert not issubclass(ListTooLarge, HpackError)
    with pytest.raises(ListTooLarge):
        decoder.decode(b"\x82" * 9 + INSERT_A1 + b"\x82" * 9 + literal("b", "2"))
    assert [("b", "2"), A1] == decoder.decode(b"\xbe\xbf")


def test_a_malformed_end_of_a_list_too_large_is_malformed() -> None:
    """The connection is lost, not the stream alone."""
    with pytest.raises(HpackError):
        Decoder(max_fields=2).decode(b"\x82" * 9 + b"\x80")


@pytest.mark.parametrize("bomb", [b"\xbe" * 30_000, b"\x0f\x2f\x00" * 10_000, b"\x7e\x00" * 15_000])
def test_a_bomb_costs_no_more_than_its_own_length(bomb: bytes) -> None:
    """A few octets that stand for four kilobytes each, thousands of times."""
    decoder = Decoder()
    decoder.decode(b"\x40\x01a\x7f\xc0\x1e" + b"x" * 4031)
    tracemalloc.start()
    try:
        with pytest.raises(ListTooLarge):
            decoder.decode(bomb)
        assert 3 * len(bomb) > tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


# ── memo ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_block_that_comes_again_is_not_decoded_again() -> None:
    """It is answered with the list it was answered with before."""
    decoder = Decoder()
    assert decoder.decode(b"\x82\x86") is decoder.decode(b"\x82\x86")


def test_a_table_that_changed_makes_old_answers_void() -> None:
    """By an insertion, by an update, and by a list too large."""
    decoder = Decoder(max_fields=3)
    for value in "123":
        decoder.decode(literal("a", value))
        assert [("a", value)] == decoder.decode(NEWEST) == decoder.decode(NEWEST)
    with pytest.raises(ListTooLarge):
        decoder.decode(b"\x82" * 3 + literal("a", "4"))
    assert [("a", "4")] == decoder.decode(NEWEST)
    decoder.decode(b"\x20")
    with pytest.raises(HpackError):
        decoder.decode(NEWEST)


def test_a_block_that_changes_the_table_changes_it_each_time() -> None:
    """It is in no memo."""
    decoder = Decoder()
    for _ in range(3):
        assert [A1] == decoder.decode(INSERT_A1)
    assert [A1] * 3 == decoder._table.entries[62:]
    for _ in range(2):
        decoder.decode(b"\x3f\xe1\x1f")
        assert not decoder._memo


def test_what_was_refused_is_refused_again() -> None:
    """The memo holds answers only."""
    decoder = Decoder(max_fields=1)
    for _ in range(2):
        with pytest.raises(ListTooLarge):
            decoder.decode(b"\x82\x86")


def test_the_memo_is_bounded() -> None:
    """In blocks, and in the length of each."""
    decoder = Decoder()
    for number in range(300):
        decoder.decode(b"\x04\x03%03d" % number)
        assert 64 >= len(decoder._memo)
    decoder._memo.clear()
    decoder.decode(b"\x04\x40" + b"x" * 64)
    assert not decoder._memo
