"""One call as its server sees it: the context a servicer is given, with the interface of grpc.aio.ServicerContext."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

import grpc

from mesh.wire import messages, metadata, status
from mesh.wire.metadata import Metadata
from mesh.wire.server.methods import Method
from mesh.wire.status import RpcFault
from mesh.wire.stream import Stream

if TYPE_CHECKING:
    from mesh.wire.server.protocol import ServerWire

BACKLOG = 64 * 1024
"""Octets a writer may be ahead of a slow reader before it waits."""

_HEAD = (
    (":status", "200"),
    ("content-type", "application/grpc"),
    ("grpc-accept-encoding", messages.ACCEPTED),
)
_ZIPPED_HEAD = (*_HEAD, ("grpc-encoding", messages.GZIP))
_OK = (("grpc-status", "0"),)
_OK_CODE = grpc.StatusCode.OK
_log = logging.getLogger(__name__)


class ServerCall:
    """Begun by the protocol, ended by whichever comes first: the servicer, the client, the deadline, the connection."""

    __slots__ = (
        "__weakref__",
        "_accepts_gzip",
        "_callbacks",
        "_code",
        "_deframer",
        "_details",
        "_done_reading",
        "_expires",
        "_gzip",
        "_inbox",
        "_initial",
        "_metadata",
        "_method",
        "_over",
        "_plain_next",
        "_reader",
        "_said_head",
        "_slot",
        "_stream",
        "_task",
        "_trailing",
        "_unpack",
        "_wire",
        "_writer",
    )

    def __init__(self, wire: "ServerWire", stream: Stream, method: Method, head: metadata.Head) -> None:
        """Raise RpcFault for an encoding, ValueError for a time-out that is not understood."""
        self._wire = wire
        self._stream = stream
        self._method = method
        self._metadata = head.metadata
        unpack = messages.decoder(head.encoding)
        if unpack is None:
            raise RpcFault(grpc.StatusCode.UNIMPLEMENTED, f"grpc-encoding {head.encoding[:32]!r} is not known here")
        self._unpack = unpack
        self._accepts_gzip = "gzip" in head.accepted
        self._gzip = False
        self._plain_next = False
        self._inbox: deque[messages.Received] = deque()
        self._deframer: messages.Deframer | None = None
        self._done_reading = False
        self._reader: asyncio.Future[None] | None = None
        self._writer: asyncio.Future[None] | None = None
        self._task: asyncio.Task[None] | None = None
        self._initial: Sequence[tuple[str, str | bytes]] = ()
        self._trailing: Metadata = ()
        self._code: Any = None
        self._details = ""
        self._said_head = False
        self._over = False
        self._callbacks: list[Callable[[Any], None]] | None = None
        self._expires: float | None = None
        self._slot = -1
        if head.timeout:
            self._set_deadline(metadata.parse_timeout(head.timeout))

    # ── what the protocol tells ──

    def on_data(self, data: bytes, *, ended: bool) -> None:
        """Take octets of the body."""
        if self._over:
            return
        try:
            self._take(data, ended=ended)
        except RpcFault as fault:
            self._end_with(fault)
            if self._task is not None:
                self._task.cancel()

    def on_reset(self) -> None:
        """The client does not want the answer any more, or broke the stream: whoever works on it is told to stop."""
        self._finish()
        if self._task is not None:
            self._task.cancel()
        else:
            self._release()

    def on_room(self) -> None:
        """The backlog is short again."""
        writer, self._writer = self._writer, None
        if writer is not None and not writer.done():
            writer.set_result(None)

    def expired(self) -> None:
        """The deadline has passed (called by the wheel)."""
        self._slot = -1
        self.end(grpc.StatusCode.DEADLINE_EXCEEDED, "the deadline has passed")
        if self._task is not None:
            self._task.cancel()
        else:
            self._release()

    def start(self) -> None:
        """Begin a method with a stream of requests; others begin when their request is complete."""
        if self._method.requests:
            self._begin(self._serve_stream(_Requests(self)))

    def wait_for_request(self, seconds: float) -> None:
        """Give a request that is incomplete so much time, unless its deadline is before that."""
        if self._task is None and not self._over and self._expires is None:
            self._set_deadline(seconds)
            self._expires = None

    def stop(self, details: str) -> None:
        """End the call because the server stops."""
        self.end(grpc.StatusCode.UNAVAILABLE, details)
        if self._task is not None:
            self._task.cancel()

    @property
    def running(self) -> "asyncio.Task[None] | None":
        """The task that serves it."""
        return self._task

    def _take(self, data: bytes, *, ended: bool) -> None:
        deframer = self._deframer
        if deframer is None:
            if ended and not self._method.requests and self._take_at_once(data):
                return
            deframer = self._deframer = messages.Deframer(self._wire.limits.max_message_bytes)
        whole = deframer.feed(data)
        if whole:
            self._keep(whole)
        if ended:
            self._done_reading = True
            if deframer.is_within:
                raise RpcFault(grpc.StatusCode.INTERNAL, "the request ends within a message")
        if not self._method.requests:
            self._take_only(ended=ended)
        self._wire.http.credit(self._stream)
        if whole or ended:
            self._wake_reader()

    def _take_at_once(self, data: bytes) -> bool:
        """Begin with the whole request in one frame, as most are; False for any other."""
        size = len(data) - 5
        if size < 0 or size > self._wire.limits.max_message_bytes or int.from_bytes(data[1:5], "big") != size:
            return False
        self._done_reading = True
        self._begin(self._serve(self._opened((data[0], data[5:]))))
        return True

    def _keep(self, whole: list[messages.Received]) -> None:
        self._inbox.extend(whole)
        size = sum(len(one[1]) for one in whole) + 5 * len(whole)
        self._stream.queued += size
        self._wire.http.unread += size

    def _wake_reader(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None and not reader.done():
            reader.set_result(None)

    def _take_only(self, *, ended: bool) -> None:
        """Begin when the one request is complete."""
        if len(self._inbox) > 1:
            raise RpcFault(grpc.StatusCode.INTERNAL, "more than one request for a method that takes one")
        if not ended:
            return
        if not self._inbox:
            raise RpcFault(grpc.StatusCode.INTERNAL, "no request for a method that takes one")
        self._begin(self._serve(self._next()))

    def _next(self) -> bytes:
        one = self._inbox.popleft()
        self._wire.http.read(self._stream, len(one[1]) + 5)
        if self._wire.http.pending:
            self._wire.kick()
        return self._opened(one)

    def _opened(self, one: messages.Received) -> bytes:
        return self._unpack(one[1], self._wire.limits.max_message_bytes) if one[0] else one[1]

    # ── serving ──

    def _begin(self, coroutine: Any) -> None:
        self._task = self._wire.start_task(coroutine)

    async def _serve(self, body: bytes) -> None:
        method = self._method
        try:
            request = body if method.parse is None else self._parsed(method.parse, body)
            if method.replies:
                await self._write_all(method.serve(request, self))
            else:
                self._answer(await method.serve(request, self))
        except BaseException as error:  # noqa: BLE001 - the outermost handler of a call
            self._failed(error)
        finally:
            self._release()

    async def _serve_stream(self, requests: "_Requests") -> None:
        method = self._method
        try:
            if method.replies:
                await self._write_all(method.serve(requests, self))
            else:
                self._answer(await method.serve(requests, self))
        except BaseException as error:  # noqa: BLE001 - as above
            self._failed(error)
        finally:
            self._release()

    def _parsed(self, parse: Callable[[bytes], Any], body: bytes) -> Any:
        try:
            return parse(body)
        except Exception:  # noqa: BLE001 - a parser may raise anything over what a client sent
            raise RpcFault(grpc.StatusCode.INTERNAL, "the request is not the message it should be") from None

    async def _write_all(self, replies: Any) -> None:
        if hasattr(replies, "__aiter__"):
            try:
                async for reply in replies:
                    await self.write(reply)
            finally:
                await replies.aclose()
        else:
            await replies  # it writes them itself
        if not self._over:
            self.end(_OK_CODE if self._code is None else self._code, self._details)

    def _answer(self, reply: Any) -> None:
        """Send the one reply with its status; all in one piece where nothing was sent before."""
        if self._over:
            return
        code = self._code
        if code is not None and code is not _OK_CODE:
            self.end(code, self._details)
            return
        write = self._method.write
        body = reply if write is None else write(reply)
        most = self._wire.limits.max_message_bytes
        if len(body) > most:
            raise messages.TooLarge("Sent", most, len(body))
        framed = self._framed(body)
        trailers = (*_OK, *metadata.sent(self._trailing)) if self._trailing or self._details else _OK
        if self._details:
            trailers = (*trailers, ("grpc-message", status.encode_message(self._details)))
        http, stream = self._wire.http, self._stream
        if self._said_head:
            http.send_data(stream, framed)
            http.send_fields(stream, trailers, end=True)
        else:
            http.send_whole(stream, self._head(), framed, trailers)
        self._finish()
        self._wire.kick()

    def _failed(self, error: BaseException) -> None:
        if self._over:
            return
        if isinstance(error, RpcFault):
            self._end_with(error)
        elif isinstance(error, grpc.aio.AbortError):
            self.end(grpc.StatusCode.UNKNOWN, "")
        elif isinstance(error, asyncio.CancelledError):
            self.end(grpc.StatusCode.CANCELLED, "the server gave the call up")
        else:
            _log.error("a servicer of %s raised", self._method.path, exc_info=error)
            self.end(grpc.StatusCode.UNKNOWN, f"the servicer raised {type(error).__name__}")
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise error

    def _end_with(self, fault: RpcFault) -> None:
        self.end(fault.code, messages.told_by("SERVER", fault))

    def end(self, code: Any, details: str) -> None:
        """Send the status, if the call is not over; trailers alone where nothing was sent before."""
        if self._over:
            return
        number = code.value[0] if isinstance(code, grpc.StatusCode) else int(code)
        self._code, self._details = status.CODES.get(number, grpc.StatusCode.UNKNOWN), details
        fields = [("grpc-status", str(number))]
        if details:
            fields.append(("grpc-message", status.encode_message(details)))
        try:
            fields += metadata.sent(self._trailing)
            head = self._head() if not self._said_head else ()
        except ValueError as error:  # what a servicer wanted to send cannot be
            _log.error("metadata of %s cannot be sent: %s", self._method.path, error)
            head = _HEAD if not self._said_head else ()
        self._wire.http.send_fields(self._stream, (*head, *fields), end=True)
        self._finish()
        self._wire.kick()

    def _finish(self) -> None:
        """Nothing more is sent or read."""
        self._over = True
        if self._slot >= 0:
            self._wire.wheel.leave(self, self._slot)
            self._slot = -1
        self._wire.http.forget(self._stream)
        self._inbox.clear()
        self._deframer = None
        for waiter in (self._reader, self._writer):
            if waiter is not None and not waiter.done():
                waiter.set_result(None)

    def _release(self) -> None:
        """The task has ended: its place is free."""
        if not self._over:
            self._finish()
        self._stream.call = None
        self._wire.release(self)
        callbacks, self._callbacks = self._callbacks, None
        for callback in callbacks or ():
            callback(self)

    def _set_deadline(self, seconds: float) -> None:
        self._expires = when = self._wire.loop.time() + seconds
        self._slot = self._wire.wheel.enter(self, when)

    def _head(self) -> Sequence[tuple[str, str]]:
        self._said_head = True
        head = _ZIPPED_HEAD if self._gzip else _HEAD
        return (*head, *metadata.sent(self._initial)) if self._initial else head

    def _framed(self, body: bytes) -> bytes:
        if self._gzip and not self._plain_next:
            return messages.framed_gzip(body)
        self._plain_next = False
        return messages.framed(body)

    # ── grpc.aio.ServicerContext ──

    async def read(self) -> Any:
        """Return the next request, grpc.aio.EOF after the last."""
        while not self._inbox:
            if self._done_reading or self._over:
                return grpc.aio.EOF
            if self._reader is None:
                self._reader = self._wire.loop.create_future()
            await self._reader
        body = self._next()
        parse = self._method.parse
        return body if parse is None else parse(body)

    async def write(self, message: Any) -> None:
        """Send a reply of a stream, waiting while the client is slow."""
        if self._over:
            raise asyncio.InvalidStateError("the call is over: nothing more can be sent")
        write = self._method.write
        body = message if write is None else write(message)
        most = self._wire.limits.max_message_bytes
        if len(body) > most:
            raise messages.TooLarge("Sent", most, len(body))
        wire, stream = self._wire, self._stream
        if not self._said_head:
            wire.http.send_fields(stream, self._head())
        wire.http.send_data(stream, self._framed(body))
        wire.kick()
        if stream.backlog > BACKLOG:
            await self._wait_for_room()
        elif wire.is_full():
            await asyncio.sleep(0)

    async def _wait_for_room(self) -> None:
        self._stream.wants_room = True
        self._writer = self._wire.loop.create_future()
        await self._writer

    async def send_initial_metadata(self, initial_metadata: Iterable[tuple[str, str | bytes]]) -> None:
        """Send the head now; raises grpc.aio.UsageError when it was sent."""
        if self._said_head:
            raise grpc.aio.UsageError("the initial metadata was sent")
        if self._over:
            return
        self._initial = tuple(initial_metadata)
        self._wire.http.send_fields(self._stream, self._head())
        self._wire.kick()

    async def abort(
        self, code: Any, details: str = "", trailing_metadata: Iterable[tuple[str, str | bytes]] = ()
    ) -> None:
        """End the call with a status; always raises."""
        if code is _OK_CODE:
            code, details = grpc.StatusCode.UNKNOWN, "abort() with OK"
        self._trailing = tuple(trailing_metadata) or self._trailing
        self.end(code, details or self._details)
        raise grpc.aio.AbortError("the servicer ended the call")

    async def abort_with_status(self, status: Any) -> None:  # noqa: PLR6301,RUF100 - gRPC's interface
        """End the call with a grpc.Status; always raises."""
        await self.abort(status.code, status.details, status.trailing_metadata)

    def invocation_metadata(self) -> Metadata:
        """Return the client's metadata."""
        return self._metadata

    def set_trailing_metadata(self, trailing_metadata: Iterable[tuple[str, str | bytes]]) -> None:
        """Set what goes with the status."""
        self._trailing = tuple(trailing_metadata)

    def trailing_metadata(self) -> Metadata:
        """Return what goes with the status."""
        return self._trailing

    def set_code(self, code: grpc.StatusCode) -> None:
        """Set the status that a servicer which returns ends with."""
        self._code = code

    def code(self) -> Any:
        """Return the status that was set or sent, None where there is none."""
        return self._code

    def set_details(self, details: str) -> None:
        """Set the text of the status."""
        self._details = details

    def details(self) -> str:
        """Return the text of the status."""
        return self._details

    def set_compression(self, compression: grpc.Compression) -> None:
        """Compress the replies, if the client understands it; before the first."""
        if self._said_head:
            raise grpc.aio.UsageError("compression is chosen before the initial metadata is sent")
        self._gzip = compression is grpc.Compression.Gzip and self._accepts_gzip

    def disable_next_message_compression(self) -> None:
        """Send the next reply as it is."""
        self._plain_next = True

    def peer(self) -> str:
        """Return the client's address as gRPC writes it, such as `ipv4:127.0.0.1:50000`."""
        return self._wire.peer

    def auth_context(self) -> Mapping[str, Iterable[bytes]]:
        """Return what mutual TLS says about the client."""
        return self._wire.auth_context

    def peer_identities(self) -> Iterable[bytes] | None:
        """Return the names in the client's certificate."""
        key = self.peer_identity_key()
        return None if key is None else self._wire.auth_context[key]

    def peer_identity_key(self) -> str | None:
        """Return which of the properties in `auth_context` the identities are."""
        known = self._wire.auth_context
        return next((key for key in ("x509_subject_alternative_name", "x509_common_name") if key in known), None)

    def time_remaining(self) -> float | None:
        """Return the seconds until the deadline, None when there is none."""
        return None if self._expires is None else max(0.0, self._expires - self._wire.loop.time())

    def cancelled(self) -> bool:
        """Tell whether the client, the deadline or the connection ended the call."""
        return self._over and self._task is not None and not self._task.done() and self._task.cancelling() > 0

    def done(self) -> bool:
        """Tell whether the call is over."""
        return self._over

    def add_done_callback(self, callback: Callable[[Any], None]) -> None:
        """Call `callback` with this context when the call is over."""
        if self._callbacks is None:
            self._callbacks = []
        self._callbacks.append(callback)


class _Requests:
    """The requests of a stream, as a servicer iterates over them."""

    __slots__ = ("_call",)

    def __init__(self, call: ServerCall) -> None:
        self._call = call

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Any:
        message = await self._call.read()
        if message is grpc.aio.EOF:
            raise StopAsyncIteration
        return message


def refuse(wire: "ServerWire", stream: Stream, code: grpc.StatusCode, details: str) -> None:
    """End a call that never began."""
    number = str(code.value[0])
    fields = (*_HEAD, ("grpc-status", number), ("grpc-message", status.encode_message(details)))
    wire.http.send_fields(stream, fields, end=True)


class HttpRefusal:
    """Answers what is no gRPC call in the words of HTTP, once the request is complete: it may yet be malformed."""

    __slots__ = ("_status", "_stream", "_text", "_wire")

    def __init__(self, wire: "ServerWire", stream: Stream, http_status: str, text: str) -> None:
        self._wire = wire
        self._stream = stream
        self._status = http_status
        self._text = text

    def on_data(self, _data: bytes, *, ended: bool) -> None:
        """Let the request pass by."""
        http, stream = self._wire.http, self._stream
        if not ended:
            http.credit(stream)
            return
        stream.call = None
        http.send_fields(stream, ((":status", self._status), ("content-type", "text/plain")))
        http.send_data(stream, self._text.encode(), end=True)

    def on_reset(self) -> None:
        """Nobody wants the answer."""
