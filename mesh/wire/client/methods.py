"""What a channel makes stubs of: one callable for each method, as grpc.aio's channels give them."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import grpc

from mesh.wire import messages
from mesh.wire.client.outset import Outset
from mesh.wire.client.sending import Requests

if TYPE_CHECKING:
    from mesh.wire.client.channel import Channel

Metadata = Iterable[tuple[str, str | bytes]]


class _Callable:
    __slots__ = ("_begin", "_channel", "_head", "_parse", "_write", "_zipped_head")

    def __init__(
        self,
        begin: Callable[..., Any],
        channel: "Channel",
        path: str,
        write: Callable[[Any], bytes] | None,
        parse: Callable[[bytes], Any] | None,
    ) -> None:
        self._begin = begin
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


class OneRequest(_Callable):
    """A method with one request: `await stub.Get(request)`, `async for reply in stub.List(request)`."""

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
    ) -> Any:
        """Begin a call; awaiting it, or reading it to its end, may raise grpc.aio.AioRpcError."""
        _refuse_credentials(credentials)
        outset = self._outset(timeout, metadata, wait_for_ready, compression)
        return self._begin(outset, self._parse, request if self._write is None else self._write(request))


class ManyRequests(_Callable):
    """A method with a stream of requests: `await stub.Collect(requests)`, `chat = stub.Chat()`."""

    __slots__ = ()

    def __call__(
        self,
        request_iterator: Requests | None = None,
        timeout: float | None = None,
        metadata: Metadata | None = None,
        credentials: Any = None,
        wait_for_ready: bool | None = None,
        compression: grpc.Compression | None = None,
    ) -> Any:
        """Begin a call; its requests come from the iterator, or from `write` and `done_writing`."""
        _refuse_credentials(credentials)
        outset = self._outset(timeout, metadata, wait_for_ready, compression)
        return self._begin(outset, self._parse, self._write, request_iterator)


def _refuse_credentials(credentials: Any) -> None:
    if credentials is not None:
        raise NotImplementedError("credentials of single calls travel as metadata here")
