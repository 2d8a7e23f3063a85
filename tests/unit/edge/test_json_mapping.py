"""The edge's JSON against protobuf's own, for every kind of field and every message of the contract."""

import json
import math
import struct
from typing import Any

import orjson
import pytest
from google.protobuf import any_pb2, json_format, wrappers_pb2
from google.protobuf.message import Message
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.contract import load_contract
from edge.decode import Decoders
from edge.encode import Encoders
from edge.faults import Faults
from edge.fragments import Fragments

METHODS = load_contract().methods
TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
NAN = st.just(math.nan)  # the one JSON can tell of
SINGLE = st.floats(width=32, allow_nan=False) | NAN
NUMBERS = {
    "double": st.floats(allow_nan=False) | NAN,
    "float": SINGLE,
    "int64": st.integers(-(2**63), 2**63 - 1),
    "uint64": st.integers(0, 2**64 - 1),
    "int32": st.integers(-(2**31), 2**31 - 1),
    "uint32": st.integers(0, 2**32 - 1),
}
KINDS: dict[int, st.SearchStrategy[Any]] = {
    1: NUMBERS["double"], 2: SINGLE, 3: NUMBERS["int64"], 4: NUMBERS["uint64"], 5: NUMBERS["int32"],
    6: NUMBERS["uint64"], 7: NUMBERS["uint32"], 8: st.booleans(), 9: TEXT, 12: st.binary(max_size=9),
    13: NUMBERS["uint32"], 15: NUMBERS["int32"], 16: NUMBERS["int64"], 17: NUMBERS["int32"], 18: NUMBERS["int64"],
}  # fmt: skip
SECONDS = st.integers(-62135596800, 253402300799)
NANOS = st.sampled_from([0, 1, 1_000, 123_000_000, 999_999_999])
PLAIN = st.recursive(
    st.none() | st.booleans() | TEXT | st.floats(-1e6, 1e6),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=4,
)


@st.composite
def filled(draw: st.DrawFn, cls: type[Message], depth: int = 2) -> Any:
    """A message with some of its fields set."""
    message: Any = cls()
    fill(draw, message, depth)
    return message


def fill(draw: st.DrawFn, message: Any, depth: int) -> None:
    name = message.DESCRIPTOR.full_name
    if name == "google.protobuf.Timestamp":
        message.seconds, message.nanos = draw(SECONDS), draw(NANOS)
    elif name == "google.protobuf.Duration":
        seconds = draw(st.integers(-315576000000, 315576000000))
        nanos = draw(NANOS)
        message.seconds, message.nanos = seconds, -nanos if seconds < 0 else nanos
    elif name == "google.protobuf.FieldMask":
        message.paths.extend(draw(st.lists(st.sampled_from(["name", "user.head_line", "a_b_c"]), max_size=2)))
    elif name in {"google.protobuf.Struct", "google.protobuf.ListValue", "google.protobuf.Value"}:
        shape = {"Struct": st.dictionaries(TEXT, PLAIN, max_size=2), "ListValue": st.lists(PLAIN, max_size=2)}
        json_format.ParseDict(draw(shape.get(name.rpartition(".")[2], PLAIN)), message)
    elif name == "google.protobuf.Any":
        message.Pack(wrappers_pb2.StringValue(value=draw(TEXT)))
    else:
        fields = list(message.DESCRIPTOR.fields)
        chosen = draw(st.lists(st.sampled_from(fields), max_size=6, unique_by=lambda one: one.name)) if fields else []
        for field in chosen:
            fill_field(draw, message, field, depth)


def fill_field(draw: st.DrawFn, message: Any, field: Any, depth: int) -> None:
    value = getattr(message, field.name)
    entry = field.message_type if field.message_type and field.message_type.GetOptions().map_entry else None
    if entry is not None:
        key = draw(KINDS[entry.fields_by_name["key"].type])
        held = entry.fields_by_name["value"]
        if held.message_type is not None:
            fill(draw, value[key], depth - 1)
        else:
            value[key] = draw(scalar(held))
    elif field.message_type is not None:
        if depth:
            target = value.add() if field.is_repeated else value
            fill(draw, target, depth - 1)
            target.SetInParent()
    elif field.is_repeated:
        value.extend(draw(st.lists(scalar(field), max_size=3)))
    else:
        setattr(message, field.name, draw(scalar(field)))


def scalar(field: Any) -> st.SearchStrategy[Any]:
    if field.enum_type is not None:
        return st.sampled_from([value.number for value in field.enum_type.values])
    return KINDS[field.type]


def written(encoders: Encoders, message: Any) -> Any:
    return orjson.loads(orjson.dumps(encoders.of(message.DESCRIPTOR)(message)))


def read(decoders: Decoders, message: Any, value: Any) -> Any:
    fresh, faults = type(message)(), Faults()
    decoders.of(message.DESCRIPTOR).fill(fresh, value, faults, "")
    assert [] == faults.found
    return fresh


def same(left: Any, right: Any) -> bool:
    """Equal bytes: unlike messages, they find NaN equal to itself."""
    return left.SerializeToString(deterministic=True) == right.SerializeToString(deterministic=True)


def shortened(value: Any, descriptor: Any) -> Any:
    """What protobuf's JSON looks like with the prefixes of enums cut off."""
    name = descriptor.full_name
    if name.startswith("google.protobuf.") or not isinstance(value, dict):
        return value
    by_name = {field.json_name: field for field in descriptor.fields}
    return {key: shortened_field(item, by_name[key]) for key, item in value.items()}


def shortened_field(value: Any, field: Any) -> Any:
    message = field.message_type
    if message is not None and message.GetOptions().map_entry:
        return {key: shortened_field(item, message.fields_by_name["value"]) for key, item in value.items()}
    if isinstance(value, list) and field.is_repeated:
        return [shortened_one(item, field) for item in value]
    return shortened_one(value, field)


def shortened_one(value: Any, field: Any) -> Any:
    if field.enum_type is not None and isinstance(value, str):
        first = field.enum_type.values_by_number[0].name
        return value.removeprefix(first.removesuffix("UNSPECIFIED"))
    return shortened(value, field.message_type) if field.message_type is not None else value


@given(data=st.data())
def test_what_is_written_is_protobufs_json(data: st.DataObject, every: type, encoders: Encoders) -> None:
    """The same keys and values as protobuf's own, but for the enums; fields without presence always there."""
    message = data.draw(filled(every))
    expected = json_format.MessageToDict(message, always_print_fields_with_no_presence=True)

    actual = written(encoders, message)

    assert floats(shortened(json.loads(json.dumps(expected)), message.DESCRIPTOR)) == floats(actual)


@given(data=st.data())
def test_what_is_written_is_read_again(
    data: st.DataObject, every: type, encoders: Encoders, decoders: Decoders
) -> None:
    """Nothing is lost on the way through JSON."""
    message = data.draw(filled(every))

    again = read(decoders, message, written(encoders, message))

    assert same(message, again)


@pytest.mark.parametrize("value", [3.4028234663852886e38, -3.4028234663852886e38, 1.401298464324817e-45])
def test_the_ends_of_single_precision_are_read_again(
    value: float, every: type, encoders: Encoders, decoders: Decoders
) -> None:
    """Nine digits tell the largest, too, and stand for a little more than it."""
    message = every(one_float=value)

    assert same(message, read(decoders, message, written(encoders, message)))


@given(data=st.data(), original_names=st.booleans(), numbers=st.booleans())
def test_protobufs_json_is_read(
    data: st.DataObject, original_names: bool, numbers: bool, every: type, decoders: Decoders
) -> None:
    """What protobuf's own libraries send is understood, in each of their dialects."""
    message = data.draw(filled(every))
    sent = json_format.MessageToJson(
        message, preserving_proto_field_name=original_names, use_integers_for_enums=numbers
    )

    assert same(message, read(decoders, message, json.loads(sent)))


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.full_name)
@settings(max_examples=12)
@given(data=st.data())
def test_messages_of_the_contract_survive(
    data: st.DataObject, method: Any, encoders: Encoders, decoders: Decoders
) -> None:
    """Every request and reply of every method goes through JSON and back."""
    for cls in (method.input, method.output):
        message = data.draw(filled(cls, depth=3))
        assert same(message, read(decoders, message, written(encoders, message)))


@settings(max_examples=20)
@given(data=st.data())
def test_remembered_resources_look_the_same(data: st.DataObject, encoders: Encoders) -> None:
    """JSON kept by the bytes of a resource is the JSON of that resource."""
    remembering = Encoders(Fragments(max_bytes=2000).remember)
    for method in METHODS[:12]:
        message = data.draw(filled(method.output, depth=3))
        for _ in range(2):
            assert written(encoders, message) == written(remembering, message)


def test_a_full_memory_forgets_the_oldest() -> None:
    """Fragments are bounded by the bytes of their keys."""
    memory = Fragments(max_bytes=100)
    encode = memory.remember(lambda message: {"value": message.value})
    for number in range(100):
        encode(wrappers_pb2.StringValue(value=f"{number:020}"))

    assert len(memory._young) + len(memory._old) <= 10


def test_an_any_of_an_unknown_type_shows_its_type(every: Any, encoders: Encoders) -> None:
    """A reply never fails because of a detail that this edge has not heard of."""
    message = every(one_any=any_pb2.Any(type_url="type.googleapis.com/not.known.Here", value=b"\x01"))

    assert {"@type": "type.googleapis.com/not.known.Here"} == written(encoders, message)["oneAny"]


def test_an_unknown_enum_value_is_its_number(every: Any, encoders: Encoders) -> None:
    """A value of a later contract is shown as the number it is."""
    assert 77 == written(encoders, every(one_shade=77))["oneShade"]


def floats(value: Any) -> Any:
    """Round to what 32 bits tell apart: libraries write single floats with different digits."""
    if isinstance(value, dict):
        return {key: floats(item) for key, item in value.items()}
    if isinstance(value, list):
        return [floats(item) for item in value]
    if isinstance(value, float | int) and not isinstance(value, bool) and abs(value) < 3e38:
        return struct.unpack("<f", struct.pack("<f", value))[0]
    return value
