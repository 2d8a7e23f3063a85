"""Enums as JSON shows them: without the prefix that every value of an enum repeats."""

import re
from collections.abc import Mapping
from functools import cache

from google.protobuf.descriptor import EnumDescriptor

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def prefix(enum: EnumDescriptor) -> str:
    """Return what the names of the values begin with, "VISIBILITY_" for Visibility; empty unless all of them do."""
    word = _WORD.sub("_", enum.name).upper() + "_"
    return word if all(value.name.startswith(word) for value in enum.values) else ""


@cache
def names(enum: EnumDescriptor) -> Mapping[int, str]:
    """Return what is written for each number: "PUBLIC" for VISIBILITY_PUBLIC."""
    cut = len(prefix(enum))
    return {value.number: value.name[cut:] for value in reversed(enum.values)}  # of aliases the first one


@cache
def numbers(enum: EnumDescriptor) -> Mapping[str, int]:
    """Return the number of each spelling in upper case: short, in full, or the number itself."""
    cut = len(prefix(enum))
    found: dict[str, int] = {}
    for value in enum.values:
        for spelling in (value.name, value.name[cut:], str(value.number)):
            found.setdefault(spelling.upper(), value.number)
    return found


def read(enum: EnumDescriptor, given: object) -> int:
    """Return the number of a value of the enum; raises ValueError."""
    known = numbers(enum)
    number = known.get(given) if isinstance(given, str) else None
    if number is None and type(given) in {str, int}:
        number = known.get(str(given).upper())
    if number is None:
        shown = [name for _, name in sorted(names(enum).items()) if name != "UNSPECIFIED"]
        raise ValueError(f"must be one of {', '.join(shown)}")
    return number
