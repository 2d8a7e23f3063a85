"""Our header compression beside the `hpack` library, on sequences of lists with sizes that change."""

import hpack
from hypothesis import given
from hypothesis import strategies as st

from mesh.wire.hpack import Decoder, Encoder, Field
from mesh.wire.hpack.tables import STATIC

NAMES = st.sampled_from(["a", "x-request-id", "traceparent", "authorization", "cookie", "content-type", ":path", "é"])
VALUES = st.sampled_from(["", "1", "application/grpc", "x" * 130, "y" * 700, "z" * 2000]) | st.text(
    st.characters(max_codepoint=255), max_size=40
)
FIELDS = st.sampled_from(STATIC) | st.tuples(NAMES, VALUES)
LISTS = st.lists(FIELDS, max_size=8) | st.lists(FIELDS, max_size=8).map(tuple)
STEPS = st.lists(LISTS | st.sampled_from([0, 31, 64, 200, 1000, 4096, 9000]), max_size=30)


def octets(field: Field) -> tuple[bytes, bytes]:
    return field[0].encode("latin-1"), field[1].encode("latin-1")


@given(STEPS)
def test_what_we_encode_the_library_decodes(steps: list[list[Field] | int]) -> None:
    """Whatever table sizes it asks for in between."""
    ours, theirs = Encoder(), hpack.Decoder(max_header_list_size=1 << 20)
    for step in steps:
        if isinstance(step, int):
            ours.resize(step)
            theirs.max_allowed_table_size = step
        else:
            block = ours.encode(step)
            assert [octets(field) for field in step] == [tuple(field) for field in theirs.decode(block, raw=True)]
            table = [octets(field) for field in reversed(ours._table.order)]
            assert table == list(theirs.header_table.dynamic_entries)


@given(STEPS, st.booleans())
def test_what_the_library_encodes_we_decode(steps: list[list[Field] | int], huffman: bool) -> None:
    """Whatever table sizes we ask for in between; one at a time, for it announces those that are past."""
    ours, theirs = Decoder(max_table_size=9000, max_list_size=1 << 20), hpack.Encoder()
    size = 4096
    for step in steps:
        if isinstance(step, int):
            size = step
        else:
            if size != theirs.header_table_size:
                ours.max_table_size = theirs.header_table_size = size
            block = theirs.encode([octets(field) for field in step], huffman=huffman)
            assert list(step) == ours.decode(block)
            table = [octets(field) for field in ours._table.entries[62:]]
            assert table == list(theirs.header_table.dynamic_entries)
            assert ours._table.size == theirs.header_table._current_size


@given(STEPS)
def test_what_we_encode_we_decode(steps: list[list[Field] | int]) -> None:
    """Both ends change their minds in between, and remember the same."""
    encoder, decoder = Encoder(), Decoder(max_list_size=1 << 20)
    for step in steps:
        if isinstance(step, int):
            encoder.resize(step)
            decoder.max_table_size = step
        else:
            assert list(step) == decoder.decode(encoder.encode(step))
            assert list(reversed(encoder._table.order)) == decoder._table.entries[62:]
