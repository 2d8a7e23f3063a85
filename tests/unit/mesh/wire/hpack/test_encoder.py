"""The encoder: which fields earn a place, and what it tells its peer."""

from uuid import uuid4

import pytest

from mesh.wire.hpack import Decoder, Encoder, Field

PATH: Field = (":path", "/guild.profile.v1.ProfileService/GetMe")
TIMES: list[Field] = [("x-custom", "always the same"), PATH, (":authority", "127.0.0.1:8081")]


class Pair:
    """An encoder and the decoder of its peer."""

    def __init__(self, **encoding: int) -> None:
        self.encoder = Encoder(**encoding)
        self.decoder = Decoder(max_list_size=1 << 20)

    def send(self, *fields: Field) -> bytes:
        """Return the block, after its way there."""
        block = self.encoder.encode(fields)
        assert list(fields) == self.decoder.decode(block)
        return block

    @property
    def table(self) -> list[Field]:
        """What both remember."""
        assert list(reversed(self.encoder._table.order)) == self.decoder._table.entries[62:]
        return self.decoder._table.entries[62:]


def test_what_the_static_table_has_is_an_octet_at_once() -> None:
    """Nothing to earn."""
    assert b"\x83\x86\x88" == Encoder().encode([(":method", "POST"), (":scheme", "http"), (":status", "200")])


@pytest.mark.parametrize("field", TIMES)
def test_a_field_earns_its_place_by_coming_twice(field: Field) -> None:
    """First a literal without indexing, then one with, and from then on an octet."""
    pair = Pair()
    first, second, third, fourth = (pair.send(field) for _ in range(4))
    assert 0x00 == first[0] & 0xF0
    assert 0x40 == second[0] & 0xC0
    assert b"\xbe" == third == fourth
    assert [field] == pair.table


def test_what_is_inserted_is_in_huffman_code_where_that_is_shorter() -> None:
    """It is paid for once; what is sent once is not."""
    pair = Pair()
    plain = pair.send(PATH)
    assert PATH[1].encode() in plain
    assert len(pair.send(PATH)) < len(plain) * 0.8
    odd: Field = ("x", "\xff\xfe\xfd")
    pair.send(odd)
    assert b"\x03\xff\xfe\xfd" in pair.send(odd)


def test_ids_do_not_wash_out_what_all_calls_have_in_common() -> None:
    """A name that comes twice gets a place, its values do not."""
    pair = Pair()
    for number in range(1000):
        block = pair.send(*TIMES, ("x-request-id", str(uuid4())), ("traceparent", f"00-{uuid4().hex}-{number:016x}-01"))
        assert number < 2 or len(block) == 3 + (3 + 36) + (3 + 55)
    assert 5 == len(pair.table)
    assert 300 > len(pair.encoder._seen)


def test_short_values_by_turns_take_no_place() -> None:
    """What is left of a bucket comes again and again, each time with another value: its name has a place, no value."""
    pair = Pair()
    for _ in range(2):
        pair.send(("ratelimit-remaining", "600"))
    assert [("ratelimit-remaining", "600")] == pair.table

    blocks = [pair.send(("ratelimit-remaining", left)) for left in ("599", "598", "599", "599")]

    assert [("ratelimit-remaining", "600")] == pair.table
    assert {6} == {len(block) for block in blocks}


@pytest.mark.parametrize("name", ["authorization", "proxy-authorization", "cookie"])
def test_secrets_are_never_indexed(name: str) -> None:
    """Nor in Huffman code, whose length would tell of them."""
    pair = Pair()
    for _ in range(4):
        block = pair.send((name, "Bearer aaaa"))
        assert 0x10 == block[0] & 0xF0
        assert block.endswith(b"\x0bBearer aaaa")
    assert [] == pair.table


def test_who_sends_other_secrets_names_them() -> None:
    """Also names that no table has; the defaults are then indexed like others."""
    encoder, decoder = Encoder(never_indexed=frozenset({"x-api-key"})), Decoder()
    fields = [("x-api-key", "k"), ("cookie", "c")]
    for _ in range(4):
        block = encoder.encode(fields)
        assert fields == decoder.decode(block)
        assert block.startswith(b"\x10\x09x-api-key\x01k")
    assert [("cookie", "c")] == decoder._table.entries[62:]


def test_a_field_of_more_than_a_quarter_of_the_table_is_not_inserted() -> None:
    """However often it comes."""
    pair = Pair()
    largest: Field = ("x", "y" * (1024 - 33))
    larger: Field = ("x", "y" * (1024 - 32))
    for _ in range(4):
        pair.send(larger)
        pair.send(largest)
    assert [largest] == pair.table


@pytest.mark.parametrize(("size", "entries"), [(4096 // 16, 1), (4096 // 16 + 1, 0)])
def test_a_name_does_not_bring_a_large_value_in(size: int, entries: int) -> None:
    """Another value of the same name is worth a place once, and no more than a sixteenth of the table."""
    pair = Pair()
    for number in range(4):
        pair.send(("x", f"{number:0{size - 33}}"))
    assert entries == len(pair.table)


def test_a_field_that_was_turned_out_earns_its_place_again() -> None:
    """It comes as a literal once more."""
    pair = Pair()
    for number in range(200):
        for _ in range(3):
            pair.send((f"x-{number}", "y" * 20))
    assert 4096 // (32 + 5 + 20) == len(pair.table)
    assert 0x00 == pair.send(("x-0", "y" * 20))[0]


@pytest.mark.parametrize("length", [0, 126, 127, 128, 255, 1023, 1024, 70_000])
def test_values_of_any_length_arrive(length: int) -> None:
    """As literals that are never indexed, as others, and as names."""
    pair = Pair()
    pair.send(("authorization", "t" * length), ("x", "v" * length), ("n" * max(length, 1), ""))


def test_many_entries_have_indices_of_two_octets() -> None:
    """All of them arrive."""
    pair = Pair()
    fields = [(chr(0x100 - number), "") for number in range(1, 125)]
    for start in range(0, 124, 31):
        for _ in range(3):
            pair.send(*fields[start : start + 31])
    assert 124 == len(pair.table)
    assert 124 + 59 == len(pair.send(*fields))


# ── sizes ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("sizes", "updates"),
    [
        ([4096], ""),
        ([10_000], ""),  # we keep no more than our own bound
        ([0], "20"),
        ([100], "3f45"),
        ([100, 0, 4096], "20 3fe11f"),
        ([100, 4096], "3f45 3fe11f"),
        ([100, 50], "3f13"),
        ([100, 100], "3f45"),
        ([100, 200], "3f45 3fa901"),
    ],
)
def test_the_next_block_tells_what_became_of_the_table(sizes: list[int], updates: str) -> None:
    """The smallest size and the present one, once."""
    encoder = Encoder()
    for size in sizes:
        encoder.resize(size)
    assert bytes.fromhex(updates) + b"\x83" == encoder.encode([(":method", "POST")])
    assert b"\x83" == encoder.encode([(":method", "POST")])


def test_growing_is_told_as_well() -> None:
    """With no smaller size in between, in one update."""
    encoder = Encoder()
    encoder.resize(100)
    assert b"\x3f\x45" == encoder.encode([])
    encoder.resize(200)
    assert b"\x3f\xa9\x01" == encoder.encode([])


def test_a_bound_of_our_own_is_told_first() -> None:
    """A peer takes a table for 4096 octets until it is told otherwise."""
    pair = Pair(max_table_size=64)
    assert b"\x3f\x21\x83" == pair.send((":method", "POST"))
    pair.encoder.resize(4096)
    assert b"\x83" == pair.send((":method", "POST"))


def test_a_peer_without_a_table_gets_literals() -> None:
    """And nothing else is noted."""
    pair = Pair()
    for _ in range(3):
        pair.send(*TIMES)
    pair.encoder.resize(0)
    for _ in range(3):
        pair.send(*TIMES)
    assert [] == pair.table
    assert not pair.encoder._memo


# ── memo ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_tuple_all_of_whose_fields_are_indexed_is_encoded_once() -> None:
    """It has the same block until the table changes."""
    pair = Pair()
    for _ in range(3):
        block = pair.send(*TIMES)
    assert block is pair.encoder.encode(tuple(TIMES))
    for _ in range(2):
        pair.send(("a", "1"))
    assert b"\xc1\xc0\xbf" == pair.send(*TIMES)
    pair.encoder.resize(0)
    pair.encoder.resize(4096)
    assert 50 < len(pair.send(*TIMES))


def test_the_memo_is_bounded() -> None:
    """Anew when it is full."""
    encoder = Encoder()
    for count in range(300):
        encoder.encode(((":method", "POST"),) * count)
        assert 64 >= len(encoder._memo)


def test_what_holds_a_literal_is_in_no_memo() -> None:
    """It would keep secrets, or what does not come again."""
    encoder = Encoder()
    for fields in ((("authorization", "token"),), ((":path", "/1"),), ((":path", "/2"),)):
        encoder.encode(fields)
    assert not encoder._memo


def test_blocks_of_parts_are_one_block() -> None:
    """What is the same with each call is kept apart from what is not."""
    encoder, decoder = Encoder(), Decoder()
    for number in range(5):
        varying = [("x-request-id", f"id {number}"), ("authorization", f"token {number}")]
        block = encoder.encode(tuple(TIMES)) + encoder.encode(varying)
        assert [*TIMES, *varying] == decoder.decode(block)


def test_a_list_that_cannot_be_encoded_leaves_the_tables_in_step() -> None:
    """What it inserted before it failed is inserted nowhere."""
    pair = Pair()
    pair.send(*TIMES)
    pair.encoder.resize(2000)
    for bad in (("x", "€"), ("€", "x"), ("authorization", "€")):
        with pytest.raises(UnicodeEncodeError):
            pair.encoder.encode([*TIMES, bad])
        for _ in range(3):
            pair.send(*TIMES)
        assert 3 == len(pair.table)
    assert 2000 == pair.decoder._table.capacity
