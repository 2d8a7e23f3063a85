"""The open streams of this instance, by member."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from prometheus_client import Gauge

from mesh.auth.revocation import SUBJECT as SESSION_REVOKED
from mesh.auth.revocation import Revocations
from mesh.errors import Failure
from mesh.events import Bus
from mesh.telemetry import get_logger
from svc_messaging.domain.ids import StreamId, UserId
from svc_messaging.domain.notices import Telling
from svc_messaging.rpc.chat import frames
from svc_messaging.rpc.chat.errors import StreamsFull, TooManyStreams
from svc_messaging.rpc.chat.frames import Frame
from svc_messaging.rpc.chat.signals import Signals, Subscription
from svc_messaging.rpc.chat.stream import ChatStream
from svc_messaging.usecases.catch_up import CatchUp

STREAMS_OF_ONE_MEMBER = 10
REVIEW_SECONDS = 20.0
"""How often sessions are checked again: what a lost signal may cost."""

_log = get_logger(__name__)
_open = Gauge("guild_chat_streams", "Open chat streams.")


class Hub:
    """Knows every stream, hands frames to them, ends them (a Part that drains)."""

    name = "chat hub"

    def __init__(
        self, bus: Bus, signals: Signals, revocations: Revocations, catch_up: CatchUp, *, max_streams: int
    ) -> None:
        self._bus = bus
        self._signals = signals
        self._revocations = revocations
        self._catch_up = catch_up
        self._max_streams = max_streams
        self._streams: dict[UserId, list[ChatStream]] = {}
        self._interests: dict[UserId, asyncio.Task[Subscription]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._ended: Subscription | None = None
        self._draining = False
        self.open = 0
        """How many streams there are."""
        _open.set_function(lambda: self.open)

    async def start(self) -> None:
        """Listen for ended sessions, and for the bus to come back."""
        self._ended = await self._bus.subscribe(SESSION_REVOKED, self._session_ended)
        self._forget = self._bus.on_reconnect(lambda: self._spawn(self._resync()))
        self._spawn(self._review())

    async def drain(self) -> None:
        """Send goaway to every stream, take no more."""
        self._draining = True
        for stream in self._all():
            stream.shut_down()

    async def stop(self) -> None:
        """Listen no more; the streams are gone with the server."""
        self._forget()
        if self._ended is not None:
            await self._ended.stop()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    def tell(self, telling: Telling) -> None:
        """Hand a telling to every stream of its recipients, here at once, elsewhere by signal."""
        for user_id, frame in frames.told(telling):
            self._deliver(user_id, frame, telling.origin)
            self._signals.publish(user_id, frame)

    @asynccontextmanager
    async def holding(self, stream: ChatStream) -> AsyncGenerator[None]:
        """Keep a stream for the length of a block; raises TooManyStreams or StreamsFull.

        Inside of it the stream gets every frame, those of other instances included.
        """
        user_id = stream.user_id
        self._admit(user_id)
        mine = self._streams.setdefault(user_id, [])
        mine.append(stream)
        self.open += 1
        try:
            await self._listen(user_id)
            yield
        finally:
            mine.remove(stream)
            self.open -= 1
            if not mine and self._streams.get(user_id) is mine:
                del self._streams[user_id]
                self._spawn(self._ignore(user_id))
            await stream.close()

    def is_here(self, user_id: UserId) -> bool:
        """Whether the member has a stream on this instance."""
        return user_id in self._streams

    def _admit(self, user_id: UserId) -> None:
        if self._draining or self.open >= self._max_streams:
            raise StreamsFull
        if len(self._streams.get(user_id, ())) >= STREAMS_OF_ONE_MEMBER:
            raise TooManyStreams(STREAMS_OF_ONE_MEMBER)

    def _deliver(self, user_id: UserId, frame: Frame, origin: StreamId | None = None) -> None:
        for stream in self._streams.get(user_id, ()):
            if stream.id != origin:
                stream.deliver(frame)

    async def _listen(self, user_id: UserId) -> None:
        interest = self._interests.get(user_id)
        if interest is None:
            interest = asyncio.create_task(self._signals.listen(user_id, self._deliver))
            self._interests[user_id] = interest
        await asyncio.shield(interest)

    async def _ignore(self, user_id: UserId) -> None:
        interest = self._interests.get(user_id)
        if interest is None or user_id in self._streams:
            return
        del self._interests[user_id]
        await (await interest).stop()

    async def _session_ended(self, message: object) -> None:
        text: bytes = getattr(message, "data", b"")
        session = text.decode(errors="replace").partition(" ")[0]
        for stream in self._all():
            if str(stream.session_id) == session:
                stream.sign_out()

    async def _resync(self) -> None:
        """Read what was missed while the bus was away."""
        for user_id, streams in list(self._streams.items()):
            try:
                latest = await self._catch_up.latest(user_id)
            except Failure as error:
                _log.warning("cannot resync a member's streams", error=error.reason)
                continue
            for stream in list(streams):
                stream.catch_up(latest)

    async def _review(self) -> None:
        while True:
            await asyncio.sleep(REVIEW_SECONDS)
            sessions: dict[UUID, list[ChatStream]] = {}
            for stream in self._all():
                if stream.session_id is not None:
                    sessions.setdefault(stream.session_id, []).append(stream)
            for session_id, streams in sessions.items():
                if await self._revocations.is_revoked(session_id):
                    for stream in streams:
                        stream.sign_out()

    def _all(self) -> list[ChatStream]:
        return [stream for streams in self._streams.values() for stream in streams]

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
