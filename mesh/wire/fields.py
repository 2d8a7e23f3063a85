"""Field lists as HTTP means them: RFC 9113 sections 8.2 and 8.3, nothing of gRPC."""

import re
from collections.abc import Sequence

from mesh.wire.errors import ErrorCode, StreamFault

Fields = Sequence[tuple[str, str]]
"""Names and values in order; octets as latin-1."""

_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9a-z]+")
"""A token of RFC 9110 without capitals."""
_STATUS = re.compile(r"[1-9][0-9]{2}")
CONNECTION_SPECIFIC = frozenset({"connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"})
_PSEUDO = frozenset({":method", ":scheme", ":path", ":authority"})
_NAMES_KEPT = 1_024

_good_names: set[str] = {"content-type", "te", "user-agent", "grpc-timeout", "grpc-accept-encoding", "authorization"}
"""Names that were looked at before; bounded, for they come from anybody."""


class Request:
    """The head of a request; `fields` are those that are not pseudo-header fields."""

    __slots__ = ("authority", "fields", "length", "method", "path", "scheme")

    def __init__(self, method: str, scheme: str, path: str, authority: str, fields: Fields) -> None:
        self.method = method
        self.scheme = scheme
        self.path = path
        self.authority = authority
        self.fields = fields
        self.length = -1
        """The content-length, -1 where there is none."""


TOO_LARGE = Request("", "", "", "", ())
"""Stands for the head of a request whose fields are more than we take."""


def request(fields: Fields) -> Request:
    """Return the head of a request; raises StreamFault for one that is malformed."""
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


def check(fields: Fields) -> int:
    """Return the content-length, -1 where there is none; raises StreamFault for what no field may be."""
    length = -1
    for name, value in fields:
        if name not in _good_names:
            _check_name(name)
        if name == "te" and value != "trailers":
            raise _malformed("te may only be trailers")
        if name == "content-length":
            length = _content_length(length, value)
        if not value.isprintable() or value[:1] == " " or value[-1:] == " ":
            _check_value(name, value)
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
