"""What every call has in common for its client: how it is sent, what may come back, how it ends."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import grpc

from mesh.wire import messages, metadata, status
from mesh.wire.body import Inbox
from mesh.wire.client.outset import Outset
from mesh.wire.errors import ErrorCode
from mesh.wire.fields import Fields
from mesh.wire.status import RpcFault

if TYPE_CHECKING:
    from mesh.wire.client.protocol import ClientWire
    from mesh.wire.stream import Stream

REFUSALS = 3
"""How often a call that no server looked at is sent again."""

_OK = grpc.StatusCode.OK
CANCELLED = "the call was cancelled by its caller"


SLOTS = (
    "_code",
    "_details",
    "_frames",
    "_frames_size",
    "_gave_up",
    "_half_closed",
    "_inbox",
    "_initial",
    "_outset",
    "_parse",
    "_refused",
    "_slot",
    "_stream",
    "_trailing",
    "_unpack",
    "_waiters",
    "_wire",
)
"""Of every call; see Call."""


class Call:
    """What all have in common. Subclasses have the slots: one of them is a Future, whose layout takes no others."""

    __slots__ = ()

    _outset: Outset
    _parse: Callable[[bytes], Any] | None
    _frames: list[bytes] | None
    """Requests to send, or to send again."""
    _frames_size: int
    _half_closed: bool
    _wire: "ClientWire | None"
    _stream: "Stream | None"
    _slot: int
    _refused: int
    _inbox: Inbox | None
    _initial: Fields | None
    _trailing: Fields
    _unpack: Callable[[bytes, int], bytes] | None
    _code: grpc.StatusCode | None
    _details: str
    _gave_up: bool
    _waiters: list[asyncio.Future[None]] | None

    def _set_out(self, outset: Outset, parse: Callable[[bytes], Any] | None, frames: list[bytes]) -> None:
        self._outset = outset
        self._parse = parse
        self._frames = frames
        self._frames_size = 0
        self._half_closed = False
        self._wire = None
        self._stream = None
        self._slot = -1
        self._refused = 0
        self._inbox = None
        self._initial = None
        self._trailing = ()
        self._unpack = None
        self._code = None
        self._details = ""
        self._gave_up = False
        self._waiters = None

    def _depart(self) -> None:
        """Send, or wait for a connection."""
        outset = self._outset
        outset.channel.send(self)
        if outset.expires is not None and self._code is None:
            self._slot = outset.channel.wheel.enter(self, outset.expires)

    # ── what the channel tells ──

    @property
    def waits_for_ready(self) -> bool:
        """Whether a connection that cannot be made is no reason to fail."""
        return self._outset.wait

    def begin(self, wire: "ClientWire") -> None:
        """Send what there is on this connection."""
        outset = self._outset
        expires = outset.expires
        fields = outset.fields
        if expires is not None:
            fields = [("grpc-timeout", metadata.timeout_text(expires - wire.loop.time())), *fields]
        http = wire.http
        self._wire = wire
        stream = self._stream = http.open_stream()
        stream.call = self
        frames = self._frames or ()
        http.send_request(stream, outset.head, fields)
        last = len(frames) - 1 if self._half_closed else -1
        for index, frame in enumerate(frames):
            http.send_data(stream, frame, end=index == last)
        if self._half_closed and not frames:
            http.send_data(stream, b"", end=True)
        wire.kick()

    def fail(self, code: grpc.StatusCode, details: str) -> None:
        """End the call for a reason of this side's."""
        if self._code is None:
            self._end(code, details)

    # ── what the connection tells ──

    def on_fields(self, http_status: str, fields: Fields, *, ended: bool) -> None:
        """Take the head of the response, or its trailers, or both in one."""
        try:
            if http_status:
                self._take_head(http_status, fields, ended=ended)
            else:
                self._need_head("trailers")
            if ended:
                self._take_trailers(fields)
        except RpcFault as fault:
            self._break(fault)

    def on_data(self, data: bytes, *, ended: bool) -> None:
        """Take octets of the body."""
        if self._code is not None:
            return
        wire, stream = self._wire, self._stream
        assert wire is not None and stream is not None, "data comes on a stream"  # noqa: S101,PT018
        try:
            self._need_head("data")
            if self._inbox is None:
                self._inbox = Inbox(wire, stream)
            self._inbox.take(data)
        except RpcFault as fault:
            self._break(fault)
        if ended:
            self._abandon(grpc.StatusCode.INTERNAL, "the response has no trailers")

    def on_reset(self, code: ErrorCode, message: str) -> None:
        """The stream is over without a status."""
        if code is ErrorCode.REFUSED_STREAM and self._try_again():
            return
        expires = self._outset.expires
        if code is ErrorCode.CANCEL and expires is not None and self._outset.channel.loop.time() >= expires:
            self.fail(grpc.StatusCode.DEADLINE_EXCEEDED, "the deadline has passed")  # the server's timer came first
            return
        self.fail(status.of_reset(code), message or f"the server reset the stream: {code.name}")

    def on_lost(self, why: str) -> None:
        """The connection is gone."""
        self.fail(grpc.StatusCode.UNAVAILABLE, why)

    def on_unseen(self) -> None:
        """The server goes away and never looked at the stream."""
        if not self._try_again():
            self.fail(grpc.StatusCode.UNAVAILABLE, "the server goes away")

    def expired(self) -> None:
        """The deadline has passed (called by the wheel)."""
        self._slot = -1
        self._abandon(grpc.StatusCode.DEADLINE_EXCEEDED, "the deadline has passed")

    # ── inside ──

    def _need_head(self, what: str) -> None:
        if self._initial is None:
            raise RpcFault(grpc.StatusCode.INTERNAL, f"{what} before the head of the response")

    def _take_head(self, http_status: str, fields: Fields, *, ended: bool) -> None:
        if self._initial is not None:
            raise RpcFault(grpc.StatusCode.INTERNAL, "two heads of one response")
        self._frames = None  # the server looks at it: it is not sent again
        content_type = encoding = ""
        for name, value in fields:
            if name == "content-type":
                content_type = value
            elif name == "grpc-encoding":
                encoding = value
        if http_status != "200" and not (ended and any(name == "grpc-status" for name, _ in fields)):
            raise RpcFault(status.of_http(http_status), f"the server answered with HTTP status {http_status}")
        if content_type != metadata.GRPC and http_status == "200" and not metadata.is_grpc(content_type):
            raise RpcFault(grpc.StatusCode.UNKNOWN, f"the server answered with content-type {content_type[:64]!r}")
        unpack = messages.decoder(encoding)
        if unpack is None:
            raise RpcFault(grpc.StatusCode.INTERNAL, f"the server answered with grpc-encoding {encoding[:32]!r}")
        self._unpack = unpack
        self._initial = () if ended else fields
        if self._waiters:
            self._wake()

    def _take_trailers(self, fields: Fields) -> None:
        text = message = ""
        for name, value in fields:
            if name == "grpc-status":
                text = value
            elif name == "grpc-message":
                message = value
        self._trailing = fields
        if not text:
            raise RpcFault(grpc.StatusCode.UNKNOWN, "the response has no grpc-status")
        code = status.of_text(text)
        if code is _OK and self._inbox is not None and self._inbox.is_within:
            raise RpcFault(grpc.StatusCode.INTERNAL, "the response ends within a message")
        self._end(code, status.decode_message(message))

    def _break(self, fault: RpcFault) -> None:
        """The response makes no sense: the stream is of no more use."""
        self._abandon(fault.code, messages.told_by("CLIENT", fault))

    def _abandon(self, code: grpc.StatusCode, details: str) -> None:
        """End the call on both sides."""
        if self._code is not None:
            return
        wire, stream = self._wire, self._stream
        self._end(code, details)
        if wire is None:
            self._outset.channel.forget(self)
        elif stream is not None:
            wire.http.send_reset(stream, ErrorCode.CANCEL)
            wire.kick()
            wire.stream_closed()

    def _try_again(self) -> bool:
        """Send the call again on another connection: no server has looked at it."""
        if self._code is not None or self._frames is None or self._refused >= REFUSALS:
            return False
        self._refused += 1
        self._wire = self._stream = None
        self._outset.channel.send(self)
        return True

    def _end(self, code: grpc.StatusCode, details: str) -> None:
        self._code, self._details = code, details
        self._frames = None
        if self._slot >= 0:
            self._outset.channel.wheel.leave(self, self._slot)
            self._slot = -1
        if self._stream is not None:
            self._stream.call = None
        self._ended()

    def _opened(self, one: messages.Received) -> Any:
        """Return a message as its reader wants it; raises RpcFault for one that cannot be read."""
        flag, body = one
        if flag:
            assert self._unpack is not None, "the head has come"  # noqa: S101
            body = self._unpack(body, self._outset.channel.limits.max_message_bytes)
        if self._parse is None:
            return body
        try:
            return self._parse(body)
        except Exception as error:
            raise RpcFault(grpc.StatusCode.INTERNAL, f"the reply cannot be parsed: {error!r}"[:256]) from error

    def _framed(self, body: bytes) -> bytes:
        """Return a request with its prefix; raises RpcFault for one above the limit."""
        outset = self._outset
        return messages.outgoing(body, outset.channel.limits.max_message_bytes, zipped=outset.zipped)

    def _error(self) -> grpc.aio.AioRpcError:
        assert self._code is not None, "the call is over"  # noqa: S101
        return grpc.aio.AioRpcError(
            self._code, _pairs(self._initial or ()), _pairs(self._trailing), self._details, self._details
        )

    def _ended(self) -> None:
        """Tell whoever waits for the end."""
        raise NotImplementedError

    def _wake(self) -> None:
        """Tell whoever waits that something happened."""
        waiters, self._waiters = self._waiters, None
        for waiter in waiters or ():
            if not waiter.done():
                waiter.set_result(None)

    async def _something(self) -> None:
        """Wait for the next thing that happens to the call."""
        waiter = self._outset.channel.loop.create_future()
        if self._waiters is None:
            self._waiters = []
        self._waiters.append(waiter)
        await waiter

    async def _over(self) -> None:
        """Wait for the end, which is no error here."""
        raise NotImplementedError

    # ── grpc.aio.Call ──

    async def initial_metadata(self) -> grpc.aio.Metadata:
        """Return the metadata of the head; waits for it."""
        await self._head_or_end()
        return _pairs(self._initial or ())

    async def trailing_metadata(self) -> grpc.aio.Metadata:
        """Return the metadata of the status; waits for it."""
        await self._over()
        return _pairs(self._trailing)

    async def code(self) -> grpc.StatusCode:
        """Return the status; waits for it."""
        await self._over()
        return self._code or grpc.StatusCode.UNKNOWN

    async def details(self) -> str:
        """Return the text of the status; waits for it."""
        await self._over()
        return self._details

    async def debug_error_string(self) -> str:
        """Return the same: there is no other."""
        return await self.details()

    async def wait_for_connection(self) -> None:
        """Wait until the server has answered with a head; raises grpc.aio.AioRpcError for a call that failed."""
        await self._head_or_end()
        if self._code is not None and self._code is not _OK:
            raise self._error()

    def time_remaining(self) -> float | None:
        """Return the seconds until the deadline, None when there is none."""
        expires = self._outset.expires
        return None if expires is None else max(0.0, expires - self._outset.channel.loop.time())

    async def _head_or_end(self) -> None:
        while self._initial is None and self._code is None:
            await self._something()


def _pairs(fields: Fields) -> grpc.aio.Metadata:
    try:
        return grpc.aio.Metadata(*metadata.of_response(fields))
    except ValueError:  # a binary value that is none: what can be read is shown
        return grpc.aio.Metadata(*((name, value) for name, value in fields if not name.endswith("-bin")))
