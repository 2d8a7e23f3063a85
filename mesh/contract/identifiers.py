"""One spelling for each id, so that one id in two spellings can never be two."""

from collections.abc import Callable, MutableMapping, MutableSequence
from functools import cache
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from buf.validate import validate_pb2
from mesh.contract.plain_values import reachable
from mesh.errors import FieldViolation, InvalidArgument

_Step = Callable[[Any], None]


def canonicalise(message: Message) -> None:
    """Write every field that the contract says is a UUID in lower case, in nested messages, lists and maps too.

    Hyphens are demanded by the rule itself, so this is the one spelling. Raises InvalidArgument for a map that holds
    one id under two spellings.
    """
    for step in steps_to_canonical(message.DESCRIPTOR):
        step(message)


@cache
def id_fields(descriptor: Descriptor) -> tuple[FieldDescriptor, ...]:
    """Return the fields of a message, not of those within it, that hold ids: alone, in a list, as key or value."""
    return tuple(field for field in descriptor.fields if any(_holds_ids(field)))


@cache
def steps_to_canonical(descriptor: Descriptor) -> tuple[_Step, ...]:
    """Return what `canonicalise` does with a message of this type, one step after the other."""
    return tuple(step for field in descriptor.fields for step in _steps(field))


def _steps(field: FieldDescriptor) -> list[_Step]:
    name = field.name
    alone, listed, keys, values = _holds_ids(field)
    if alone:
        return [_in_field(name)]
    if listed:
        return [lambda message: _in_list(getattr(message, name))]
    steps: list[_Step] = []
    if keys:
        steps.append(lambda message: _in_keys(getattr(message, name), name))
    if values:
        steps.append(lambda message: _in_values(getattr(message, name)))
    if not _leads_to_ids(field.message_type):
        return steps
    if not field.is_repeated:
        steps.append(lambda message: canonicalise(getattr(message, name)) if message.HasField(name) else None)
    elif _is_map(field):
        steps.append(lambda message: _each(getattr(message, name).values()))
    else:
        steps.append(lambda message: _each(getattr(message, name)))
    return steps


def _holds_ids(field: FieldDescriptor) -> tuple[bool, bool, bool, bool]:
    rules = field.GetOptions().Extensions[validate_pb2.field]
    return (
        _is_uuid(rules),
        _is_uuid(rules.repeated.items),
        _is_uuid(rules.map.keys),
        _is_uuid(rules.map.values),
    )


def _is_uuid(rules: validate_pb2.FieldRules) -> bool:
    return rules.string.uuid or rules.string.tuuid


def _is_map(field: FieldDescriptor) -> bool:
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def _leads_to_ids(descriptor: Descriptor | None) -> bool:
    return descriptor is not None and any(id_fields(inner) for inner in reachable(descriptor))


def _in_field(name: str) -> _Step:
    def step(message: Any) -> None:
        text = getattr(message, name)
        if (lower := text.lower()) != text:
            setattr(message, name, lower)

    return step


def _in_list(texts: MutableSequence[str]) -> None:
    together = "".join(texts)
    if together.lower() == together:  # as nearly always: a hundred are looked at in one go
        return
    for at, text in enumerate(texts):
        if (lower := text.lower()) != text:
            texts[at] = lower


def _in_values(texts: MutableMapping[Any, str]) -> None:
    for key, text in list(texts.items()):
        texts[key] = text.lower()


def _in_keys(values: MutableMapping[str, Any], name: str) -> None:
    for key in list(values):
        lower = key.lower()
        if lower == key:
            continue
        if lower in values:
            raise InvalidArgument(
                f"{name}: one id is given in two spellings", violations=[FieldViolation(name, "must hold an id once")]
            )
        if isinstance(value := values[key], Message):
            values[lower].CopyFrom(value)
        else:
            values[lower] = value
        del values[key]


def _each(messages: Any) -> None:
    for message in messages:
        canonicalise(message)
