"""The JSON forms of protobuf's well-known types, as the proto3 JSON mapping lays them down."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from google.protobuf import json_format

_PREFIX = "google.protobuf."
_SNAKE = re.compile(r"_([a-z0-9])")
_UPPER = re.compile(r"[A-Z]")
_MASK = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)*", re.ASCII)
_MAX_TEXT = 64  # characters of a time or a duration

WRAPPERS = frozenset(
    _PREFIX + kind + "Value"
    for kind in ("Double", "Float", "Int64", "UInt64", "Int32", "UInt32", "Bool", "String", "Bytes")
)
"""Messages whose JSON is that of their one field."""

FREE_FORM = frozenset({f"{_PREFIX}{kind}" for kind in ("Any", "Struct", "Value", "ListValue")})
"""Messages whose JSON has a shape of its own; the library converts them."""


def camel(name: str) -> str:
    """Return a field's name in lowerCamelCase: "userId" for "user_id"."""
    return _SNAKE.sub(lambda found: found[1].upper(), name)


def snake(name: str) -> str:
    """Return a field's name as the contract writes it: "user_id" for either spelling."""
    return _UPPER.sub(lambda found: f"_{found[0].lower()}", name)


def write_timestamp(message: Any) -> str:
    """Return RFC 3339 in UTC with 0, 3, 6 or 9 digits behind the point."""
    text, nanos = _second(message.seconds), message.nanos
    if not nanos:
        return text + "Z"
    if not nanos % 1_000_000:
        return f"{text}.{nanos // 1_000_000:03d}Z"
    return f"{text}.{nanos // 1000:06d}Z" if not nanos % 1000 else f"{text}.{nanos:09d}Z"


@lru_cache(maxsize=8192)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0")


def write_duration(message: Any) -> str:
    """Return seconds with the unit: "1.5s"."""
    return message.ToJsonString()


def write_mask(message: Any) -> str:
    """Return the paths in lowerCamelCase with commas between them."""
    return ",".join(map(camel, message.paths))


def write_free_form(message: Any) -> Any:
    """Return Any, Struct and their like as the library does; an Any of an unknown type shows only its type."""
    try:
        return json_format.MessageToDict(message)
    except (TypeError, ValueError):
        return {"@type": getattr(message, "type_url", "")}


def read_timestamp(message: Any, value: object) -> None:
    """Read RFC 3339 with any offset; raises ValueError."""
    try:
        message.FromJsonString(_text(value))
    except (ValueError, OverflowError):
        raise ValueError("must be a time such as 2026-01-31T12:00:00Z") from None


def read_duration(message: Any, value: object) -> None:
    """Read seconds with the unit; raises ValueError."""
    try:
        message.FromJsonString(_text(value))
    except (ValueError, OverflowError):
        raise ValueError("must be seconds such as 1.5s") from None


def read_mask(message: Any, value: object) -> None:
    """Read paths with commas between them, in either spelling; raises ValueError."""
    paths = [path.strip() for path in value.split(",")] if isinstance(value, str) and value.strip() else []
    if not isinstance(value, str) or not all(map(_MASK.fullmatch, paths)):
        raise ValueError("must be names of fields with commas between them")
    message.paths.extend(map(snake, paths))


def read_free_form(message: Any, value: Any) -> None:
    """Read Any, Struct and their like as the library does; raises ValueError."""
    try:
        json_format.ParseDict(value, message)
    except (json_format.Error, TypeError) as error:
        raise ValueError("is not what this field holds") from error


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > _MAX_TEXT:
        raise ValueError("not a text")
    return value


WRITERS: Mapping[str, Callable[[Any], Any]] = {
    _PREFIX + "Timestamp": write_timestamp,
    _PREFIX + "Duration": write_duration,
    _PREFIX + "FieldMask": write_mask,
    **dict.fromkeys(FREE_FORM, write_free_form),
}
"""How each of these messages is written, by its full name."""

READERS: Mapping[str, Callable[[Any, Any], None]] = {
    _PREFIX + "Timestamp": read_timestamp,
    _PREFIX + "Duration": read_duration,
    _PREFIX + "FieldMask": read_mask,
    **dict.fromkeys(FREE_FORM, read_free_form),
}
"""How each of these messages is filled, by its full name."""
