"""Frozen dataclasses filled from environment variables."""

import dataclasses
import os
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar

from mesh.settings.secret import Secret

T = TypeVar("T")
N = TypeVar("N", int, float)

_PREFIX = "GUILD"
_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})


class SettingsError(Exception):
    """Some variables are missing or unreadable; the message names each one on a line of its own."""


def load(cls: type[T], env: Mapping[str, str] | None = None) -> T:
    """Return `cls` filled from `env`: the field `database.dsn` comes from GUILD_DATABASE_DSN.

    A variable that is not set leaves the default of its field; an empty one means None where None is allowed.
    Raises SettingsError with everything that is wrong at once.
    """
    problems: list[str] = []
    value = _fill(cls, os.environ if env is None else env, _PREFIX, problems)
    if problems:
        raise SettingsError("\n".join(problems))
    return typing.cast("T", value)


def names(cls: type) -> frozenset[str]:
    """Return every variable that `load(cls)` reads."""
    return frozenset(_names(cls, _PREFIX))


def _fields(cls: type, prefix: str) -> Iterator[tuple[dataclasses.Field[Any], Any, str]]:
    hints = typing.get_type_hints(cls)
    for field in dataclasses.fields(cls):
        if field.init:
            yield field, hints[field.name], f"{prefix}_{field.name.upper()}"


def _names(cls: type, prefix: str) -> Iterator[str]:
    for _, hint, name in _fields(cls, prefix):
        if dataclasses.is_dataclass(hint):
            yield from _names(typing.cast("type", hint), name)
        else:
            yield name


def _fill(cls: type, env: Mapping[str, str], prefix: str, problems: list[str]) -> object:
    given: dict[str, object] = {}
    for field, hint, name in _fields(cls, prefix):
        if dataclasses.is_dataclass(hint):
            given[field.name] = _fill(typing.cast("type", hint), env, name, problems)
        elif name in env:
            try:
                given[field.name] = _read(hint, env[name])
            except ValueError as error:
                problems.append(f"{name}: {error}")
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            problems.append(f"{name}: not set, and it has no default")
    if problems:
        return None
    try:
        return cls(**given)
    except ValueError as error:  # a group may check its own fields in __post_init__
        problems.append(f"{prefix}_*: {error}")
        return None


def _read(hint: Any, text: str) -> object:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        inner = [kind for kind in arguments if kind is not type(None)]
        return None if not text and len(inner) < len(arguments) else _read(inner[0], text)
    if origin is tuple:
        return tuple(_read(arguments[0], part.strip()) for part in text.split(",") if part.strip())
    if origin is Literal:
        if text not in arguments:
            message = f"must be one of {', '.join(map(str, arguments))}, not {text!r}"
            raise ValueError(message)
        return text
    reader = _READERS.get(hint)
    if reader is None:
        message = f"settings cannot hold a {hint!r}"
        raise TypeError(message)
    return reader(text)


def _number(kind: type[N], what: str) -> Callable[[str], N]:
    def read(text: str) -> N:
        try:
            return kind(text)
        except ValueError:
            message = f"must be {what}, not {text!r}"
            raise ValueError(message) from None

    return read


def _boolean(text: str) -> bool:
    lowered = text.strip().lower()
    if lowered not in _TRUE | _FALSE:
        message = f"must be true or false, not {text!r}"
        raise ValueError(message)
    return lowered in _TRUE


_READERS: Mapping[Any, Callable[[str], object]] = {
    str: str,
    int: _number(int, "a whole number"),
    float: _number(float, "a number"),
    bool: _boolean,
    Path: Path,
    Secret: Secret,
}
