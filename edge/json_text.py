"""JSON text to Python values, with what a hostile text can hold refused."""

import re
from typing import Any

import orjson

from edge.faults import MalformedRequest

MAX_DEPTH = 64
"""Levels of lists or objects; no message of the contract is half as deep."""

_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
"""How UTF-8, UTF-16 in either order begin when an editor wrote them."""
_KEYS = re.compile(rb'"(?:[^"\\]|\\.)*"(\s*:)?', re.DOTALL)


def parse(text: bytes | bytearray) -> Any:
    """Return the value of a JSON text.

    Raises MalformedRequest for what is no JSON in UTF-8, is too deep, or gives one key of an object twice: which of
    the two would count is nothing two programs agree on.
    """
    if text.startswith(_MARKS):
        raise MalformedRequest("the body begins with a byte order mark: send UTF-8 without one")
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise MalformedRequest(f"the body is not JSON: {str(error)[:200]}") from None
    kind = type(value)
    if kind is dict or kind is list:
        keys = _count_keys(value, MAX_DEPTH)
        # As many colons as keys: no key was lost. Otherwise some stand in texts, or a key came twice.
        if keys != text.count(b":") and keys != sum(1 for found in _KEYS.finditer(text) if found[1] is not None):
            raise MalformedRequest("the body is not clear: an object has the same key twice")
    return value


def _count_keys(value: Any, levels: int) -> int:
    """Count the keys of all objects within; raises MalformedRequest for too deep a value."""
    if not levels:
        raise MalformedRequest(f"the body is nested more than {MAX_DEPTH} levels deep")
    keys, items = (len(value), value.values()) if type(value) is dict else (0, value)
    for item in items:
        kind = type(item)
        if kind is dict or kind is list:
            keys += _count_keys(item, levels - 1)
    return keys
