"""Calls with one reply."""

import asyncio
from collections.abc import Callable
from typing import Any

import grpc

from mesh.wire import messages
from mesh.wire.body import Inbox
from mesh.wire.client.call import CANCELLED, SLOTS, Call
from mesh.wire.client.outset import Outset
from mesh.wire.status import RpcFault

_OK = grpc.StatusCode.OK


class OneReply(Call, asyncio.Future):  # type: ignore[type-arg]
    """A future of the reply: a call costs one object, and its cancellation no callback."""

    __slots__ = (*SLOTS, "_reply")

    _reply: messages.Received | None

    def cancel(self, msg: Any = None) -> bool:
        """End the call; also what happens when the task that awaits it is cancelled."""
        if self._code is not None:
            return False
        self._gave_up = True
        self._abandon(grpc.StatusCode.CANCELLED, CANCELLED)
        return asyncio.Future.cancel(self, msg) if msg is not None else asyncio.Future.cancel(self)

    def on_data(self, data: bytes, *, ended: bool) -> None:
        """Take octets of the body: the whole reply in one frame, as most are, or its parts."""
        if self._inbox is None and self._reply is None and self._initial is not None and not ended:
            size = len(data) - 5
            if 0 <= size <= self._outset.channel.limits.max_message_bytes and (
                int.from_bytes(data[1:5], "big") == size and data[0] <= 1
            ):
                self._reply = data[0], data[5:]
                return
        super().on_data(data, ended=ended)
        inbox = self._inbox
        if inbox is not None and len(inbox) > (self._reply is None):
            self._break(RpcFault(grpc.StatusCode.INTERNAL, "more than one reply from a method that gives one"))

    def _ended(self) -> None:
        if self._waiters:
            self._wake()
        inbox = self._inbox
        if self._gave_up:
            if inbox is not None:
                inbox.drop()
            return
        if self._code is _OK:
            try:
                self._set_reply(inbox)
            except RpcFault as fault:
                self._code, self._details = fault.code, messages.told_by("CLIENT", fault)
        if inbox is not None:
            inbox.drop()
        if self._code is not _OK and not self.done():
            self.set_exception(self._error())
            self._log_traceback = False  # a call nobody awaits is nobody's error

    def _set_reply(self, inbox: Inbox | None) -> None:
        reply = self._reply
        if reply is None and inbox is not None and len(inbox):
            reply = inbox.pop()
        if reply is None:
            raise RpcFault(grpc.StatusCode.INTERNAL, "no reply from a method that gives one")
        self.set_result(self._opened(reply))

    async def _over(self) -> None:
        if not self.done():
            await asyncio.wait((self,))


class UnaryCall(OneReply):
    """One request, one reply."""

    __slots__ = ()

    def __init__(self, outset: Outset, parse: Callable[[bytes], Any] | None, request: bytes) -> None:
        asyncio.Future.__init__(self, loop=outset.channel.loop)
        self._reply = None
        self._set_out(outset, parse, [])
        self._half_closed = True
        try:
            self._frames = [self._framed(request)]
        except RpcFault as fault:
            self.fail(fault.code, messages.told_by("CLIENT", fault))
        else:
            self._depart()
