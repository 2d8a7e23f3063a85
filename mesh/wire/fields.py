"""Field lists as HTTP means them: RFC 9113 sections 8.2 and 8.3, nothing of gRPC."""

import re
from collections.abc import Sequence
from typing import Any

from mesh.wire.errors import ErrorCode, StreamFault

Fields = Sequence[tuple[str, str]]
"""Names and values in order; octets as latin-1."""

_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9a-z]+")
"""A token of RFC 9110 without capitals."""
_STATUS = re.compile(r"[1-9][0-9]{2}")
CONNECTION_SPECIFIC = frozenset({"connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"})
_PSEUDO = frozenset({":method", ":scheme", ":path", ":authority"})
_NAMES_KEPT = 1_024

_HEADS_KEPT = 64
_ALIKE = 8
"""Fields that what calls have in common is looked for in: after those that gRPC itself sends come ids and tokens."""
_SHORT = 64
"""Characters up to which looking at each costs less than looking for those that are wrong."""

_good_names: set[str] = set()
"""Names that were looked at before and say nothing to HTTP; bounded, for they come from anybody."""


class Request:
    """The head of a request."""

    __slots__ = ("authority", "begun", "length", "meaning", "method", "path", "rest", "scheme")

    def __init__(self, method: str, scheme: str, path: str, authority: str, rest: Fields) -> None:
        self.method = method
        self.scheme = scheme
        self.path = path
        self.authority = authority
        self.rest = rest
        """The fields that are not pseudo-header fields, without those of `begun`."""
        self.length = -1
        """The content-length, -1 where there is none."""
        self.begun: Request | None = None
        """The head that many requests begin with alike: its fields come before the rest."""
        self.meaning: Any = None
        """What the rest means to whoever reads it, kept for the requests that begin with this one."""

    @property
    def fields(self) -> Fields:
        """All fields that are not pseudo-header fields."""
        return self.rest if self.begun is None else [*self.begun.rest, *self.rest]


TOO_LARGE = Request("", "", "", "", ())
"""Stands for the head of a request whose fields are more than we take."""
_NONE = Request("", "", "", "", ())
"""Stands for fields that begin no request by themselves."""


class Heads:
    """Reads the heads of a connection's requests: what many begin with alike is read once."""

    __slots__ = ("_begun",)

    def __init__(self) -> None:
        self._begun: dict[tuple[tuple[str, str], ...], Request] = {}

    def request(self, fields: Fields, indexed: int) -> Request:
        """Return the head of a request; raises StreamFault for one that is malformed.

        `indexed` fields at the beginning were sent before, so that a call differs from others in the rest.
        """
        count = min(indexed, _ALIKE)
        alike = tuple(fields[:count])
        begun = self._begun.get(alike)
        if begun is None:
            begun = self._learn(alike)
        rest = fields[count:]
        if begun is _NONE or (rest and rest[0][0][:1] == ":"):
            return _request(fields)
        made = Request(begun.method, begun.scheme, begun.path, begun.authority, rest)
        made.begun = begun
        made.length = check(rest, begun.length)
        return made

    def _learn(self, alike: tuple[tuple[str, str], ...]) -> Request:
        try:
            begun = _request(alike)
        except StreamFault:
            begun = _NONE
        if len(self._begun) >= _HEADS_KEPT:
            self._begun.clear()
        self._begun[alike] = begun
        return begun


def _request(fields: Fields) -> Request:
    count = 0
    head: dict[str, str] = {}
    for name, value in fields:
        if name[:1] != ":":
            break
        if name not in _PSEUDO or name in head:
            raise _malformed(f"pseudo-header field {name!r}")
        head[name] = value
        count += 1
    try:
        method, scheme, path = head[":method"], head[":scheme"], head[":path"]
    except KeyError as missing:
        raise _malformed(f"no pseudo-header field {missing}") from None
    if not path:
        raise _malformed("an empty :path")
    authority = head.get(":authority", "")
    if not (method + scheme + path + authority).isprintable():
        raise _malformed("the value of a pseudo-header field")
    rest = fields[count:]
    made = Request(method, scheme, path, authority, rest)
    made.length = check(rest)
    return made


def response(fields: Fields) -> tuple[str, Fields, int]:
    """Return the status, the other fields and the length of a response's head, or an empty status for trailers."""
    if fields and fields[0][0] == ":status":
        status, rest = fields[0][1], fields[1:]
        if _STATUS.fullmatch(status) is None:
            raise _malformed("a :status that is no three digits")
    else:
        status, rest = "", fields
    return status, rest, check(rest)


def check(fields: Fields, length: int = -1) -> int:
    """Return the content-length, `length` where there is none; raises StreamFault for what no field may be."""
    for name, value in fields:
        if len(value) > _SHORT or not value.isprintable() or value[:1] == " " or value[-1:] == " ":
            _check_value(name, value)
        if name not in _good_names:
            if name == "content-length":
                length = _content_length(length, value)
            elif name != "te":
                _check_name(name)
            elif value != "trailers":
                raise _malformed("te may only be trailers")
    return length


def _check_name(name: str) -> None:
    if _NAME.fullmatch(name) is None:
        raise _malformed("a field name that is no token in small letters")
    if name in CONNECTION_SPECIFIC:
        raise _malformed(f"the connection-specific field {name}")
    if len(_good_names) < _NAMES_KEPT:
        _good_names.add(name)


def _check_value(name: str, value: str) -> None:
    if value != value.strip(" \t") or "\0" in value or "\r" in value or "\n" in value:
        raise _malformed(f"the value of {name}")


def _content_length(known: int, value: str) -> int:
    if not (value.isascii() and value.isdigit()) or len(value) > 18:  # noqa: PLR2004 - fits 64 bits
        raise _malformed("content-length is no number")
    length = int(value)
    if known not in {-1, length}:
        raise _malformed("two lengths")
    return length


def _malformed(what: str) -> StreamFault:
    return StreamFault(ErrorCode.PROTOCOL_ERROR, f"malformed: {what}")
