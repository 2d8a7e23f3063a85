"""What generated stubs call: a codec around calls of bytes, with Failures in place of the transport's errors."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Iterable, Mapping
from typing import Any, NamedTuple, Self

import grpc
from google.protobuf.message import DecodeError

from mesh.errors import Failure, Internal, Unavailable
from mesh.rpc.client.line import Line
from mesh.rpc.client.outgoing import Metadata, Outgoing, note_written
from mesh.rpc.client.raw import RawMethod, RawStream
from mesh.rpc.ended import Ended, pairs_of

_Requests = Iterable[Any] | AsyncIterable[Any]


class StreamEnded(Unavailable):
    """The peer has closed the stream; what was written last may not have been read."""

    reason = "STREAM_ENDED"


class PeerChannel:
    """The part of a channel that stubs use; they may be made from it before the peer starts."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def unary_unary(self, method: str, *codec: Any, **named: Any) -> "UnaryCallable":
        """One request, one reply; without a codec both are bytes."""
        return UnaryCallable(RawMethod(self._line, method), _Codec.of(*codec, **named))

    def unary_stream(self, method: str, *codec: Any, **named: Any) -> "UnaryStreamCallable":
        """One request, a stream of replies."""
        return UnaryStreamCallable(RawMethod(self._line, method), _Codec.of(*codec, **named))

    def stream_unary(self, method: str, *codec: Any, **named: Any) -> "StreamUnaryCallable":
        """A stream of requests, one reply."""
        return StreamUnaryCallable(RawMethod(self._line, method), _Codec.of(*codec, **named))

    def stream_stream(self, method: str, *codec: Any, **named: Any) -> "DuplexCallable":
        """Streams both ways."""
        return DuplexCallable(RawMethod(self._line, method), _Codec.of(*codec, **named))


class _Codec(NamedTuple):
    write: Callable[[Any], bytes]
    parse: Callable[[bytes], Any]

    @classmethod
    def of(cls, request_serializer: Any = None, response_deserializer: Any = None, **_: Any) -> Self:
        return cls(request_serializer or _as_it_is, response_deserializer or _as_it_is)

    def read(self, body: bytes) -> Any:
        try:
            return self.parse(body)
        except DecodeError as error:
            raise Internal("a peer's reply is not the message it should be") from error


def _as_it_is(body: Any) -> Any:
    return body


class Answer(NamedTuple):
    """A reply with the metadata that came with its status, such as `ratelimit-remaining`."""

    message: Any
    trailers: Mapping[str, str | bytes]


class _Callable:
    def __init__(self, method: RawMethod, codec: _Codec) -> None:
        self._method = method
        self._codec = codec


class UnaryCallable(_Callable):
    """`await stub.GetUser(request)` gives the reply or raises a Failure."""

    async def __call__(
        self,
        request: Any,
        *,
        timeout: float | None = None,  # noqa: ASYNC109 - gRPC's own name
        metadata: Metadata | None = None,
        **_: Any,
    ) -> Any:
        """Call, again where that is safe; `timeout` is in seconds and never outlasts the current call's deadline."""
        body, _call = await self._finished(request, timeout, metadata)
        return self._codec.read(body)

    async def with_trailers(
        self,
        request: Any,
        *,
        timeout: float | None = None,  # noqa: ASYNC109 - gRPC's own name
        metadata: Metadata | None = None,
    ) -> Answer:
        """Call and give the trailing metadata too."""
        body, call = await self._finished(request, timeout, metadata)
        return Answer(self._codec.read(body), dict(await call.trailing_metadata() or ()))

    async def _finished(self, request: Any, within: float | None, metadata: Metadata | None) -> tuple[bytes, Any]:
        try:
            body, call = await self._method.call(self._codec.write(request), self._method.prepare(within, metadata))
        except Ended as ended:
            raise ended.failure from None
        if self._method.issues_tokens:
            note_written(pairs_of(await call.trailing_metadata()))
        return body, call


class UnaryStreamCallable(_Callable):
    """`async for user in stub.StreamUsers(request)`."""

    def __call__(
        self, request: Any, *, timeout: float | None = None, metadata: Metadata | None = None, **_: Any
    ) -> "Replies":
        """Begin at the first message that is asked for; repeated only as long as nothing came."""
        return Replies(self._method, self._codec, request, self._method.prepare(timeout, metadata))


class StreamUnaryCallable(_Callable):
    """`await stub.Collect(requests)`; never repeated, for the requests are gone."""

    async def __call__(
        self,
        request_iterator: _Requests,
        *,
        timeout: float | None = None,  # noqa: ASYNC109 - gRPC's own name
        metadata: Metadata | None = None,
        **_: Any,
    ) -> Any:
        """Send all requests and give the reply; raises a Failure."""
        stream: RawStream | None = None
        try:
            stream = self._method.open(self._method.prepare(timeout, metadata))
            await _send(stream, self._codec, request_iterator)
            body = await stream.read()
            if body is None or await stream.read() is not None:
                raise Internal("a peer's reply is not one message")
            if self._method.issues_tokens:
                note_written(await stream.trailers())
            return self._codec.read(body)
        except Ended as ended:
            raise ended.failure from None
        finally:
            if stream is not None:
                stream.cancel()


class DuplexCallable(_Callable):
    """`chat = stub.Chat()`, then write, read, done_writing; or iterate."""

    def __call__(
        self,
        request_iterator: _Requests | None = None,
        *,
        timeout: float | None = None,
        metadata: Metadata | None = None,
        **_: Any,
    ) -> "Duplex":
        """Open the stream; never repeated."""
        try:
            stream = self._method.open(self._method.prepare(timeout, metadata))
        except Ended as ended:
            raise ended.failure from None
        return Duplex(stream, self._codec, request_iterator)


class Replies:
    """An async iterator of replies that raises Failures; leaving it early needs `cancel` or `aclose`."""

    def __init__(self, method: RawMethod, codec: _Codec, request: Any, outgoing: Outgoing) -> None:
        self._method = method
        self._codec = codec
        self._request = request
        self._outgoing = outgoing
        self._stream: RawStream | None = None
        self._messages = self._receive()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Any:
        return await anext(self._messages)

    async def aclose(self) -> None:
        """End the stream."""
        await self._messages.aclose()

    def cancel(self) -> None:
        """End the stream from outside of whoever reads it; does nothing to one that is over, or not begun."""
        if self._stream is not None:
            self._stream.cancel()

    async def trailers(self) -> dict[str, str | bytes]:
        """Return the metadata that came with the status; only after the last message."""
        return dict(await self._stream.trailers()) if self._stream is not None else {}

    async def _receive(self) -> AsyncGenerator[Any]:
        try:
            stream, message = await self._first()
            while message is not None:
                yield self._codec.read(message)
                message = await stream.read()
        except Ended as ended:
            raise ended.failure from None
        finally:
            self.cancel()

    async def _first(self) -> tuple[RawStream, bytes | None]:
        self._method.line.budget.earn()
        attempt = 0
        while True:
            attempt += 1
            try:
                self._stream = stream = self._method.open(self._outgoing, self._codec.write(self._request))
                return stream, await stream.read()
            except Ended as ended:
                await self._method.wait_or_raise(self._outgoing, attempt, ended)


class Duplex:
    """An open stream both ways."""

    def __init__(self, stream: RawStream, codec: _Codec, requests: _Requests | None) -> None:
        self._stream = stream
        self._codec = codec
        self._writing = asyncio.Lock()
        self._closed = False
        self._sending = None if requests is None else asyncio.create_task(self._send_all(requests))

    async def write(self, message: Any) -> None:
        """Send one message; waits while the peer is slow. Several tasks may write, their messages go out in turn.

        Raises the Failure the stream ended with, or StreamEnded when it ended well.
        """
        async with self._writing:  # the transport takes one write at a time and breaks the call on a second
            if self._closed or not await self._stream.write(self._codec.write(message)):
                raise await self._ended()

    async def read(self) -> Any:
        """Return the next message, or grpc.aio.EOF when the peer is done."""
        try:
            message = await self._stream.read()
        except Ended as ended:
            if self._sending is not None and self._sending.done():
                self._sending.result()  # raises what the requests themselves broke with
            raise ended.failure from None
        return grpc.aio.EOF if message is None else self._codec.read(message)

    async def done_writing(self) -> None:
        """Say that no more messages will come from here."""
        self._closed = True
        await self._stream.done_writing()

    def cancel(self) -> bool:
        """End the stream in both directions."""
        return self._stream.cancel()

    async def trailers(self) -> dict[str, str | bytes]:
        """Return the metadata that came with the status; waits for the end of the stream."""
        return dict(await self._stream.trailers())

    async def __aiter__(self) -> AsyncIterator[Any]:
        while (message := await self.read()) is not grpc.aio.EOF:
            yield message

    async def _ended(self) -> Failure:
        if not self._closed:
            try:
                await self._stream.end()
            except Ended as ended:
                return ended.failure
        return StreamEnded("the stream has ended: nothing more can be written to it")

    async def _send_all(self, requests: _Requests) -> None:
        try:
            await _send(self._stream, self._codec, requests)
        except BaseException:
            self._stream.cancel()
            raise


async def _send(stream: RawStream, codec: _Codec, requests: _Requests) -> None:
    """Write all requests; stops when the call is over, for then its end says why."""
    if isinstance(requests, AsyncIterable):
        async for request in requests:
            if not await stream.write(codec.write(request)):
                return
    else:
        for request in requests:
            if not await stream.write(codec.write(request)):
                return
    await stream.done_writing()
