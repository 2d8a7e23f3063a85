"""Calls with a stream of requests, of replies, or of both."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable, Generator, Iterable
from typing import TYPE_CHECKING, Any

import grpc

from mesh.wire import messages
from mesh.wire.client.call import CANCELLED, SLOTS, Call
from mesh.wire.client.outset import Outset
from mesh.wire.status import RpcFault
from mesh.wire.transport import BACKLOG

if TYPE_CHECKING:
    from mesh.wire.client.protocol import ClientWire

REPLAYED = 64 * 1024
"""Octets of requests kept until the server shows that it looked at the call; with more it is not sent again."""

_OK = grpc.StatusCode.OK


class _StreamCall(Call):
    """A call with a stream in at least one direction."""

    __slots__ = (*SLOTS, "__weakref__", "_callbacks", "_waiters")

    def __init__(self, outset: Outset, parse: Callable[[bytes], Any] | None) -> None:
        self._set_out(outset, parse, [])
        self._callbacks: list[Callable[[Any], None]] = []
        self._waiters: list[asyncio.Future[None]] = []

    def cancel(self) -> bool:
        """End the call in both directions; False when it is over."""
        if self._code is not None:
            return False
        self._gave_up = True
        self._abandon(grpc.StatusCode.CANCELLED, CANCELLED)
        return True

    def cancelled(self) -> bool:
        """Tell whether its caller cancelled it."""
        return self._gave_up

    def done(self) -> bool:
        """Tell whether it is over."""
        return self._code is not None

    def add_done_callback(self, callback: Callable[[Any], None]) -> None:
        """Call `callback` with this call when it is over, at once if it is."""
        if self._code is not None:
            callback(self)
        else:
            self._callbacks.append(callback)

    def _heard_head(self) -> None:
        self._wake()

    def _ended(self) -> None:
        if self._inbox is not None:
            if self._trailing:  # the server's last word: what it sent before is still to be read
                self._inbox.end()
            else:
                self._inbox.drop()
        self._wake()
        callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:  # as a future does: what one raises is not for the connection to hear
            self._outset.channel.loop.call_soon(callback, self)

    def _wake(self) -> None:
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def _something(self) -> None:
        """Wait for the next thing that happens to the call."""
        waiter = self._outset.channel.loop.create_future()
        self._waiters.append(waiter)
        await waiter

    async def _head_or_end(self) -> None:
        while self._initial is None and self._code is None:
            await self._something()

    async def _over(self) -> None:
        while self._code is None:
            await self._something()

    async def _read(self) -> Any:
        """Return the next reply, grpc.aio.EOF after the last of a call that ended well; raises for any other end."""
        try:
            while self._inbox is None:
                if self._code is not None:
                    return self._eof()
                await self._something()
            one = await self._inbox.read()
        except asyncio.CancelledError:
            self.cancel()
            raise
        if one is None:
            return self._eof()
        try:
            return self._opened(one)
        except RpcFault as fault:
            self._abandon(fault.code, messages.told_by("CLIENT", fault))
            if self._code is _OK:  # the status had come before anybody looked at the message
                self._code, self._details = fault.code, messages.told_by("CLIENT", fault)
            raise self._error() from None

    def _eof(self) -> Any:
        if self._gave_up:
            raise asyncio.CancelledError(CANCELLED)
        if self._code is not _OK:
            raise self._error()
        return grpc.aio.EOF

    def on_data(self, data: bytes, *, ended: bool) -> None:
        """Take octets of the body."""
        first = self._inbox is None
        super().on_data(data, ended=ended)
        if first:
            self._wake()

    # ── requests ──

    async def _write(self, body: bytes) -> None:
        if self._code is not None:
            raise self._finished()
        if self._half_closed:
            raise asyncio.InvalidStateError("done_writing was called: nothing more can be sent")
        try:
            frame = self._framed(body)
        except RpcFault as fault:
            self._abandon(fault.code, messages.told_by("CLIENT", fault))
            raise self._error() from None
        self._keep(frame)
        wire, stream = self._wire, self._stream
        if wire is None or stream is None:  # goes out with the head
            if self._frames_size > BACKLOG:
                await self._wait_until(lambda: self._wire is not None)
            return
        if not stream.local_open:
            raise self._finished()
        await self._guard(wire.write(stream, frame))

    def _keep(self, frame: bytes) -> None:
        """Keep a request for the case that no server looks at the call."""
        frames = self._frames
        if frames is not None:
            self._frames_size += len(frame)
            if self._frames_size <= REPLAYED or self._wire is None:
                frames.append(frame)
            else:
                self._frames = None

    async def _wait_until(self, fulfilled: Callable[[], bool]) -> None:
        while not fulfilled() and self._code is None:
            await self._guard(self._something())

    async def _guard(self, waiting: Any) -> None:
        """Wait; whoever is cancelled here has sent half of what it wanted to, so the call ends."""
        try:
            await waiting
        except asyncio.CancelledError:
            self.cancel()
            raise

    def _finished(self) -> Exception:
        if self._code is None or self._code is _OK:
            return asyncio.InvalidStateError("the call is over: nothing more can be sent")
        return asyncio.CancelledError(CANCELLED) if self._gave_up else self._error()  # type: ignore[return-value]

    def begin(self, wire: "ClientWire") -> None:
        """Send what there is on this connection."""
        super().begin(wire)
        self._wake()

    async def _done_writing(self) -> None:
        if self._half_closed or self._code is not None:
            return
        self._half_closed = True
        wire, stream = self._wire, self._stream
        if wire is not None and stream is not None and stream.local_open:
            wire.http.send_data(stream, b"", end=True)
            wire.kick()


class RepliesCall(_StreamCall):
    """One request, a stream of replies."""

    __slots__ = ()

    def __init__(self, outset: Outset, parse: Callable[[bytes], Any] | None, request: bytes) -> None:
        super().__init__(outset, parse)
        self._half_closed = True
        try:
            self._frames = [self._framed(request)]
        except RpcFault as fault:
            self.fail(fault.code, messages.told_by("CLIENT", fault))
        else:
            self._depart()

    async def read(self) -> Any:
        """Return the next reply, grpc.aio.EOF after the last; raises grpc.aio.AioRpcError."""
        return await self._read()

    async def __aiter__(self) -> AsyncIterator[Any]:
        while (message := await self._read()) is not grpc.aio.EOF:
            yield message


class _SendingCall(_StreamCall):
    """A call with a stream of requests, from an iterator or from `write`."""

    __slots__ = ("_sending", "_serialize")

    def __init__(
        self,
        outset: Outset,
        parse: Callable[[bytes], Any] | None,
        serialize: Callable[[Any], bytes] | None,
        requests: Iterable[Any] | AsyncIterable[Any] | None,
    ) -> None:
        super().__init__(outset, parse)
        self._serialize = serialize
        self._sending: asyncio.Task[None] | None = None
        self._depart()
        if requests is not None:
            self._sending = outset.channel.loop.create_task(self._send_all(requests))

    async def write(self, request: Any) -> None:
        """Send a request, waiting while the server is slow; raises when the call is over."""
        await self._write(request if self._serialize is None else self._serialize(request))

    async def done_writing(self) -> None:
        """Say that no more requests will come."""
        await self._done_writing()

    async def _send_all(self, requests: Iterable[Any] | AsyncIterable[Any]) -> None:
        try:
            if isinstance(requests, AsyncIterable):
                async for request in requests:
                    await self.write(request)
            else:
                for request in requests:
                    await self.write(request)
        except (grpc.aio.AioRpcError, asyncio.InvalidStateError):
            return  # the call has ended: whoever reads it is told why
        except BaseException as error:
            if self._code is None:
                self._abandon(grpc.StatusCode.UNKNOWN, f"the requests raised {type(error).__name__}")
            if not isinstance(error, asyncio.CancelledError):
                raise
        await self._done_writing()

    def _ended(self) -> None:
        super()._ended()
        if self._sending is not None and self._sending is not asyncio.current_task():
            self._sending.cancel()


class RequestsCall(_SendingCall):
    """A stream of requests, one reply: awaiting it gives the reply."""

    __slots__ = ()

    def __await__(self) -> Generator[Any, None, Any]:
        return self._reply().__await__()

    async def _reply(self) -> Any:
        reply = await self._read()
        if reply is grpc.aio.EOF:
            self._code, self._details = grpc.StatusCode.INTERNAL, "no reply from a method that gives one"
            raise self._error()
        if await self._read() is not grpc.aio.EOF:
            self._abandon(grpc.StatusCode.INTERNAL, "more than one reply from a method that gives one")
            raise self._error()
        return reply


class DuplexCall(_SendingCall):
    """Streams both ways."""

    __slots__ = ()

    async def read(self) -> Any:
        """Return the next reply, grpc.aio.EOF after the last; raises grpc.aio.AioRpcError."""
        return await self._read()

    async def __aiter__(self) -> AsyncIterator[Any]:
        while (message := await self._read()) is not grpc.aio.EOF:
            yield message
