"""Fields that the contract marks `debug_redact`: passwords, tokens, signed addresses."""

from functools import cache
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from mesh.contract.plain_values import reachable


def without_secrets(message: Message) -> Message:
    """Return the message without its secrets: itself where its type can hold none, else a copy."""
    if not _may_hold(message.DESCRIPTOR):
        return message
    copy = type(message)()
    copy.CopyFrom(message)
    _clear(copy)
    return copy


@cache
def _may_hold(descriptor: Descriptor) -> bool:
    return any(_is_secret(field) for inner in reachable(descriptor) for field in inner.fields)


def _is_secret(field: FieldDescriptor) -> bool:
    return field.GetOptions().debug_redact


def _clear(message: Any) -> None:
    for field, value in message.ListFields():
        if _is_secret(field):
            message.ClearField(field.name)
        elif field.message_type is not None and _may_hold(field.message_type):
            if field.message_type.GetOptions().map_entry:
                within: Any = value.values()
            else:
                within = value if field.is_repeated else (value,)
            for one in within:
                _clear(one)
