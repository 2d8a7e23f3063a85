"""One call as its server sees it, from its head to its status: also the context that its servicer is given."""

import asyncio
import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

import grpc

from mesh.wire import messages, metadata, status
from mesh.wire.body import Inbox
from mesh.wire.server.context import Context
from mesh.wire.server.heads import HEAD, OK
from mesh.wire.server.methods import Method
from mesh.wire.status import RpcFault
from mesh.wire.stream import Stream

if TYPE_CHECKING:
    from mesh.wire.server.protocol import ServerWire

_OK_CODE = grpc.StatusCode.OK
_SURPLUS = "more messages were begun on the connection than are kept before they are complete"
_log = logging.getLogger(__name__)


class ServerCall(Context):
    """Begun by the protocol, ended by whichever comes first: the servicer, the client, the deadline, the connection."""

    __slots__ = (
        "__weakref__",
        "_arrived",
        "_body",
        "_hurried",
        "_inbox",
        "_method",
        "_running",
        "_slot",
        "_stream",
        "_task",
        "_unpack",
        "admitted_at",
        "lane",
        "path",
    )

    def __init__(self, wire: "ServerWire", stream: Stream, method: Method, head: metadata.Head) -> None:
        """Raise RpcFault for an encoding, ValueError for a time-out that is not understood."""
        super().__init__(wire, head)
        self._stream = stream
        self._method = method
        self.path = method.path
        unpack = messages.decoder(head.encoding)
        if unpack is None:
            raise RpcFault(grpc.StatusCode.UNIMPLEMENTED, f"grpc-encoding {head.encoding[:32]!r} is not known here")
        self._unpack = unpack
        self._inbox: Inbox | None = None
        self._task: asyncio.Task[None] | None = None
        self._running = False
        self._arrived = False
        self._body: bytes | None = None
        self.admitted_at: float | None = None
        """When it was let in, by the clock of whoever admits calls; None where nobody was asked, or not yet."""
        self.lane: Any = None
        """What its admission found for it when it arrived, kept until it leaves."""
        self._hurried = False
        self._slot = -1
        if head.timeout:
            seconds = metadata.parse_timeout(head.timeout)
            now = wire.loop.time()
            self.expires = now + seconds
            self._enter(self.expires)
            stream.patience = min(stream.patience, now + seconds / 2)

    # ── what the protocol tells ──

    def on_data(self, data: bytes, *, ended: bool) -> None:
        """Take octets of the body."""
        if self._over:
            return
        try:
            self._take(data, ended=ended)
        except RpcFault as fault:
            self._end_with(fault)
            self._stop_task()

    def on_reset(self) -> None:
        """The client does not want the answer any more, or broke the stream: whoever works on it is told to stop."""
        if not self._over:
            self._code = grpc.StatusCode.CANCELLED
            self._finish()
            self._stop_task()

    def on_surplus(self) -> None:
        """The client has begun more than it may before it completes any of it."""
        self._end_with(RpcFault(grpc.StatusCode.RESOURCE_EXHAUSTED, _SURPLUS))
        self._stop_task()

    def expired(self) -> None:
        """The deadline has passed (called by the wheel)."""
        self._slot = -1
        self.end(grpc.StatusCode.DEADLINE_EXCEEDED, "the deadline has passed")
        self._stop_task()

    def start(self) -> None:
        """Begin a method with a stream of requests; others begin when their request is complete."""
        if self._method.requests:
            self._begin(None)

    def wait_for_request(self, seconds: float) -> None:
        """Give a request that is incomplete so much time, unless its deadline is before that."""
        if self._arrived or self._over or self._hurried:
            return
        when = self._wire.loop.time() + seconds
        if self.expires is None or when < self.expires:
            self._hurried = True
            self._enter(when)

    def stop(self, details: str) -> None:
        """End the call because the server stops."""
        self.end(grpc.StatusCode.UNAVAILABLE, details)
        self._stop_task()

    def _stop_task(self) -> None:
        """Cancel the task, once; one that has not run yet will never come to free its place."""
        task = self._task
        if task is not None and not task.cancelling():
            task.cancel()
        if not self._running:
            self._release()

    @property
    def running(self) -> "asyncio.Task[None] | None":
        """The task that serves it."""
        return self._task

    def _take(self, data: bytes, *, ended: bool) -> None:
        if ended and self._inbox is None and not self._method.requests and self._take_at_once(data):
            return
        inbox = self._opened_inbox()
        inbox.take(data)
        if ended and inbox.is_within:
            raise RpcFault(grpc.StatusCode.INTERNAL, "the request ends within a message")
        if ended:
            inbox.end()
        if not self._method.requests:
            self._take_only(inbox, ended=ended)

    def _take_at_once(self, data: bytes) -> bool:
        """Begin with the whole request in one frame, as most are; False for any other."""
        size = len(data) - 5
        if (
            size < 0
            or data[0] > 1
            or size > self._wire.limits.max_message_bytes
            or int.from_bytes(data[1:5], "big") != size
        ):
            return False
        self._begin(self._opened((data[0], data[5:])))
        return True

    def _take_only(self, inbox: Inbox, *, ended: bool) -> None:
        """Begin when the one request is complete."""
        if len(inbox) > 1:
            raise RpcFault(grpc.StatusCode.INTERNAL, "more than one request for a method that takes one")
        if ended:
            if not len(inbox):
                raise RpcFault(grpc.StatusCode.INTERNAL, "no request for a method that takes one")
            self._begin(self._opened(inbox.pop()))

    def _opened_inbox(self) -> Inbox:
        inbox = self._inbox
        if inbox is None:
            inbox = self._inbox = Inbox(self._wire, self._stream)
        return inbox

    def _opened(self, one: messages.Received) -> bytes:
        return self._unpack(one[1], self._wire.limits.max_message_bytes) if one[0] else one[1]

    # ── serving ──

    def _begin(self, body: bytes | None) -> None:
        """Serve the one request, or with None the stream of them."""
        if self._hurried:  # the request is complete: the answer has the time its deadline leaves
            self._hurried = False
            self._enter(self.expires)
        self._arrived = True
        admission = self._wire.admission
        if admission is None:
            self._task = self._wire.start_task(self._serve(body))
        else:
            self._body = body
            admission.arrive(self)

    # ── what its admission asks and tells ──

    def is_over(self) -> bool:
        """Tell whether the client, the deadline or the connection has ended it."""
        return self._over

    def admit(self, now: float) -> None:
        """Serve it; its admission is told by `leave` when that has ended."""
        self.admitted_at = now
        body, self._body = self._body, None
        self._task = self._wire.start_task(self._serve(body))

    def refuse(self) -> None:
        """End it: nothing was done for it."""
        assert self._wire.admission is not None, "who refuses is asked why"  # noqa: S101
        code, details, self._trailing = self._wire.admission.refusal(self)
        self.end(code, details)
        self._release()

    async def _serve(self, body: bytes | None) -> None:
        self._running = True
        method = self._method
        try:
            request = _Requests(self) if body is None else self._parsed(body)
            if method.replies:
                await self._write_all(method.serve(request, self))
            else:
                self._answer(await method.serve(request, self))
        except BaseException as error:  # noqa: BLE001 - the outermost handler of a call
            self._failed(error)
        finally:
            self._release()

    def _parsed(self, body: bytes) -> Any:
        parse = self._method.parse
        try:
            return body if parse is None else parse(body)
        except Exception:  # noqa: BLE001 - a parser may raise anything over what a client sent
            raise RpcFault(grpc.StatusCode.INTERNAL, "the request is not the message it should be") from None

    async def _write_all(self, replies: Any) -> None:
        if hasattr(replies, "__aiter__"):
            try:
                async for reply in replies:
                    await self.write(reply)
            finally:
                if hasattr(replies, "aclose"):  # as generators have it
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
        framed = self._framed(reply if write is None else write(reply))
        trailers = (*OK, *metadata.sent_again(self._trailing)) if self._trailing else OK
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
        number, details = status.number_of(code), str(details or "")
        self._code, self._details = status.CODES.get(number, grpc.StatusCode.UNKNOWN), details
        fields = [("grpc-status", str(number))]
        if details:
            fields.append(("grpc-message", status.encode_message(details)))
        try:
            fields += metadata.sent(self._trailing)
            head = self._head() if not self._said_head else ()
        except ValueError as error:  # what a servicer wanted to send cannot be
            _log.error("metadata of %s cannot be sent: %s", self._method.path, error)
            head = HEAD if not self._said_head else ()
        self._wire.http.send_fields(self._stream, (*head, *fields), end=True)
        self._finish()
        self._wire.kick()

    def _finish(self) -> None:
        """Nothing more is sent or read."""
        self._over = True
        if self._slot >= 0:
            self._wire.wheel.leave(self, self._slot)
            self._slot = -1
        if self._inbox is not None:
            self._inbox.drop()

    def _release(self) -> None:
        """The task has ended: its place is free."""
        if not self._over:
            self._finish()
        self._body = None
        self._stream.call = None
        self._wire.release(self)
        if self.admitted_at is not None and self._wire.admission is not None:
            self._wire.admission.leave(self)
        callbacks, self._callbacks = self._callbacks, None
        for callback in callbacks or ():
            try:
                callback(self)
            except Exception:  # noqa: BLE001 - whatever it raises, the others are called
                _log.exception("a callback of %s raised", self._method.path)

    def _enter(self, when: float | None) -> None:
        wheel = self._wire.wheel
        if self._slot >= 0:
            wheel.leave(self, self._slot)
        self._slot = -1 if when is None else wheel.enter(self, when)

    def _framed(self, body: bytes) -> bytes:
        zipped, self._plain_next = self._gzip and not self._plain_next, False
        return messages.outgoing(body, self._wire.limits.max_message_bytes, zipped=zipped)

    # ── the sending part of grpc.aio.ServicerContext ──

    async def read(self) -> Any:
        """Return the next request, grpc.aio.EOF after the last."""
        if self._over or not self._method.requests:
            return grpc.aio.EOF
        one = await self._opened_inbox().read()
        if one is None:
            return grpc.aio.EOF
        parse = self._method.parse
        body = self._opened(one)
        return body if parse is None else parse(body)

    async def write(self, message: Any) -> None:
        """Send a reply of a stream, waiting while the client is slow."""
        if self._over:
            raise asyncio.InvalidStateError("the call is over: nothing more can be sent")
        write = self._method.write
        framed = self._framed(message if write is None else write(message))
        if not self._said_head:
            self._wire.http.send_fields(self._stream, self._head())
        await self._wire.write(self._stream, framed)

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

    def cancelled(self) -> bool:
        """Tell whether the client, the deadline or the connection ended the call."""
        return self._over and self._task is not None and not self._task.done() and self._task.cancelling() > 0


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
