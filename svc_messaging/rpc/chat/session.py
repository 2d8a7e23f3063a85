"""One client's chat from hello to goodbye: reads its frames, asks the use cases, writes the answers."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from guild.messaging.v1 import chat_pb2 as pb
from mesh.clock import Clock
from mesh.contract import validate
from mesh.errors import Failure, Internal, InvalidArgument, Unauthenticated
from mesh.principal import current, current_user
from mesh.telemetry import get_logger
from svc_messaging.domain.conversation import Conversation, ConversationNotFound
from svc_messaging.rpc import messages
from svc_messaging.rpc.charges import Charges
from svc_messaging.rpc.chat import frames
from svc_messaging.rpc.chat.errors import HelloRepeated, ReaderGone, TooManyInvalidFrames
from svc_messaging.rpc.chat.hub import Hub
from svc_messaging.rpc.chat.stream import ChatStream
from svc_messaging.usecases.catch_up import CatchUp
from svc_messaging.usecases.find_target import FindTarget
from svc_messaging.usecases.mark_read import MarkRead
from svc_messaging.usecases.send_message import SendMessage
from svc_messaging.usecases.tell_others import TellOthers

HELLO_SECONDS = 5.0
"""How long a client that says nothing waits for its stream to begin; a hello that comes later is refused."""
CLOSE_SECONDS = 10.0
"""How long a client may take to read the last frames."""
MAX_INVALID_FRAMES = 32

Write = Callable[[bytes], Awaitable[None]]
_log = get_logger(__name__)


@dataclass(frozen=True)
class Chat:
    """Frames are taken in their order; a send is stored beside the frames after it, and keeps its place."""

    hub: Hub
    catch_up: CatchUp
    find: FindTarget
    send: SendMessage
    mark_read: MarkRead
    tell_others: TellOthers
    charges: Charges
    clock: Clock

    async def __call__(self, requests: AsyncIterator[pb.ChatRequest], write: Write) -> None:
        """Chat with the signed-in member until one of the two sides ends it.

        Raises:
            TooManyInvalidFrames: the client does not keep to the protocol.
            TooManyStreams, StreamsFull: there is no room.
            SessionRevoked: the session was ended meanwhile.
        """
        hello, requests = await _hello(requests)
        stream = ChatStream(current_user(), current().session_id, self.catch_up.between)
        async with self.hub.holding(stream):
            reading = asyncio.create_task(self._read(stream, hello, requests))
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

    async def _read(self, stream: ChatStream, hello: pb.ChatHello, requests: AsyncIterator[pb.ChatRequest]) -> None:
        try:
            stream.deliver(frames.welcome(stream.id, stream.user_id, self.clock.now()))
            await self._resume(stream, hello)
            invalid = 0
            async for request in requests:
                if stream.closing:
                    break
                invalid += await self._take(stream, request)
                if invalid > MAX_INVALID_FRAMES:
                    raise TooManyInvalidFrames
        finally:
            await stream.posted()
            if not stream.closing:
                stream.outbox.end()

    async def _resume(self, stream: ChatStream, hello: pb.ChatHello) -> None:
        resume = {messages.conversation_id(key): sequence for key, sequence in hello.resume.items()}
        beginning = await self.catch_up.begin(stream.user_id, resume)
        stream.begin(beginning)
        for conversation_id in beginning.unknown[:1]:
            stream.refuse(ConversationNotFound(conversation_id))

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
        await self.charges.frame(me)
        match kind:
            case "send":
                await self._send(stream, request.send)
            case "read":
                read = request.read
                await self.mark_read(me, messages.conversation_id(read.conversation_id), read.up_to_sequence, stream.id)
            case "delivered":
                arrived = request.delivered
                await self.tell_others.delivered(
                    me, messages.conversation_id(arrived.conversation_id), arrived.up_to_sequence
                )
            case _:
                await self.tell_others.typing(me, messages.conversation_id(request.typing.conversation_id))

    async def _send(self, stream: ChatStream, send: pb.ChatSend) -> None:
        if send.WhichOneof("target") == "to":
            conversation = await self.find.by_member(stream.user_id, messages.user_id(send.to))
        else:
            conversation = await self.find.by_id(stream.user_id, messages.conversation_id(send.conversation_id))
        await stream.sends.acquire()
        stream.post(self._post(stream, conversation, send))

    async def _post(self, stream: ChatStream, conversation: Conversation, send: pb.ChatSend) -> None:
        try:
            sent = await self.send(stream.user_id, conversation, send.client_message_id, send.content, stream.id)
            stream.acknowledge(sent)
        except Failure as failure:
            stream.refuse(failure, send.client_message_id)
        except Exception:  # noqa: BLE001 - a send must not end the stream
            _log.exception("a send failed unexpectedly")
            stream.refuse(Internal("something went wrong on our side: try again"), send.client_message_id)
        finally:
            stream.sends.release()


async def _hello(requests: AsyncIterator[pb.ChatRequest]) -> tuple[pb.ChatHello, AsyncIterator[pb.ChatRequest]]:
    """The hello, if it is the first frame, and the frames after it."""
    first = asyncio.ensure_future(anext(requests, None))
    await asyncio.wait((first,), timeout=HELLO_SECONDS)
    said = first.result() if first.done() else None
    if said is None or said.WhichOneof("frame") != "hello":
        return pb.ChatHello(), _from(first, requests)
    validate(said)
    return said.hello, requests


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
            stream.outbox.on_end = lambda: clock.reschedule(loop.time() + CLOSE_SECONDS)
            await stream.outbox.write_to(write)
    except TimeoutError:
        raise ReaderGone from None
    finally:
        stream.outbox.on_end = _nothing


def _nothing() -> None:
    pass
