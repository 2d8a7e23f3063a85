"""One member's chat stream: sends are matched with their acks, arrivals with the time they were due."""

import asyncio
import contextlib
import time
from typing import Any

from google.rpc.error_details_pb2 import ErrorInfo

from bench.load.target import Observe
from bench.methods import CHAT
from bench.system.members import Member
from bench.targets.dial import bearer
from guild.messaging.v1 import chat_pb2 as pb
from mesh.errors import Failure, Unavailable, restore
from mesh.rpc.client import Peer

ACK_SECONDS = 5.0
"""The deadline of a write in the contract."""
OPEN_SECONDS = 10.0
_PADDING = " Are you coming to the reunion? I would not miss it."


class ChatStream:
    """Reads in a task of its own until it is closed."""

    def __init__(self, peer: Peer, member: Member, observe: Observe) -> None:
        open_stream: Any = peer.channel.stream_stream(
            CHAT, pb.ChatRequest.SerializeToString, pb.ChatResponse.FromString
        )
        self._stream = open_stream(metadata=bearer(member.token))
        self._member = member
        self._observe = observe
        self._welcomed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting: dict[str, asyncio.Future[pb.ChatAck]] = {}
        self._conversation = ""
        self._prefix = f"{time.time_ns():x}-"
        self._sent = 0
        self.acknowledged = 0
        self.received = 0
        self._ended: BaseException | None = None
        self._reading = asyncio.create_task(self._read())

    async def welcome(self) -> None:
        """Say hello and wait for the answer."""
        await self._stream.write(pb.ChatRequest(hello=pb.ChatHello()))
        async with asyncio.timeout(OPEN_SECONDS):
            await self._welcomed

    async def introduce(self, to: str) -> None:
        """Send a first message to a member, which tells the conversation."""
        ack = await self._acked(pb.ChatSend(to=to, content="Hello!"))
        self._conversation = ack.conversation_id

    async def send(self, due: float) -> None:
        """Send a message that says when it was due; return when it is acknowledged, else raise the refusal."""
        await self._acked(pb.ChatSend(conversation_id=self._conversation, content=f"{due!r}{_PADDING}"))
        self.acknowledged += 1

    async def close(self) -> None:
        """End the stream."""
        self._stream.cancel()
        self._reading.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._reading

    async def _acked(self, send: pb.ChatSend) -> pb.ChatAck:
        if self._ended is not None:
            raise self._ended
        self._sent += 1
        send.client_message_id = f"{self._prefix}{self._sent}"
        waiting = asyncio.get_running_loop().create_future()
        self._waiting[send.client_message_id] = waiting
        try:
            await self._stream.write(pb.ChatRequest(send=send))
            async with asyncio.timeout(ACK_SECONDS):
                return await waiting
        finally:
            del self._waiting[send.client_message_id]

    async def _read(self) -> None:
        ended: BaseException = Unavailable("the stream ended")
        try:
            async for frame in self._stream:
                self._take(frame)
        except Failure as failure:
            ended = failure
        finally:
            self._ended = ended
            for waiting in (self._welcomed, *self._waiting.values()):
                if not waiting.done():
                    waiting.set_exception(ended)
            if not self._welcomed.cancelled():
                self._welcomed.exception()  # seen: nobody may be waiting for it

    def _take(self, frame: pb.ChatResponse) -> None:
        kind = frame.WhichOneof("frame")
        if kind == "ack":
            waiting = self._waiting.get(frame.ack.client_message_id)
            if waiting is not None and not waiting.done():
                waiting.set_result(frame.ack)
        elif kind == "message":
            self._arrived(frame.message.sender_id, frame.message.content)
        elif kind == "error":
            self._refused(frame.error)
        elif kind == "welcome" and not self._welcomed.done():
            self._welcomed.set_result(None)

    def _arrived(self, sender: str, content: str) -> None:
        due, _, padding = content.partition(" ")
        if sender != self._member.id and padding:
            self.received += 1
            self._observe("receive", time.monotonic() - float(due))

    def _refused(self, error: pb.ChatError) -> None:
        waiting = self._waiting.get(error.client_message_id)
        if waiting is not None and not waiting.done():
            reason = _reason(error)
            waiting.set_exception(restore(error.status.code, reason, error.status.message))


def _reason(error: pb.ChatError) -> str:
    info = ErrorInfo()
    for detail in error.status.details:
        if detail.Unpack(info):
            return info.reason
    return ""
