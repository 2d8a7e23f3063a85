"""One open chat stream: what it still has to write, in which order."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any
from uuid import UUID

from guild.messaging.v1 import chat_pb2 as pb
from mesh.auth import SessionRevoked
from mesh.errors import Failure
from mesh.ids import uuid7
from mesh.telemetry import get_logger
from svc_messaging.domain.ids import ConversationId, StreamId, UserId
from svc_messaging.domain.message import Sent
from svc_messaging.live import frames
from svc_messaging.live.frames import Frame
from svc_messaging.live.order import Order
from svc_messaging.live.outgoing import Outgoing
from svc_messaging.usecases.catch_up import Beginning

MAX_HELD = 500
"""Messages that wait for an earlier one; more means that the store cannot keep up with the stream."""
MAX_SENDS = 256
"""Sends of one stream on their way to the store."""
RETRY_SECONDS = 1.0
"""Between two tries to read what is missing while the database is away."""
RECONNECT_SPREAD = 2.0
"""Clients of a server that stops come back over this many seconds, not all at once."""

REPLACED_SECONDS = 60.0
"""Before a client whose stream made room for another one comes back."""

History = Callable[[ConversationId, int, int], Awaitable[list[Frame]]]
_log = get_logger(__name__)


class ChatStream:
    """Whatever happens to a member goes through here to one of their devices."""

    def __init__(self, user_id: UserId, session_id: UUID | None, history: History) -> None:
        self.id = StreamId(uuid7())
        self.user_id = user_id
        self.session_id = session_id
        self.outgoing = Outgoing()
        self.sends = asyncio.Semaphore(MAX_SENDS)
        self.failure: Failure | None = None
        """What the stream ends with, when it does not end well."""
        self.closing = False
        self.heard_at = time.monotonic()
        """When the client last said something."""
        self._began = False
        self._history = history
        self._order: Order[Frame] = Order()
        self._filling: set[ConversationId] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._posts: set[asyncio.Task[None]] = set()

    def hear(self) -> None:
        """Note that the client says something."""
        self.heard_at = time.monotonic()

    def begin(self, beginning: Beginning, welcome: Frame) -> None:
        """Write the first frame, let live ones pass from here on; replay what the client missed."""
        self._push(welcome)
        self._began = True
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
        """Write a frame, a message in its turn; False when its turn is over. A hint that comes too early is dropped."""
        if frame.conversation_id is None:
            if self._began:
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
        wait = random.uniform(0, RECONNECT_SPREAD)  # noqa: S311 - it spreads load
        self._leave(pb.GOAWAY_REASON_SHUTDOWN, wait)

    def make_room(self) -> None:
        """End the stream for a newer one of the same member."""
        self._leave(pb.GOAWAY_REASON_REPLACED, REPLACED_SECONDS)

    def sign_out(self) -> None:
        """End the stream of a session that was ended."""
        self.closing = True
        self.failure = SessionRevoked("this session was ended: sign in again")
        self.outgoing.end(frames.goaway(pb.GOAWAY_REASON_SIGNED_OUT, 0.0).data, drop=True)

    async def close(self) -> None:
        """Let go of everything."""
        self.outgoing.end(drop=True)
        tasks = self._tasks | self._posts
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _leave(self, reason: "pb.GoawayReason.ValueType", wait: float) -> None:
        if not self.closing:
            self.closing = True
            self._push(frames.goaway(reason, wait))
            self._spawn(self._end())

    async def _end(self) -> None:
        await self.posted()
        self.outgoing.end()

    def _push(self, frame: Frame) -> None:
        if not self.outgoing.push(frame.data):
            self._slow()

    def _slow(self) -> None:
        self.closing = True
        self.outgoing.end(frames.goaway(pb.GOAWAY_REASON_SLOW_READER, RETRY_SECONDS).data, drop=True)

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
                if gap is None or self.outgoing.ended:
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
        for frame in found:
            await self.outgoing.room()
            if self._order.holds(conversation_id, frame.sequence):
                return
            if self._order.take(conversation_id, frame.sequence):
                self._push(frame)

    def _spawn(self, work: Coroutine[Any, Any, None], tasks: "set[asyncio.Task[None]] | None" = None) -> None:
        kept = self._tasks if tasks is None else tasks
        task = asyncio.create_task(work)
        kept.add(task)
        task.add_done_callback(kept.discard)
