"""Single values: from JSON or from the text of a URL to what a protobuf field takes, each checked on the way."""

import base64
import binascii
import math
import re
import struct
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from google.protobuf.descriptor import FieldDescriptor

from edge import enums

Read = Callable[[Any], Any]
"""Gives the field's value; raises ValueError with advice."""

_INTEGER = re.compile(r"-?[0-9]{1,20}", re.ASCII)
_NUMBER = re.compile(r"-?[0-9]{1,40}(\.[0-9]{0,40})?([eE][+-]?[0-9]{1,4})?", re.ASCII)
_SPECIAL = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_FLOAT_DIGITS = range(6, 10)  # nine digits tell any two 32-bit floats apart


def read_integer(low: int, high: int, value: object) -> int:
    """Read a number, or its digits as text: 64-bit integers travel as text."""
    if isinstance(value, str) and _INTEGER.fullmatch(value):
        value = int(value)
    elif isinstance(value, str) and _NUMBER.fullmatch(value):
        value = float(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if type(value) is not int:
        raise ValueError("must be a whole number")
    if not low <= value <= high:
        raise ValueError(f"must be between {low} and {high}")
    return value


def read_double(value: object) -> float:
    """Read a number, or its text; "NaN" and the infinities are text in JSON."""
    if isinstance(value, str):
        if value in _SPECIAL:
            return _SPECIAL[value]
        if _NUMBER.fullmatch(value):
            value = float(value)
    if type(value) not in {int, float} or not math.isfinite(number := float(value)):  # pyright: ignore[reportArgumentType]
        raise ValueError("must be a number")
    return number


def read_float(value: object) -> float:
    """Read a number that fits into 32 bits."""
    number = read_double(value)
    try:
        struct.pack("<f", number)  # rounds, as 3.40282347e+38, which is how the largest one is written
    except OverflowError:
        raise ValueError("must fit a 32-bit float") from None
    return number


def read_bool(value: object) -> bool:
    """Read true or false."""
    if type(value) is not bool:
        raise ValueError("must be true or false")
    return value


def read_string(value: object) -> str:
    """Read text."""
    if type(value) is not str:
        raise ValueError("must be a text")
    return value


def read_bytes(value: object) -> bytes:
    """Read base64 in either alphabet, padded or not."""
    text = read_string(value).rstrip("=")
    try:
        return base64.b64decode(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("must be base64") from None


def write_bytes(value: bytes) -> str:
    """Write base64."""
    return base64.b64encode(value).decode()


def write_double(value: float) -> float | str:
    """Write a number; what JSON has no number for is text."""
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def write_float(value: float) -> float | str:
    """Write a 32-bit number with as few digits as tell it apart."""
    if not math.isfinite(value):
        return write_double(value)
    return next((short for digits in _FLOAT_DIGITS if _single(short := float(f"{value:.{digits}g}")) == value), value)


def reader(field: FieldDescriptor) -> Read:
    """Return what reads a JSON value for a field that is no message."""
    if field.enum_type is not None:
        return partial(enums.read, field.enum_type)
    return _READERS[field.type]


def text_reader(field: FieldDescriptor) -> Read:
    """Return what reads the text of a URL for a field that is no message."""
    return _bool_text if field.type == FieldDescriptor.TYPE_BOOL else reader(field)


def _bool_text(value: str) -> bool:
    known = {"true": True, "1": True, "false": False, "0": False}.get(value.lower())
    if known is None:
        raise ValueError("must be true or false")
    return known


def _single(value: float) -> float:
    try:
        return struct.unpack("<f", struct.pack("<f", value))[0]
    except OverflowError:
        return math.inf


_FD = FieldDescriptor
_INT32 = partial(read_integer, -(2**31), 2**31 - 1)
_INT64 = partial(read_integer, -(2**63), 2**63 - 1)
_UINT32 = partial(read_integer, 0, 2**32 - 1)
_UINT64 = partial(read_integer, 0, 2**64 - 1)
_READERS: Mapping[int, Read] = {
    **dict.fromkeys((_FD.TYPE_INT32, _FD.TYPE_SINT32, _FD.TYPE_SFIXED32), _INT32),
    **dict.fromkeys((_FD.TYPE_INT64, _FD.TYPE_SINT64, _FD.TYPE_SFIXED64), _INT64),
    **dict.fromkeys((_FD.TYPE_UINT32, _FD.TYPE_FIXED32), _UINT32),
    **dict.fromkeys((_FD.TYPE_UINT64, _FD.TYPE_FIXED64), _UINT64),
    _FD.TYPE_DOUBLE: read_double,
    _FD.TYPE_FLOAT: read_float,
    _FD.TYPE_BOOL: read_bool,
    _FD.TYPE_STRING: read_string,
    _FD.TYPE_BYTES: read_bytes,
}
