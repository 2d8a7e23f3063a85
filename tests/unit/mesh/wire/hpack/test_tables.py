"""The static table, and what dynamic ones hold."""

from hpack.hpack import HeaderTable

from mesh.wire.hpack.tables import (
    FIRST_DYNAMIC,
    STATIC,
    STATIC_FIELDS,
    STATIC_NAMES,
    DecodingTable,
    EncodingTable,
    field_size,
)


def test_the_static_table_is_the_standards() -> None:
    """As the library has it; a name has its first index."""
    assert [(name.encode(), value.encode()) for name, value in STATIC] == list(HeaderTable.STATIC_TABLE)
    assert FIRST_DYNAMIC == 62
    assert all(STATIC[index - 1] == field for field, index in STATIC_FIELDS.items())
    assert {name: [n for n, _ in STATIC].index(name) + 1 for name, _ in STATIC} == STATIC_NAMES


def test_the_newest_comes_first_and_the_oldest_goes() -> None:
    """A field counts its octets and 32."""
    table = DecodingTable(100)
    for value in "1", "2", "3", "4":
        table.insert(("a", value))
    assert [("a", "4"), ("a", "3")] == table.entries[62:]
    assert field_size(("a", "4")) * 2 == table.size == 68


def test_a_field_larger_than_the_table_empties_it() -> None:
    """That is no error."""
    table = DecodingTable(100)
    table.insert(("a", "1"))
    table.insert(("a", "x" * 100))
    assert ([], 0) == (table.entries[62:], table.size)


def test_a_table_of_nothing_holds_nothing() -> None:
    """And may grow again."""
    table = DecodingTable(100)
    table.insert(("a", "1"))
    table.resize(0)
    table.insert(("a", "2"))
    assert [] == table.entries[62:]
    table.resize(34)
    table.insert(("a", "3"))
    assert [("a", "3")] == table.entries[62:]


def test_an_encoder_forgets_names_with_their_last_field() -> None:
    """A name leads to its newest field; those of the static table stay."""
    table = EncodingTable(110)
    for field in ("a", "1"), ("a", "2"), (":path", "/x"):
        table.insert(field)
    assert table.base - table.names["a"] == table.base - table.fields["a", "2"] == 63
    assert table.names[":path"] == 4
    table.insert(("b", "1"))
    assert table.base - table.names["a"] == 64
    table.insert(("b", "2"))
    assert "a" not in table.names
    table.resize(0)
    assert (STATIC_FIELDS, STATIC_NAMES, 0) == (table.fields, table.names, table.size)


def test_what_fits_exactly_turns_nothing_out() -> None:
    """At both ends, also when the size of the table changes."""
    fields = [("a", "1"), ("a", "2"), ("a", "3")]
    decoding, encoding = DecodingTable(102), EncodingTable(102)
    for field in fields:
        decoding.insert(field)
        encoding.insert(field)
    assert fields == decoding.entries[:61:-1] == list(encoding.order)
    decoding.resize(68)
    encoding.resize(68)
    assert fields[1:] == decoding.entries[:61:-1] == list(encoding.order)
