"""One client's chat from hello to goodbye: reads its frames, asks the use cases, writes the answers."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from guild.messaging.v1 import chat_pb2 as pb
from mesh.clock import Clock
from mesh.contract import spec, validate
from mesh.errors import Failure, FieldViolation, Internal, InvalidArgument, Unauthenticated
from mesh.limits.charges import Charges
from mesh.principal import current, current_user
from mesh.telemetry import get_logger
from svc_messaging.domain.conversation import ConversationNotFound
from svc_messaging.domain.ids import CHANGES, ConversationId, StreamId, UserId
from svc_messaging.domain.message import Outgoing, Sent
from svc_messaging.live import frames
from svc_messaging.live.errors import HelloRepeated, ReaderGone, TooManyInvalidFrames
from svc_messaging.live.frames import Frame, Frames
from svc_messaging.live.hub import Hub
from svc_messaging.live.stream import ChatStream
from svc_messaging.usecases.catch_up import CatchUp
from svc_messaging.usecases.messages import Messages
from svc_messaging.usecases.receipts import Receipts

HELLO_SECONDS = 5.0
"""How long a client that says nothing waits for its stream to begin; a hello that comes later is refused."""
CLOSE_SECONDS = 10.0
"""How long a client may take to read the last frames."""
MAX_INVALID_FRAMES = 32
_CURSOR_DIGITS = 19

_CHAT = "/guild.messaging.v1.MessagingService/Chat"

Write = Callable[[bytes], Awaitable[None]]
_log = get_logger(__name__)


@dataclass(frozen=True)
class Chat:
    """Frames are taken in their order; a send is stored beside the frames after it, and keeps its place."""

    hub: Hub
    frames: Frames
    catch_up: CatchUp
    messages: Messages
    receipts: Receipts
    charges: Charges
    clock: Clock

    async def __call__(self, requests: AsyncIterator[pb.ChatRequest], write: Write) -> None:
        """Chat with the signed-in member until one of the two sides ends it.

        Raises:
            TooManyInvalidFrames: the client does not keep to the protocol.
            TooManyStreams, StreamsFull: there is no room.
            SessionRevoked: the session was ended meanwhile.
        """
        me = current_user()
        stream = ChatStream(me, current().session_id, lambda *gap: self._history(me, *gap))
        async with self.hub.holding(stream):
            reading = asyncio.create_task(self._read(stream, requests))
            try:
                await _write_all(stream, write)
            finally:
                if not reading.done():
                    reading.cancel()
                await asyncio.wait((reading,))
            if stream.failure is not None:
                raise stream.failure
            if not reading.cancelled():
                reading.result()

    async def _read(self, stream: ChatStream, requests: AsyncIterator[pb.ChatRequest]) -> None:
        first = asyncio.ensure_future(anext(requests, None))
        try:
            await asyncio.wait((first,), timeout=HELLO_SECONDS)
            hello = _hello(first)
            await self._begin(stream, hello or pb.ChatHello())
            invalid = 0
            async for request in _from(first, requests) if hello is None else requests:
                if stream.closing:
                    break
                stream.hear()
                invalid += await self._take(stream, request)
                if invalid > MAX_INVALID_FRAMES:
                    raise TooManyInvalidFrames
        finally:
            first.cancel()
            await stream.posted()
            if not stream.closing:
                stream.outgoing.end()

    async def _begin(self, stream: ChatStream, hello: pb.ChatHello) -> None:
        resume = {ConversationId(UUID(key)): sequence for key, sequence in hello.resume.items()}
        beginning = await self.catch_up.begin(stream.user_id, resume, _number(hello.change_cursor))
        welcome = frames.welcome(stream.id, stream.user_id, self.clock.now(), beginning.changes)
        stream.begin(beginning, welcome)
        self.hub.announce(stream)
        for conversation_id in beginning.unknown[:1]:
            stream.refuse(ConversationNotFound(conversation_id))

    async def _history(self, me: UserId, conversation_id: ConversationId, after: int, up_to: int) -> list[Frame]:
        if conversation_id == CHANGES:
            changes = await self.catch_up.changes_between(me, after, up_to)
            return [self.frames.changed(message, me, number) for number, message in changes]
        missed = await self.catch_up.messages_between(me, conversation_id, after, up_to)
        return [self.frames.message(message, me) for message in missed]

    async def _take(self, stream: ChatStream, request: pb.ChatRequest) -> bool:
        """Do what a frame says; True when it was not valid."""
        client_id = request.send.client_message_id if request.WhichOneof("frame") == "send" else None
        try:
            validate(request)
            await self._do(stream, request)
        except Unauthenticated:
            raise
        except Failure as failure:
            stream.refuse(failure, client_id)
            return isinstance(failure, InvalidArgument)
        except Exception:  # noqa: BLE001 - a frame must not end the stream
            _log.exception("a frame failed unexpectedly")
            stream.refuse(Internal("something went wrong on our side: try again"), client_id)
        return False

    async def _do(self, stream: ChatStream, request: pb.ChatRequest) -> None:
        me, kind = stream.user_id, request.WhichOneof("frame")
        if kind == "ping":
            stream.deliver(frames.pong(self.clock.now()))
            return
        if kind == "hello":
            raise HelloRepeated
        for limit in spec(_CHAT).required_policy.rate_limits:  # as the call is charged that does the same
            await self.charges.charge(limit.bucket)
        match kind:
            case "send":
                await self._send(stream, outgoing(request.send, stream.id))
            case "read":
                where = ConversationId(UUID(request.read.conversation_id))
                await self.receipts.read(me, where, request.read.up_to_sequence, stream.id)
            case "delivered":
                where = ConversationId(UUID(request.delivered.conversation_id))
                await self.receipts.delivered(me, where, request.delivered.up_to_sequence)
            case _:
                await self.receipts.typing(me, ConversationId(UUID(request.typing.conversation_id)))

    async def _send(self, stream: ChatStream, asked: Outgoing) -> None:
        await stream.sends.acquire()
        try:
            store = await self.messages.submit(stream.user_id, asked)
        except BaseException:
            stream.sends.release()
            raise
        stream.post(self._answer(stream, store, asked.client_message_id))

    async def _answer(self, stream: ChatStream, store: Callable[[], Awaitable[Sent]], client_id: str) -> None:
        try:
            stream.acknowledge(await store())
        except Failure as failure:
            stream.refuse(failure, client_id)
        except Exception:  # noqa: BLE001 - a send must not end the stream
            _log.exception("a send failed unexpectedly")
            stream.refuse(Internal("something went wrong on our side: try again"), client_id)
        finally:
            stream.sends.release()


def outgoing(send: pb.ChatSend, origin: StreamId) -> Outgoing:
    """What the frame asks to send."""
    to_member = send.WhichOneof("target") == "to"
    target = UserId(UUID(send.to)) if to_member else ConversationId(UUID(send.conversation_id))
    return Outgoing(target, to_member, send.client_message_id, send.content, origin)


def _number(cursor: str) -> int | None:
    """The number that a change cursor holds; None for an empty one. Raises InvalidArgument for none of ours."""
    if not cursor:
        return None
    if cursor.isascii() and cursor.isdecimal() and len(cursor) < _CURSOR_DIGITS:
        return int(cursor)
    violation = FieldViolation("hello.change_cursor", "must be the cursor of a welcome or changed frame, unchanged")
    raise InvalidArgument("the change cursor is none of this service: begin without one", violations=[violation])


def _hello(first: "asyncio.Future[pb.ChatRequest | None]") -> pb.ChatHello | None:
    """The hello, if that is what came first and in time."""
    said = first.result() if first.done() else None
    if said is None or said.WhichOneof("frame") != "hello":
        return None
    validate(said)
    return said.hello


async def _from(
    first: "asyncio.Future[pb.ChatRequest | None]", others: AsyncIterator[pb.ChatRequest]
) -> AsyncIterator[pb.ChatRequest]:
    if (request := await first) is not None:
        yield request
        async for request in others:
            yield request


async def _write_all(stream: ChatStream, write: Write) -> None:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(None) as clock:
            stream.outgoing.on_end = lambda: clock.reschedule(loop.time() + CLOSE_SECONDS)
            await stream.outgoing.write_to(write)
    except TimeoutError:
        raise ReaderGone from None
    finally:
        stream.outgoing.on_end = _nothing


def _nothing() -> None:
    pass
