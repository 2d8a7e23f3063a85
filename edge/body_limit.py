"""How long a body can be: as long as the contract allows its request to be, in the longest spelling of JSON.

The contract counts characters. JSON may spell one as an escape of six bytes, and one beyond the first plane as two of
these: twelve bytes.
"""

from collections.abc import Iterable
from typing import Any

from google.api import field_behavior_pb2
from google.protobuf.descriptor import Descriptor, FieldDescriptor

from buf.validate import validate_pb2

_BEHAVIOR: Any = field_behavior_pb2.field_behavior  # the published stubs call the extension a plain field
LEAST_BYTES = 256 * 1024
"""What any body may have: room for fields that a client sends back although they are not its to set."""
BYTES_OF_CHARACTER = 12
SHORT_BYTES = 512
"""Of a value that is no free text: a number, a time, an id, an enum's value."""
OPEN_CHARACTERS = 2048
"""Of a text whose length the contract leaves open."""
OPEN_ELEMENTS = 100
"""Of a list or a map whose length the contract leaves open."""
MAX_DEPTH = 6
"""Levels of messages that are looked into; what contains itself has no end."""


def most_bytes(request: Descriptor) -> int:
    """Return how many bytes of JSON a request of this type can need."""
    return max(LEAST_BYTES, _message(request, MAX_DEPTH))


def _message(message: Descriptor, depth: int) -> int:
    if not depth or message.full_name.startswith("google.protobuf."):
        return SHORT_BYTES
    return sum(_field(field, depth) for field in _given(message))


def _given(message: Descriptor) -> Iterable[FieldDescriptor]:
    for field in message.fields:
        told = field.GetOptions().Extensions[_BEHAVIOR]
        if field_behavior_pb2.OUTPUT_ONLY not in told:
            yield field


def _field(field: FieldDescriptor, depth: int) -> int:
    rules = field.GetOptions().Extensions[validate_pb2.field]
    name = SHORT_BYTES // 2
    if not field.is_repeated:
        return name + _value(field, rules, depth)
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        value = field.message_type.fields_by_name["value"]
        return name + (rules.map.max_pairs or OPEN_ELEMENTS) * (SHORT_BYTES + _value(value, rules.map.values, depth))
    return name + (rules.repeated.max_items or OPEN_ELEMENTS) * _value(field, rules.repeated.items, depth)


def _value(field: FieldDescriptor, rules: validate_pb2.FieldRules, depth: int) -> int:
    if field.message_type is not None:
        return _message(field.message_type, depth - 1)
    if field.cpp_type != FieldDescriptor.CPPTYPE_STRING:
        return SHORT_BYTES
    return SHORT_BYTES + BYTES_OF_CHARACTER * _characters(rules.string)


def _characters(rules: validate_pb2.StringRules) -> int:
    if rules.WhichOneof("well_known") == "uuid":
        return 0
    return rules.max_len or rules.len or OPEN_CHARACTERS
