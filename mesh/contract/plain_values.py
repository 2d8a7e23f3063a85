"""What is no value in any field: U+0000, times outside of the calendar, texts that show nothing where one must."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from guild.options.v1 import policy_pb2
from mesh.errors import FieldViolation
from mesh.texts import shows_nothing

FIRST_SECOND = -62_135_596_800
LAST_SECOND = 253_402_300_799
"""Of the years 1 to 9999, which is what a Timestamp means and what a datetime can hold."""
LONGEST = 315_576_000_000
"""Seconds of 10,000 years, the bound of a Duration."""
_NANOS = 1_000_000_000
_TIMES = frozenset({Timestamp.DESCRIPTOR.full_name, Duration.DESCRIPTOR.full_name})


def unkept(message: Message) -> list[FieldViolation]:
    """Return what is no value, each with its path.

    There is none unless `must_look_within` the type, or there is an octet of zero in the serialised message.
    """
    return list(_within(message, ""))


def may_carry_texts(descriptor: Descriptor) -> bool:
    """Tell whether a message, or one within it, has a text."""
    return any(field.type == FieldDescriptor.TYPE_STRING for inner in reachable(descriptor) for field in inner.fields)


@cache
def must_look_within(descriptor: Descriptor) -> bool:
    """Tell whether only a look at each value shows that all of them are values."""
    return may_carry_times(descriptor) or any(
        _must_show(field) for inner in reachable(descriptor) for field in inner.fields
    )


@cache
def _must_show(field: FieldDescriptor) -> bool:
    return field.GetOptions().Extensions[policy_pb2.field].visible_text


@cache
def may_carry_times(descriptor: Descriptor) -> bool:
    """Tell whether a message, or one within it, has a time or a length of time."""
    return any(inner.full_name in _TIMES for inner in reachable(descriptor))


def reachable(descriptor: Descriptor) -> list[Descriptor]:
    """Return a message type with all that can stand within it."""
    found: dict[str, Descriptor] = {}
    waiting = [descriptor]
    while waiting:
        inner = waiting.pop()
        if inner.full_name not in found:
            found[inner.full_name] = inner
            waiting += [field.message_type for field in inner.fields if field.message_type is not None]
    return list(found.values())


def _within(message: Any, path: str) -> Iterator[FieldViolation]:
    if message.DESCRIPTOR.full_name in _TIMES:
        if not _is_time(message):
            yield FieldViolation(path, "must be a time of the years 1 to 9999")
        return
    for field, value in message.ListFields():
        where = f"{path}.{field.name}" if path else field.name
        if not field.is_repeated:
            yield from _of(field, value, where)
        elif field.message_type is not None and field.message_type.GetOptions().map_entry:
            yield from _of_map(field.message_type, value, where)
        elif field.type in {FieldDescriptor.TYPE_STRING, FieldDescriptor.TYPE_MESSAGE}:
            for at, item in enumerate(value):
                yield from _of(field, item, f"{where}[{at}]")


def _of(field: FieldDescriptor, value: Any, path: str) -> Iterator[FieldViolation]:
    if field.type == FieldDescriptor.TYPE_MESSAGE:
        yield from _within(value, path)
    elif field.type == FieldDescriptor.TYPE_STRING:
        if "\0" in value:
            yield FieldViolation(path, "must not contain the character U+0000")
        elif value and _must_show(field) and shows_nothing(value):
            yield FieldViolation(path, "must show something")


def _of_map(entry: Descriptor, value: Any, path: str) -> Iterator[FieldViolation]:
    for at, key in enumerate(value):
        yield from _of(entry.fields_by_name["key"], key, f"{path}[key {at}]")
        yield from _of(entry.fields_by_name["value"], value[key], f"{path}[{at}]")


def _is_time(value: Any) -> bool:
    if isinstance(value, Timestamp):
        return FIRST_SECOND <= value.seconds <= LAST_SECOND and 0 <= value.nanos < _NANOS
    same_sign = value.seconds == 0 or value.nanos == 0 or (value.seconds < 0) == (value.nanos < 0)
    return -LONGEST <= value.seconds <= LONGEST and -_NANOS < value.nanos < _NANOS and same_sign
