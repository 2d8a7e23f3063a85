"""What an update names of a message."""

from typing import Any

from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message

_NOT_GIVEN = {"id", "etag", "verification"}
"""What comes back with a resource that was read, and changes nothing."""


def changes(message: Message, mask: FieldMask) -> dict[str, Any]:
    """The fields an update names: those of its mask, None when unset, or without a mask those that are set."""
    given = {field.name: value for field, value in message.ListFields() if field.name not in _NOT_GIVEN}
    return {name: given.get(name) for name in mask.paths} if mask.paths else given
