"""Whatever octets come: an answer or one of two errors, in bounded memory."""

import contextlib

from hypothesis import given
from hypothesis import strategies as st

from mesh.wire.hpack import Decoder, Encoder, Field, HpackError, ListTooLarge
from mesh.wire.hpack.tables import field_size

PIECES = (
    st.sampled_from([b"\x82", b"\xbe", b"\xbf", b"\xff\x00", b"\x80", b"\xff" * 5])
    | st.sampled_from([b"\x40\x01a\x01b", b"\x40\x82\x1c\xff", b"\x7e\x81\x1f", b"\x04\x7f\x80\x01" + b"x" * 255])
    | st.sampled_from([b"\x20", b"\x3f\xe1\x1f", b"\x3f\x45", b"\x00", b"\x0f\x2f\x00", b"\x7f"])
    | st.binary(max_size=6)
)
BLOCKS = st.lists(PIECES, max_size=40).map(b"".join) | st.binary(max_size=300)
FIELDS: list[Field] = [(":path", "/a"), ("x-request-id", "123"), ("é", "ÿ"), ("cookie", "c" * 200), ("a", "")]


def check(decoder: Decoder, block: bytes) -> bool:
    """Decode a block that may be anything, and say whether the connection goes on."""
    try:
        fields = decoder.decode(block)
    except ListTooLarge:
        pass
    except HpackError:
        return False
    else:
        assert len(fields) <= decoder._max_fields
        assert sum(map(field_size, fields)) <= decoder._max_list_size
    table = decoder._table
    assert table.size == sum(map(field_size, table.entries[62:])) <= table.capacity
    assert max(map(field_size, table.entries)) <= table.largest
    assert table.capacity <= max(4096, decoder.max_table_size)
    return True


@given(st.lists(BLOCKS, max_size=8), st.sampled_from([1, 4, 128]), st.sampled_from([64, 400, 16384]))
def test_any_octets_are_answered_or_refused(blocks: list[bytes], max_fields: int, max_list_size: int) -> None:
    """On a connection that goes on as long as it can; twice each, so that the memo has its say."""
    decoder = Decoder(max_fields=max_fields, max_list_size=max_list_size)
    for block in blocks:
        if not (check(decoder, block) and check(decoder, block)):
            break


@given(st.lists(BLOCKS, max_size=8))
def test_a_memo_changes_no_answer(blocks: list[bytes]) -> None:
    """A decoder without one says the same to each block, also when it comes twice."""
    with_memo, without = Decoder(max_fields=9), Decoder(max_fields=9)
    for block in blocks:
        for _ in range(2):
            without._memo.clear()
            answers: list[object] = []
            for decoder in (with_memo, without):
                try:
                    answers.append(decoder.decode(block))
                except (HpackError, ListTooLarge) as error:
                    answers.append(repr(error))
            assert answers[0] == answers[1]
        if isinstance(answers[0], str) and answers[0].startswith("HpackError"):
            break


@given(st.lists(st.lists(st.sampled_from(FIELDS)), max_size=6), st.data())
def test_an_octet_changed_on_the_way_does_no_harm(lists: list[list[Field]], data: st.DataObject) -> None:
    """It makes another list, or an error."""
    encoder, decoder = Encoder(), Decoder()
    for fields in lists:
        block = bytearray(encoder.encode(fields))
        if block:
            position = data.draw(st.integers(0, len(block) - 1))
            block[position] = data.draw(st.integers(0, 255))
        if not check(decoder, bytes(block)):
            break


@given(st.binary(max_size=100), st.integers(0, 100))
def test_a_block_cut_off_is_malformed_or_whole(block: bytes, cut: int) -> None:
    """Its beginning has the first fields of the whole."""
    with contextlib.suppress(HpackError, ListTooLarge):
        whole, part = Decoder().decode(block), Decoder().decode(block[:cut])
        assert part == whole[: len(part)]
