"""Metadata and what travels beside it in fields: binary values, time-outs, reserved names."""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from mesh.wire.fields import CONNECTION_SPECIFIC, Fields, Request

Metadata = tuple[tuple[str, str | bytes], ...]
"""Names in small letters; bytes under names that end in -bin."""

GRPC = "application/grpc"
"""The content-type of most calls."""

_NAME = re.compile(r"[0-9a-z_.\-]+")
_RESERVED = frozenset({"te", "content-type", "grpc-timeout", "grpc-encoding", "grpc-accept-encoding", "content-length"})
"""What the transport reads itself; user-agent is shown, as other implementations do."""
_OF_STATUS = frozenset({"content-type", "grpc-status", "grpc-message", "grpc-encoding", "grpc-accept-encoding"})
_ENDS = ("", "+", ";", " ")
_DIGITS = 8
_UNITS = {"H": 3600.0, "M": 60.0, "S": 1.0, "m": 1e-3, "u": 1e-6, "n": 1e-9}
_TIMEOUT = re.compile(r"([0-9]{1,8})([HMSmun])", re.ASCII)
_NAMES_KEPT = 1_024

_checked: set[str] = set()


class Head(NamedTuple):
    """The fields of a request as gRPC means them; empty where a field is missing."""

    metadata: Metadata
    content_type: str
    timeout: str
    encoding: str
    accepted: str


_NOTHING = Head((), "", "", "", "")


def of_request(request: Request) -> Head:
    """Read a request's fields; raises ValueError for a binary value that is no base64."""
    begun = request.begun
    if begun is None:
        return _read(request.rest, _NOTHING)
    head: Head | None = begun.meaning
    if head is None:
        head = begun.meaning = _read(begun.rest, _NOTHING)
    return _read(request.rest, head)


def _read(fields: Fields, head: Head) -> Head:
    kept: list[tuple[str, str | bytes]] = []
    before, content_type, timeout, encoding, accepted = head
    for field in fields:
        name, value = field
        if name not in _RESERVED:
            if name[-4:] != "-bin":
                kept.append(field)
            else:
                kept.extend((name, octets) for octets in _binaries(value))
        elif name == "content-type":
            content_type = value
        elif name == "grpc-timeout":
            timeout = value
        elif name == "grpc-encoding":
            encoding = value
        elif name == "grpc-accept-encoding":
            accepted = value
    return Head((*before, *kept), content_type, timeout, encoding, accepted)


def of_response(fields: Fields) -> Metadata:
    """Return the metadata of a response's head or trailers; raises ValueError as above."""
    kept: list[tuple[str, str | bytes]] = []
    for name, value in fields:
        if name[-4:] == "-bin":
            kept.extend((name, octets) for octets in _binaries(value))
        elif name not in _OF_STATUS:
            kept.append((name, value))
    return tuple(kept)


def is_grpc(content_type: str) -> bool:
    """Tell whether a content-type is gRPC's, with whatever messages; that of gRPC-Web is not."""
    return content_type[: len(GRPC)] == GRPC and content_type[len(GRPC) :][:1] in _ENDS


def sent(metadata: Iterable[tuple[str, str | bytes]]) -> list[tuple[str, str]]:
    """Return metadata as fields; raises ValueError that names the key of what cannot be sent."""
    fields: list[tuple[str, str]] = []
    for name, value in metadata:
        if name not in _checked:
            _check_name(name)
        if name[-4:] == "-bin":
            octets = value.encode() if isinstance(value, str) else value
            fields.append((name, b64encode(octets).rstrip(b"=").decode("ascii")))
            continue
        text = value.decode("latin-1") if isinstance(value, bytes) else value
        if not isinstance(text, str):
            raise ValueError(f"the value of metadata {name!r} is {type(text).__name__}")  # noqa: TRY004 - as all others
        if not (text.isascii() and text.isprintable()):
            raise ValueError(f"the value of metadata {name!r} is not printable ASCII")
        fields.append((name, text.strip(" ")))
    return fields


@lru_cache(maxsize=1_024)
def sent_again(metadata: Metadata) -> tuple[tuple[str, str], ...]:
    """Return what `sent` does, of metadata that many calls send alike: to know it costs a twentieth of making it."""
    return tuple(sent(metadata))


def timeout_text(seconds: float) -> str:
    """Return the value of grpc-timeout: at most eight digits with a unit, never less than what is left."""
    if seconds <= 0:
        return "1n"
    if seconds < 10**_DIGITS / 1e6 - 1:
        return f"{int(seconds * 1e6) + 1}u"
    if seconds < 10**_DIGITS / 1e3 - 1:
        return f"{int(seconds * 1e3) + 1}m"
    return f"{min(int(seconds) + 1, 10**_DIGITS - 1)}S"


def parse_timeout(text: str) -> float:
    """Return the seconds of a grpc-timeout; raises ValueError for anything else."""
    found = _TIMEOUT.fullmatch(text)
    if found is None:
        raise ValueError(f"grpc-timeout is {text[:32]!r}")
    return int(found[1]) * _UNITS[found[2]]


def _check_name(name: str) -> None:
    if _NAME.fullmatch(name) is None or name in _OF_STATUS or name in _RESERVED or name in CONNECTION_SPECIFIC:
        raise ValueError(f"metadata {name[:64]!r} is no name that may be sent")
    if len(_checked) < _NAMES_KEPT:
        _checked.add(name)


def _binaries(value: str) -> Iterable[bytes]:
    """Give the values of a binary field: padded or not, and several where an intermediary has joined them."""
    for part in value.split(","):
        text = part.strip(" ").rstrip("=")
        try:
            yield b64decode(text + "=" * (-len(text) % 4), validate=True)
        except ValueError:  # of binascii, or over characters that are no ASCII
            raise ValueError("a binary value is no base64") from None
