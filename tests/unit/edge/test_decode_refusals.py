"""What a request body may not be, and what its sender is told."""

from typing import Any

import pytest

from edge.decode import Decoders
from edge.faults import MAX_FAULTS, Faults, MalformedRequest
from edge.json_text import MAX_DEPTH, parse

REFUSED = [
    ({"nope": 1}, "nope", "is not a field of Every"),
    ({"oneEvery": {"nope": 1}}, "oneEvery.nope", "is not a field of Every"),
    ({"manyEvery": [{}, {"nope": 1}]}, "manyEvery[1].nope", "is not a field of Every"),
    ({"mapStringEvery": {"k": {"nope": 1}}}, "mapStringEvery['k'].nope", "is not a field of Every"),
    ({"oneInt32": "many"}, "oneInt32", "must be a whole number"),
    ({"oneInt32": 1.5}, "oneInt32", "must be a whole number"),
    ({"oneInt32": True}, "oneInt32", "must be a whole number"),
    ({"oneInt32": 2**31}, "oneInt32", f"must be between {-(2**31)} and {2**31 - 1}"),
    ({"oneUint32": -1}, "oneUint32", f"must be between 0 and {2**32 - 1}"),
    ({"oneInt64": "9223372036854775808"}, "oneInt64", f"must be between {-(2**63)} and {2**63 - 1}"),
    ({"oneInt64": "9" * 400}, "oneInt64", "must be a whole number"),
    ({"oneDouble": "1e999"}, "oneDouble", "must be a number"),
    ({"oneDouble": "nan"}, "oneDouble", "must be a number"),
    ({"oneDouble": []}, "oneDouble", "must be a number"),
    ({"oneFloat": 1e39}, "oneFloat", "must fit a 32-bit float"),
    ({"oneBool": "true"}, "oneBool", "must be true or false"),
    ({"oneBool": 1}, "oneBool", "must be true or false"),
    ({"oneString": 5}, "oneString", "must be a text"),
    ({"oneBytes": "*"}, "oneBytes", "must be base64"),
    ({"oneBytes": "a"}, "oneBytes", "must be base64"),
    ({"oneShade": "PINK"}, "oneShade", "must be one of LIGHT, DARK"),
    ({"oneShade": 9}, "oneShade", "must be one of LIGHT, DARK"),
    ({"oneShade": []}, "oneShade", "must be one of LIGHT, DARK"),
    ({"manyString": "a"}, "manyString", "must be a list"),
    ({"manyString": [""] * 10_001}, "manyString", "must have at most 10000 elements"),
    ({"mapStringInt64": {str(key): 1 for key in range(10_001)}}, "mapStringInt64", "must have at most 10000 entries"),
    ({"manyString": ["a", None]}, "manyString[1]", "must be a text"),
    ({"manyEvery": [None]}, "manyEvery[0]", "must not be null"),
    ({"mapStringInt64": []}, "mapStringInt64", "must be an object"),
    ({"mapInt64Int64": {"x": 1}}, "mapInt64Int64['x']", "must be a whole number"),
    ({"mapBoolInt64": {"maybe": 1}}, "mapBoolInt64['maybe']", "must be true or false"),
    ({"oneEvery": []}, "oneEvery", "must be an object"),
    ({"oneTimestamp": "yesterday"}, "oneTimestamp", "must be a time such as 2026-01-31T12:00:00Z"),
    ({"oneTimestamp": 5}, "oneTimestamp", "must be a time such as 2026-01-31T12:00:00Z"),
    ({"oneTimestamp": "2026-02-30T00:00:00Z"}, "oneTimestamp", "must be a time such as 2026-01-31T12:00:00Z"),
    ({"oneDuration": "5 minutes"}, "oneDuration", "must be seconds such as 1.5s"),
    ({"oneFieldmask": "a,,b"}, "oneFieldmask", "must be names of fields with commas between them"),
    ({"oneFieldmask": ["a"]}, "oneFieldmask", "must be names of fields with commas between them"),
    ({"oneStruct": 5}, "oneStruct", "is not what this field holds"),
    ({"oneAny": {"@type": "type.googleapis.com/no.Such"}}, "oneAny", "is not what this field holds"),
    ({"oneInt32value": "x"}, "oneInt32value", "must be a whole number"),
    ({"one_int32": 1, "oneInt32": 2}, "oneInt32", "was given already, under its other name or as its alternative"),
    ({"choiceLeft": "a", "choiceRight": "b"}, "choiceRight",
     "was given already, under its other name or as its alternative"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "field", "advice"), REFUSED)
def test_a_wrong_field_is_named(body: Any, field: str, advice: str, every: Any, decoders: Decoders) -> None:
    """The violation carries the path of the field as the client wrote it."""
    faults = Faults()

    decoders.of(every.DESCRIPTOR).fill(every(), body, faults, "")

    assert [(field, advice)] == [(one.field, one.description) for one in faults.found]


def test_all_wrong_fields_are_told_at_once(every: Any, decoders: Decoders) -> None:
    """Nobody has to mend a request one field at a time."""
    faults = Faults()
    decoders.of(every.DESCRIPTOR).fill(every(), {"oneInt32": "x", "nope": 1, "oneBool": 3}, faults, "")

    with pytest.raises(MalformedRequest) as caught:
        faults.check()

    assert ["oneInt32", "nope", "oneBool"] == [one.field for one in caught.value.violations]


def test_reading_stops_after_enough_faults(every: Any, decoders: Decoders) -> None:
    """A request full of nonsense costs no more than a few fields of it."""
    nonsense = {f"nope{number}": number for number in range(1000)}

    with pytest.raises(MalformedRequest) as caught:
        decoders.of(every.DESCRIPTOR).fill(every(), nonsense, Faults(), "")

    assert MAX_FAULTS == len(caught.value.violations)


@pytest.mark.parametrize(
    ("body", "set_field", "value"),
    [
        ({"oneInt64": "12"}, "one_int64", 12),
        ({"oneInt64": 12}, "one_int64", 12),
        ({"oneInt64": 12.0}, "one_int64", 12),
        ({"oneInt64": "1.2e1"}, "one_int64", 12),
        ({"oneDouble": "Infinity"}, "one_double", float("inf")),
        ({"oneDouble": "1.5"}, "one_double", 1.5),
        ({"oneShade": "dark"}, "one_shade", 2),
        ({"oneShade": "Shade_Dark"}, "one_shade", 2),
        ({"oneShade": 2}, "one_shade", 2),
        ({"oneBytes": "-_8"}, "one_bytes", b"\xfb\xff"),
        ({"oneBytes": "+/8="}, "one_bytes", b"\xfb\xff"),
        ({"oneString": None}, "one_string", ""),
        ({"manyString": None}, "many_string", []),
        ({"choiceLeft": None, "choiceRight": "b"}, "choice_right", "b"),
    ],
)
def test_what_the_mapping_allows_is_read(
    body: Any, set_field: str, value: object, every: Any, decoders: Decoders
) -> None:
    """Parsers are generous where the mapping asks them to be."""
    message, faults = every(), Faults()

    decoders.of(every.DESCRIPTOR).fill(message, body, faults, "")

    assert ([], value) == (faults.found, getattr(message, set_field))


def test_null_is_a_value_of_value(every: Any, decoders: Decoders) -> None:
    """Only google.protobuf.Value tells null from nothing."""
    message = every()

    decoders.of(every.DESCRIPTOR).fill(message, {"oneValue": None, "oneEvery": None}, Faults(), "")

    assert (True, False) == (message.HasField("one_value"), message.HasField("one_every"))


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"{'a':1}",
        b'{"a":NaN}',
        b'{"a":1}x',
        b'\xff{"a":1}',
        b'{"a":"\xff"}',
        b'{"a":"\\ud800"}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_json_is_refused(text: bytes) -> None:
    """Whatever is sent, the answer is a refusal."""
    with pytest.raises(MalformedRequest, match="the body is not JSON"):
        parse(text)


@pytest.mark.parametrize(
    "text", [b'{"a":1,"a":2}', b'{"b":{"a":1, "a" :2}}', b'[{"a":1},{"a":1,"a":1}]', b'{"a":":","a":"\\":"}']
)
def test_a_key_given_twice_is_refused(text: bytes) -> None:
    """Programs do not agree on which of the two counts."""
    with pytest.raises(MalformedRequest, match="same key twice"):
        parse(text)


@pytest.mark.parametrize("text", [b'{"a":"x:y","b":{"c":"\\":"}}', b'[":",{"a":1},{"a":1}]', b'{"a" : "\\\\"}', b"5"])
def test_colons_in_texts_are_no_keys(text: bytes) -> None:
    """Texts may hold whatever they like."""
    assert parse(text) is not None


def test_depth_is_bounded() -> None:
    """A body one level too deep is refused, the deepest one is read."""
    assert parse(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH) is not None
    with pytest.raises(MalformedRequest, match="nested"):
        parse(b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1))
