"""gRPC's messages within a body: a flag, a length of four octets, the message; compressed or not."""

import struct
import zlib
from collections.abc import Callable
from typing import Literal

import grpc

from mesh.wire.status import RpcFault

_PREFIX = struct.Struct(">BI")
_GZIP = 16 + zlib.MAX_WBITS  # zlib reads and writes the gzip format with these
_LEVEL = 6

IDENTITY = "identity"
GZIP = "gzip"
ACCEPTED = "identity,gzip"
"""What grpc-accept-encoding says."""

Received = tuple[int, bytes]
"""The flag and the octets of a message as it came."""


def framed(message: bytes) -> bytes:
    """Return a message with its prefix."""
    return _PREFIX.pack(0, len(message)) + message


def framed_gzip(message: bytes) -> bytes:
    """Return a message with its prefix, compressed."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
    packed = packer.compress(message) + packer.flush()
    return _PREFIX.pack(1, len(packed)) + packed


def outgoing(message: bytes, most: int, *, zipped: bool) -> bytes:
    """Return a message with its prefix, compressed or not; raises TooLarge for one above `most` octets."""
    if len(message) > most:
        raise TooLarge("Sent", most, len(message))
    return framed_gzip(message) if zipped else framed(message)


def decoder(encoding: str) -> Callable[[bytes, int], bytes] | None:
    """Return what undoes `encoding` up to a size, None for one that is not known here."""
    return {IDENTITY: _refuse, "": _refuse, GZIP: _inflate}.get(encoding)


def _refuse(_packed: bytes, _most: int) -> bytes:
    raise RpcFault(grpc.StatusCode.INTERNAL, "a message is flagged as compressed, and grpc-encoding says nothing")


def _inflate(packed: bytes, most: int) -> bytes:
    unpacker = zlib.decompressobj(_GZIP)
    try:
        message = unpacker.decompress(packed, most + 1)
    except zlib.error:
        raise RpcFault(grpc.StatusCode.INTERNAL, "a message is not the gzip data it should be") from None
    if len(message) > most:
        raise TooLarge("Received", most)
    if not unpacker.eof or unpacker.unused_data:
        raise RpcFault(grpc.StatusCode.INTERNAL, "a message is not the gzip data it should be")
    return message


class TooLarge(RpcFault):
    """A message is above the limit, in gRPC's own words, which callers look for; they begin with who found it."""

    def __init__(self, what: str, most: int, size: int | None = None) -> None:
        known = f"{size} vs. {most}" if size is not None else f"{most} octets"
        super().__init__(grpc.StatusCode.RESOURCE_EXHAUSTED, f"{what} message larger than max ({known})")


def told_by(side: Literal["SERVER", "CLIENT"], fault: RpcFault) -> str:
    """Return the text of a status for what `side` found."""
    return f"{side}: {fault.details}" if isinstance(fault, TooLarge) else fault.details


_SMALL = 512
"""Octets: parts of a message below this are kept in one piece, for each object costs 50 octets more."""


class Deframer:
    """Cuts a body into messages, however its octets arrive."""

    __slots__ = ("_have", "_most", "_need", "_parts")

    def __init__(self, most: int) -> None:
        self._most = most
        self._parts: list[bytes | bytearray] = []
        self._have = 0
        self._need = 0

    @property
    def is_within(self) -> bool:
        """Whether a message was begun and is not complete."""
        return bool(self._parts)

    @property
    def kept(self) -> int:
        """Octets of the message that is not complete."""
        return self._have if self._parts else 0

    def drop(self) -> None:
        """Forget the message that is not complete."""
        self._parts.clear()

    def feed(self, data: bytes) -> list[Received]:
        """Return the messages that `data` completes; raises RpcFault for one above the limit."""
        if self._parts:
            self._append(data)
            self._have += len(data)
            if self._have < self._need:
                return []
            data = b"".join(self._parts)
            self._parts.clear()
        at, end = 0, len(data)
        whole: list[Received] = []
        self._need = _PREFIX.size
        while end - at >= _PREFIX.size:
            flag, size = _PREFIX.unpack_from(data, at)
            if size > self._most:
                raise TooLarge("Received", self._most, size)
            if flag > 1:
                raise RpcFault(grpc.StatusCode.INTERNAL, "the flags of a message are none that gRPC knows")
            stop = at + _PREFIX.size + size
            if stop > end:
                self._need = stop - at
                break
            whole.append((flag, data[at + _PREFIX.size : stop]))
            at = stop
        if at < end:
            self._append(data[at:] if at else data)
            self._have = end - at
        return whole

    def _append(self, data: bytes) -> None:
        parts = self._parts
        if len(data) >= _SMALL:
            parts.append(data)
        elif parts and type(parts[-1]) is bytearray:
            parts[-1] += data
        else:
            parts.append(bytearray(data))
