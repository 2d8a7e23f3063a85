"""What a channel makes stubs of: one callable for each method, as grpc.aio's channels give them."""

from collections.abc import AsyncIterable, Callable, Iterable
from typing import TYPE_CHECKING, Any

import grpc

from mesh.wire import messages
from mesh.wire.client.outset import Outset
from mesh.wire.client.streams import DuplexCall, RepliesCall, RequestsCall
from mesh.wire.client.unary import UnaryCall

if TYPE_CHECKING:
    from mesh.wire.client.channel import Channel

Metadata = Iterable[tuple[str, str | bytes]]
Requests = Iterable[Any] | AsyncIterable[Any]


class _Callable:
    __slots__ = ("_channel", "_head", "_parse", "_write", "_zipped_head")

    def __init__(
        self,
        channel: "Channel",
        path: str,
        write: Callable[[Any], bytes] | None,
        parse: Callable[[bytes], Any] | None,
    ) -> None:
        self._channel = channel
        self._write = write
        self._parse = parse
        self._head = (
            (":method", "POST"),
            (":scheme", channel.scheme),
            (":path", path),
            (":authority", channel.authority),
            ("te", "trailers"),
            ("content-type", "application/grpc"),
            ("user-agent", channel.user_agent),
            ("grpc-accept-encoding", messages.ACCEPTED),
        )
        self._zipped_head = (*self._head, ("grpc-encoding", messages.GZIP))

    def _outset(
        self,
        seconds: float | None,
        metadata: Metadata | None,
        wait_for_ready: bool | None,
        compression: grpc.Compression | None,
    ) -> Outset:
        zipped = compression is grpc.Compression.Gzip
        head = self._zipped_head if zipped else self._head
        return Outset(self._channel, head, metadata, seconds, wait=bool(wait_for_ready), zipped=zipped)


class UnaryUnary(_Callable):
    """`await stub.Get(request)`."""

    __slots__ = ()

    def __call__(
        self,
        request: Any,
        *,
        timeout: float | None = None,
        metadata: Metadata | None = None,
        credentials: Any = None,
        wait_for_ready: bool | None = None,
        compression: grpc.Compression | None = None,
    ) -> UnaryCall:
        """Begin a call; awaiting it gives the reply or raises grpc.aio.AioRpcError."""
        _refuse_credentials(credentials)
        outset = self._outset(timeout, metadata, wait_for_ready, compression)
        return UnaryCall(outset, self._parse, request if self._write is None else self._write(request))


class UnaryStream(_Callable):
    """`async for reply in stub.List(request)`."""

    __slots__ = ()

    def __call__(
        self,
        request: Any,
        *,
        timeout: float | None = None,
        metadata: Metadata | None = None,
        credentials: Any = None,
        wait_for_ready: bool | None = None,
        compression: grpc.Compression | None = None,
    ) -> RepliesCall:
        """Begin a call; its replies are read or iterated."""
        _refuse_credentials(credentials)
        outset = self._outset(timeout, metadata, wait_for_ready, compression)
        return RepliesCall(outset, self._parse, request if self._write is None else self._write(request))


class StreamUnary(_Callable):
    """`await stub.Collect(requests)`."""

    __slots__ = ()

    def __call__(
        self,
        request_iterator: Requests | None = None,
        timeout: float | None = None,
        metadata: Metadata | None = None,
        credentials: Any = None,
        wait_for_ready: bool | None = None,
        compression: grpc.Compression | None = None,
    ) -> RequestsCall:
        """Begin a call; its requests come from the iterator, or from `write` and `done_writing`."""
        _refuse_credentials(credentials)
        outset = self._outset(timeout, metadata, wait_for_ready, compression)
        return RequestsCall(outset, self._parse, self._write, request_iterator)


class StreamStream(_Callable):
    """Streams both ways."""

    __slots__ = ()

    def __call__(
        self,
        request_iterator: Requests | None = None,
        timeout: float | None = None,
        metadata: Metadata | None = None,
        credentials: Any = None,
        wait_for_ready: bool | None = None,
        compression: grpc.Compression | None = None,
    ) -> DuplexCall:
        """Begin a call; as the two above in one."""
        _refuse_credentials(credentials)
        outset = self._outset(timeout, metadata, wait_for_ready, compression)
        return DuplexCall(outset, self._parse, self._write, request_iterator)


def _refuse_credentials(credentials: Any) -> None:
    if credentials is not None:
        raise NotImplementedError("credentials of single calls travel as metadata here")
