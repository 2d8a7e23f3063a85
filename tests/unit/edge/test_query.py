"""Text of a URL to fields: the kinds of field that no request of the contract has yet."""

from typing import Any

import pytest

from edge.faults import Faults
from edge.query import QueryReader, variable


def fill(every: Any, query: bytes) -> Any:
    message, faults = every(), Faults()
    QueryReader(every.DESCRIPTOR, {"one_string"}).fill(message, query, faults)
    faults.check()
    return message


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (b"oneEvery.oneEvery.oneInt32=5", "one_every { one_every { one_int32: 5 } }"),
        (b"one_every.oneString=x", 'one_every { one_string: "x" }'),
        (b"manyInt64=1&many_int64=2", "many_int64: [1, 2]"),
        (b"oneInt32value=5", "one_int32value { value: 5 }"),
        (b"oneBoolvalue=true", "one_boolvalue { value: true }"),
        (b"manyStringvalue=a&manyStringvalue=b", 'many_stringvalue { value: "a" } many_stringvalue { value: "b" }'),
        (b"oneDuration=1.5s", "one_duration { seconds: 1 nanos: 500000000 }"),
        (b"oneFieldmask=userId,name", 'one_fieldmask { paths: "user_id" paths: "name" }'),
        (b"oneBytes=_w", 'one_bytes: "\\377"'),
        (b"oneBool=0", ""),
        (b"maybeBool=0", "maybe_bool: false"),
        (b"oneShade=2", "one_shade: SHADE_DARK"),
        (b"oneDouble=-1e3", "one_double: -1000"),
        (b"maybeString=", ""),
    ],
)
def test_each_kind_of_field_takes_text(query: bytes, expected: str, every: Any) -> None:
    """Whatever JSON writes as one value can stand in a URL."""
    from google.protobuf import text_format

    assert text_format.Parse(expected, every()) == fill(every, query)


@pytest.mark.parametrize("name", ["oneString", "oneStruct", "mapStringInt64", "manyEvery.oneInt32", "oneEvery"])
def test_other_fields_are_no_parameters(name: str, every: Any) -> None:
    """What travels elsewhere, or has no text form, is unknown here."""
    with pytest.raises(Exception, match="is not a query parameter"):
        fill(every, f"{name}=1".encode())


@pytest.mark.parametrize("path", ["nope", "many_string", "one_every", "one_string.x", "map_string_int64"])
def test_a_path_variable_is_one_text(path: str, every: Any) -> None:
    """Anything else is a mistake in the contract."""
    with pytest.raises(ValueError, match=r"every|Every"):
        variable(every.DESCRIPTOR, path)
