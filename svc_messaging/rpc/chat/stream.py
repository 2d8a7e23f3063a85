"""One open chat stream: what it still has to write, in which order."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any
from uuid import UUID

from guild.messaging.v1 import chat_pb2 as pb
from mesh.auth import SessionRevoked
from mesh.errors import Failure
from mesh.ids import uuid7
from mesh.telemetry import get_logger
from svc_messaging.domain.ids import ConversationId, StreamId, UserId
from svc_messaging.domain.message import Message, Sent
from svc_messaging.rpc.chat import frames
from svc_messaging.rpc.chat.frames import Frame
from svc_messaging.rpc.chat.order import Order
from svc_messaging.rpc.chat.outbox import Outbox
from svc_messaging.usecases.catch_up import Beginning

MAX_HELD = 500
"""Messages that wait for an earlier one; more means that the store cannot keep up with the stream."""
MAX_SENDS = 256
"""Sends of one stream on their way to the store."""
RETRY_SECONDS = 1.0
"""Between two tries to read what is missing while the database is away."""
RECONNECT_SPREAD = 2.0
"""Clients of a server that stops come back over this many seconds, not all at once."""

History = Callable[[ConversationId, int, int], Awaitable[list[Message]]]
_log = get_logger(__name__)


class ChatStream:
    """Whatever happens to a member goes through here to one of their devices."""

    def __init__(self, user_id: UserId, session_id: UUID | None, history: History) -> None:
        self.id = StreamId(uuid7())
        self.user_id = user_id
        self.session_id = session_id
        self.outbox = Outbox()
        self.sends = asyncio.Semaphore(MAX_SENDS)
        self.failure: Failure | None = None
        """What the stream ends with, when it does not end well."""
        self.closing = False
        self._history = history
        self._order: Order[Frame] = Order()
        self._filling: set[ConversationId] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._posts: set[asyncio.Task[None]] = set()

    def begin(self, beginning: Beginning) -> None:
        """Let live messages pass from here on; replay what the client missed."""
        self._order.open(beginning.cursors, complete=beginning.complete)
        for conversation_id, sequence in beginning.targets.items():
            self._order.expect(conversation_id, sequence)
        self._spawn(self._replay(self._order.behind()))

    def catch_up(self, latest: dict[ConversationId, int]) -> None:
        """Read what was missed while no signals came."""
        for conversation_id, sequence in latest.items():
            self._order.expect(conversation_id, sequence)
        self._spawn(self._replay(self._order.behind()))

    def deliver(self, frame: Frame) -> bool:
        """Write a frame, a message in its turn; False when its turn is over."""
        if frame.conversation_id is None:
            self._push(frame)
            return True
        if not self._order.offer(frame.conversation_id, frame.sequence, frame):
            return False
        if self._order.holding > MAX_HELD:
            self._slow()
        self._flush(frame.conversation_id)
        return True

    def acknowledge(self, sent: Sent) -> None:
        """Answer a send; the ack takes the place of the message in the order."""
        frame = frames.ack(sent)
        if sent.duplicate or not self.deliver(frame):
            self._push(frame)

    def refuse(self, failure: Failure, client_message_id: str | None = None) -> None:
        """Answer a frame that was refused."""
        self._push(frames.refusal(failure, client_message_id))

    def post(self, work: Coroutine[Any, Any, None]) -> None:
        """Let a send go on beside the next frames."""
        self._spawn(work, self._posts)

    async def posted(self) -> None:
        """Wait until every send is answered."""
        while self._posts:
            await asyncio.wait(self._posts)

    def shut_down(self) -> None:
        """Tell the client to go elsewhere; sends on their way are still answered."""
        if not self.closing:
            self.closing = True
            wait = random.uniform(0, RECONNECT_SPREAD)  # noqa: S311 - it spreads load
            self._push(frames.goaway(pb.GOAWAY_REASON_SHUTDOWN, wait))
            self._spawn(self._end())

    def sign_out(self) -> None:
        """End the stream of a session that was ended."""
        self.closing = True
        self.failure = SessionRevoked("this session was ended: sign in again")
        self.outbox.end(frames.goaway(pb.GOAWAY_REASON_SIGNED_OUT, 0.0).data, drop=True)

    async def close(self) -> None:
        """Let go of everything."""
        self.outbox.end(drop=True)
        tasks = self._tasks | self._posts
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _end(self) -> None:
        await self.posted()
        self.outbox.end()

    def _push(self, frame: Frame) -> None:
        if not self.outbox.push(frame.data):
            self._slow()

    def _slow(self) -> None:
        self.closing = True
        self.outbox.end(frames.goaway(pb.GOAWAY_REASON_SLOW_READER, RETRY_SECONDS).data, drop=True)

    def _flush(self, conversation_id: ConversationId) -> None:
        for frame in self._order.ready(conversation_id):
            self._push(frame)
        if self._order.missing(conversation_id) is not None and conversation_id not in self._filling:
            self._spawn(self._fill(conversation_id))

    async def _replay(self, behind: list[ConversationId]) -> None:
        for conversation_id in behind:
            await self._fill(conversation_id)

    async def _fill(self, conversation_id: ConversationId) -> None:
        if conversation_id in self._filling:
            return
        self._filling.add(conversation_id)
        try:
            while True:
                for frame in self._order.ready(conversation_id):
                    self._push(frame)
                gap = self._order.missing(conversation_id)
                if gap is None or self.outbox.ended:
                    return
                await self._read(conversation_id, *gap)
        finally:
            self._filling.discard(conversation_id)

    async def _read(self, conversation_id: ConversationId, after: int, up_to: int) -> None:
        try:
            found = await self._history(conversation_id, after, up_to)
        except Failure as error:
            _log.warning("cannot read what a stream missed", error=error.reason)
            await asyncio.sleep(RETRY_SECONDS)
            return
        if not found:  # numbers have no holes, unless a backup without these was put back
            self._order.take(conversation_id, up_to)
        for message in found:
            await self.outbox.room()
            if self._order.holds(conversation_id, message.sequence):
                return
            if self._order.take(conversation_id, message.sequence):
                self._push(frames.message(message, self.user_id))

    def _spawn(self, work: Coroutine[Any, Any, None], tasks: "set[asyncio.Task[None]] | None" = None) -> None:
        kept = self._tasks if tasks is None else tasks
        task = asyncio.create_task(work)
        kept.add(task)
        task.add_done_callback(kept.discard)
