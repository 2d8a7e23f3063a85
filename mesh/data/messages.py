"""Messages that run a prepared statement, for statements written ahead of the one that is waited for.

Format: PostgreSQL documentation, "Message Formats" (Bind, Execute); values are in the binary format of their type.
"""

import struct
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID

from asyncpg import Type

Encode: TypeAlias = Callable[[Any], bytes]
"""Turns a Python value that is not None into the bytes of one type."""

_int16, _int32 = struct.Struct("!h").pack, struct.Struct("!i").pack
_NULL = _int32(-1)
_ALL_BINARY = _int16(1) + _int16(1)  # one format, for all of them: binary
_EXECUTE = b"E" + _int32(9) + b"\0" + _int32(0)  # the unnamed portal, every row
_ONE_DIMENSION = struct.Struct("!iiiii").pack
_NO_DIMENSION = struct.Struct("!iii").pack
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_FIRST_DAY = _EPOCH.toordinal()
_MICROSECOND = timedelta(microseconds=1)
_int64 = struct.Struct("!q").pack


def _uuid(value: UUID | str) -> bytes:
    return (value if isinstance(value, UUID) else UUID(value)).bytes


def _moment(value: datetime) -> bytes:
    return _int64((value - _EPOCH) // _MICROSECOND)


def _day(value: date) -> bytes:
    return _int32(value.toordinal() - _FIRST_DAY)


_SCALARS: dict[str, tuple[int, Encode]] = {
    "bool": (16, struct.Struct("!?").pack),
    "bytea": (17, bytes),
    "int8": (20, _int64),
    "int2": (21, _int16),
    "int4": (23, _int32),
    "text": (25, str.encode),
    "float8": (701, struct.Struct("!d").pack),
    "varchar": (1043, str.encode),
    "date": (1082, _day),
    "timestamptz": (1184, _moment),
    "uuid": (2950, _uuid),
}
"""Types by name, with their ids in pg_type."""


def encoders(types: Sequence[Type]) -> tuple[Encode, ...]:
    """Return how to encode parameters of these types; raises TypeError for a type that is not known here."""
    return tuple(_encoder(kind.name) for kind in types)


def message(name: str, encode: Sequence[Encode], arguments: Sequence[Any]) -> bytes:
    """Return what runs a prepared statement; nothing of its answer is asked for before the next Sync."""
    values = b"".join(_value(one, value) for one, value in zip(encode, arguments, strict=True))
    bind = b"\0%b\0%b%b%b%b" % (name.encode(), _ALL_BINARY, _int16(len(arguments)), values, _ALL_BINARY)
    return b"B" + _int32(len(bind) + 4) + bind + _EXECUTE


def _encoder(kind: str) -> Encode:
    element, array, _ = kind.partition("[]")
    if element not in _SCALARS:
        raise TypeError(f"a statement with a parameter of type {kind} cannot be sent ahead, execute it")
    number, encode = _SCALARS[element]
    return _array(number, encode) if array else encode


def _array(element: int, encode: Encode) -> Encode:
    def encode_all(values: Sequence[Any]) -> bytes:
        if not values:
            return _NO_DIMENSION(0, 0, element)
        head = _ONE_DIMENSION(1, int(None in values), element, len(values), 1)
        return head + b"".join(_value(encode, value) for value in values)

    return encode_all


def _value(encode: Encode, value: Any) -> bytes:
    if value is None:
        return _NULL
    encoded = encode(value)
    return _int32(len(encoded)) + encoded
