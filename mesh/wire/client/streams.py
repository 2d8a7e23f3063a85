"""Calls with a stream of requests, of replies, or of both."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import grpc

from mesh.wire import messages
from mesh.wire.client.call import CANCELLED, SLOTS, Call
from mesh.wire.client.outset import Outset
from mesh.wire.client.sending import Requests, Sending
from mesh.wire.client.unary import OneReply
from mesh.wire.status import RpcFault

_OK = grpc.StatusCode.OK
_SENDING = ("_sending", "_serialize")


class ManyReplies(Call):
    """A call whose replies are read one by one."""

    __slots__ = (*SLOTS, "__weakref__", "_callbacks")

    def __init__(self, outset: Outset, parse: Callable[[bytes], Any] | None) -> None:
        self._set_out(outset, parse, [])
        self._callbacks: list[Callable[[Any], None]] = []

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
        """Call `callback` with this call soon after it is over, or at once if it is."""
        if self._code is not None:
            callback(self)
        else:
            self._callbacks.append(callback)

    async def read(self) -> Any:
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
            self._break(fault)
            if self._code is _OK:  # the status had come before anybody looked at the message
                self._code, self._details = fault.code, messages.told_by("CLIENT", fault)
            raise self._error() from fault.__cause__

    async def __aiter__(self) -> AsyncIterator[Any]:
        while (message := await self.read()) is not grpc.aio.EOF:
            yield message

    def on_data(self, data: bytes, *, ended: bool) -> None:
        """Take octets of the body."""
        super().on_data(data, ended=ended)
        if self._waiters:
            self._wake()

    def _eof(self) -> Any:
        if self._gave_up:
            raise asyncio.CancelledError(CANCELLED)
        if self._code is not _OK:
            raise self._error()
        return grpc.aio.EOF

    def _ended(self) -> None:
        if self._inbox is not None:
            if self._trailing:  # the server's last word: what it sent before is still to be read
                self._inbox.end()
            else:
                self._inbox.drop()
        self._wake()
        callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:  # later: one that raises must not break what ended the call
            self._outset.channel.loop.call_soon(callback, self)

    async def _over(self) -> None:
        while self._code is None:
            await self._something()


class RepliesCall(ManyReplies):
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


class RequestsCall(Sending, OneReply):
    """A stream of requests, one reply: awaiting it gives the reply."""

    __slots__ = _SENDING

    def __init__(
        self,
        outset: Outset,
        parse: Callable[[bytes], Any] | None,
        serialize: Callable[[Any], bytes] | None,
        requests: Requests | None,
    ) -> None:
        asyncio.Future.__init__(self, loop=outset.channel.loop)
        self._reply = None
        self._set_out(outset, parse, [])
        self._send(serialize, requests)

    def cancel(self, msg: Any = None) -> bool:
        """End the call in both directions; False when it is over."""
        return OneReply.cancel(self, msg)


class DuplexCall(Sending, ManyReplies):
    """Streams both ways."""

    __slots__ = _SENDING

    def __init__(
        self,
        outset: Outset,
        parse: Callable[[bytes], Any] | None,
        serialize: Callable[[Any], bytes] | None,
        requests: Requests | None,
    ) -> None:
        ManyReplies.__init__(self, outset, parse)
        self._send(serialize, requests)

    def cancel(self) -> bool:
        """End the call in both directions; False when it is over."""
        return ManyReplies.cancel(self)
