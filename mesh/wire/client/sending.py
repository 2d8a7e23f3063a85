"""The sending half of calls with a stream of requests."""

import asyncio
import logging
from collections.abc import AsyncIterable, Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Any

import grpc

from mesh.wire.client.call import CANCELLED, Call
from mesh.wire.status import RpcFault
from mesh.wire.transport import BACKLOG

if TYPE_CHECKING:
    from mesh.wire.client.protocol import ClientWire

Requests = Iterable[Any] | AsyncIterable[Any]

REPLAYED = 64 * 1024
"""Octets of requests kept until the server shows that it looked at the call; with more it is not sent again."""

_log = logging.getLogger(__name__)


class Sending(Call):
    """Requests come from an iterator or from `write`; subclasses have the slots, and can be cancelled."""

    __slots__ = ()

    _serialize: Callable[[Any], bytes] | None
    _sending: asyncio.Task[None] | None
    """What sends the requests of an iterator."""

    def cancel(self) -> bool:
        """End the call in both directions; False when it is over."""
        raise NotImplementedError

    async def write(self, request: Any) -> None:
        """Send a request, waiting while the server is slow; raises when the call is over."""
        body = request if self._serialize is None else self._serialize(request)
        if self._code is not None:
            raise self._finished()
        if self._half_closed:
            raise asyncio.InvalidStateError("done_writing was called: nothing more can be sent")
        try:
            frame = self._framed(body)
        except RpcFault as fault:
            self._break(fault)
            raise self._error() from None
        self._keep(frame)
        wire, stream = self._wire, self._stream
        if wire is None or stream is None:  # goes out with the head
            while self._frames_size > BACKLOG and self._wire is None and self._code is None:
                await self._guard(self._something())
        else:
            await self._guard(wire.write(stream, frame))

    async def done_writing(self) -> None:
        """Say that no more requests will come."""
        if self._half_closed or self._code is not None:
            return
        self._half_closed = True
        wire, stream = self._wire, self._stream
        if wire is not None and stream is not None:
            wire.http.send_data(stream, b"", end=True)
            wire.kick()

    def begin(self, wire: "ClientWire") -> None:
        """Send what there is on this connection."""
        super().begin(wire)
        if self._frames_size > REPLAYED:
            self._frames = None
        self._wake()

    def _send(self, serialize: Callable[[Any], bytes] | None, requests: Requests | None) -> None:
        """Begin the call, with the requests there are."""
        self._serialize = serialize
        self._sending = None
        self._depart()
        if requests is not None and self._code is None:
            self._sending = self._outset.channel.loop.create_task(self._send_all(requests))

    async def _send_all(self, requests: Requests) -> None:
        try:
            if isinstance(requests, AsyncIterable):
                async for request in requests:
                    await self.write(request)
            else:
                for request in requests:
                    await self.write(request)
            await self.done_writing()
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - an iterator may raise anything
            if self._code is None:  # else the call has ended, of which whoever reads it is told
                self._abandon(grpc.StatusCode.UNKNOWN, f"the requests raised {type(error).__name__}")
                _log.warning("a call ends, for its requests raised %r", error, exc_info=error)

    def _keep(self, frame: bytes) -> None:
        """Keep a request until it is sent, and for the case that no server looks at the call."""
        if self._frames is not None:
            self._frames_size += len(frame)
            if self._frames_size <= REPLAYED or self._wire is None:
                self._frames.append(frame)
            else:
                self._frames = None

    async def _guard(self, waiting: Awaitable[None]) -> None:
        """Wait; whoever is cancelled here has sent half of what it wanted to, so the call ends."""
        try:
            await waiting
        except asyncio.CancelledError:
            self.cancel()
            raise

    def _finished(self) -> BaseException:
        if self._code is grpc.StatusCode.OK:
            return asyncio.InvalidStateError("the call is over: nothing more can be sent")
        return asyncio.CancelledError(CANCELLED) if self._gave_up else self._error()

    def _ended(self) -> None:
        super()._ended()
        if self._sending is not None and self._sending is not asyncio.current_task():
            self._sending.cancel()
