"""A chat line that stays open: it reconnects, resumes where it was, sends again what was not acknowledged."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any

from guild.messaging.v1 import chat_pb2 as pb
from guild.messaging.v1.messaging_service_pb2_grpc import MessagingServiceStub
from mesh.errors import Failure, InvalidArgument, PermissionDenied, Unauthenticated, Unimplemented
from mesh.ids import uuid7

_FIRST_WAIT = 0.2
_LONGEST_WAIT = 10.0
_HOPELESS = (InvalidArgument, PermissionDenied, Unimplemented)

Hear = Callable[[pb.ChatResponse], Awaitable[None]]
Renew = Callable[[], Awaitable[str]]
Say = Callable[[str], None]


class Line:
    """One member's stream for as long as the program runs.

    `hear` gets every frame but acks of repeats, each message once and in order. `renew` gives a new access token when
    the old one is refused.
    """

    def __init__(self, channel: Any, token: str, hear: Hear, say: Say, renew: Renew | None = None) -> None:
        self._chat = MessagingServiceStub(channel).Chat
        self._token = token
        self._hear = hear
        self._say = say
        self._renew = renew
        self._call: Any = None
        self._unacknowledged: dict[str, pb.ChatSend] = {}
        self._settled = asyncio.Event()
        self._settled.set()
        self.places: dict[str, int] = {}
        """By conversation, the last sequence that was heard."""
        self._change_cursor = ""

    async def send(self, content: str, **target: str) -> str:
        """Send a message now, or once the line is back; returns its client_message_id."""
        client_id = str(uuid7())
        self._unacknowledged[client_id] = pb.ChatSend(client_message_id=client_id, content=content, **target)
        self._settled.clear()
        await self._write(pb.ChatRequest(send=self._unacknowledged[client_id]))
        return client_id

    async def read(self, conversation_id: str, up_to: int) -> None:
        """Tell that messages were read."""
        await self._write(pb.ChatRequest(read=pb.ChatRead(conversation_id=conversation_id, up_to_sequence=up_to)))

    async def settled(self) -> None:
        """Wait until every send was answered."""
        await self._settled.wait()

    async def run(self) -> None:
        """Keep the line open until this is cancelled; raises a Failure that no new try can mend."""
        wait, renewed = _FIRST_WAIT, False
        while True:
            try:
                pause = await self._once()
                wait, renewed = _FIRST_WAIT, False
            except Unauthenticated:
                if self._renew is None or renewed:
                    raise
                self._token, pause, renewed = await self._renew(), 0.0, True
            except _HOPELESS:
                raise
            except Failure as failure:
                self._say(f"not connected ({failure.reason}), trying again in {wait:.1f} s")
                pause = wait * random.uniform(0.5, 1.0)
                wait = min(wait * 2, _LONGEST_WAIT)
            finally:
                self._call = None
            await asyncio.sleep(pause)

    async def _once(self) -> float:
        """Hold one stream until it ends; returns how many seconds the server asked to wait."""
        call = self._chat(metadata=(("authorization", f"Bearer {self._token}"),))
        pause = _FIRST_WAIT
        try:
            await call.write(pb.ChatRequest(hello=pb.ChatHello(resume=self.places, change_cursor=self._change_cursor)))
            async for frame in call:
                match frame.WhichOneof("frame"):
                    case "welcome":
                        self._call = call
                        self._change_cursor = self._change_cursor or frame.welcome.change_cursor
                        for unanswered in list(self._unacknowledged.values()):
                            await call.write(pb.ChatRequest(send=unanswered))
                    case "goaway":
                        pause = frame.goaway.reconnect_after.ToTimedelta().total_seconds()
                    case _:
                        pass
                await self._take(frame)
        finally:
            call.cancel()
        return pause

    async def _take(self, frame: pb.ChatResponse) -> None:
        match frame.WhichOneof("frame"):
            case "ack":
                self._move(frame.ack.conversation_id, frame.ack.sequence)
                if not self._answered(frame.ack.client_message_id):
                    return
            case "error":
                self._answered(frame.error.client_message_id)
            case "message":
                if not self._move(frame.message.conversation_id, frame.message.sequence):
                    return
            case "changed":
                self._change_cursor = frame.changed.change_cursor
            case _:
                pass
        await self._hear(frame)

    def _move(self, conversation_id: str, sequence: int) -> bool:
        if sequence <= self.places.get(conversation_id, 0):
            return False
        self.places[conversation_id] = sequence
        return True

    def _answered(self, client_id: str) -> bool:
        known = self._unacknowledged.pop(client_id, None) is not None
        if not self._unacknowledged:
            self._settled.set()
        return known

    async def _write(self, request: pb.ChatRequest) -> None:
        if self._call is not None:
            try:
                await self._call.write(request)
            except (Failure, asyncio.InvalidStateError):
                self._call = None  # sends are written again once the line is back
