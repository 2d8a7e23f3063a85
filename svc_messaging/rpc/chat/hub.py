"""The life of the streams of this instance: who may open one, and when they end."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from mesh.auth import Revocations
from mesh.errors import Failure
from mesh.events import Bus
from mesh.telemetry import get_logger
from svc_messaging.domain.ids import UserId
from svc_messaging.rpc.chat import frames
from svc_messaging.rpc.chat.errors import StreamsFull, TooManyStreams
from svc_messaging.rpc.chat.signals import Signals, Subscription
from svc_messaging.rpc.chat.stream import ChatStream
from svc_messaging.rpc.chat.switchboard import Switchboard
from svc_messaging.usecases.catch_up import CatchUp
from svc_messaging.usecases.show_presence import ShowPresence

STREAMS_OF_ONE_MEMBER = 10
REVIEW_SECONDS = 20.0
"""How often sessions are checked again, which is what a lost signal may cost, and presence is renewed."""

_log = get_logger(__name__)


class Hub:
    """Admits streams, listens for what ends them, lets them catch up when the bus was away (a Part that drains)."""

    name = "chat hub"

    def __init__(
        self,
        bus: Bus,
        switchboard: Switchboard,
        signals: Signals,
        revocations: Revocations,
        catch_up: CatchUp,
        presence: ShowPresence,
        *,
        max_streams: int,
    ) -> None:
        self._bus = bus
        self._switchboard = switchboard
        self._signals = signals
        self._revocations = revocations
        self._catch_up = catch_up
        self._presence = presence
        self._max_streams = max_streams
        self._interests: dict[UserId, asyncio.Task[Subscription]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._draining = False

    async def start(self) -> None:
        """Listen for ended sessions, and for the bus to come back."""
        self._unwatch = self._revocations.watch(self._session_ended)
        self._forget = self._bus.on_reconnect(lambda: self._spawn(self._resync()))
        self._spawn(self._review())

    async def drain(self) -> None:
        """Send goaway to every stream, take no more."""
        self._draining = True
        for stream in self._switchboard.all():
            stream.shut_down()

    async def stop(self) -> None:
        """Listen no more; the streams are gone with the server."""
        self._forget()
        self._unwatch()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    @asynccontextmanager
    async def holding(self, stream: ChatStream) -> AsyncGenerator[None]:
        """Keep a stream for the length of a block; raises TooManyStreams or StreamsFull.

        Inside of it the stream gets every frame, those of other instances included.
        """
        if self._draining or self._switchboard.open >= self._max_streams:
            raise StreamsFull
        if len(self._switchboard.of(stream.user_id)) >= STREAMS_OF_ONE_MEMBER:
            raise TooManyStreams(STREAMS_OF_ONE_MEMBER)
        self._switchboard.add(stream)
        try:
            await self._listen(stream.user_id)
            self._spawn(self._arrived(stream))
            yield
        finally:
            self._switchboard.remove(stream)
            if not self._draining:
                self._spawn(self._left(stream.user_id))
            await stream.close()

    async def _listen(self, user_id: UserId) -> None:
        interest = self._interests.get(user_id)
        if interest is None:
            interest = asyncio.create_task(self._signals.listen(user_id, self._switchboard.deliver))
            self._interests[user_id] = interest
        await asyncio.shield(interest)

    async def _left(self, user_id: UserId) -> None:
        if self._switchboard.of(user_id) or user_id not in self._interests:
            return
        interest = self._interests.pop(user_id)
        await (await interest).stop()
        with contextlib.suppress(Failure):
            await self._presence.went(user_id)

    async def _arrived(self, stream: ChatStream) -> None:
        with contextlib.suppress(Failure):
            for notice in await self._presence.came(stream.user_id):
                stream.deliver(frames.unordered(notice))

    def _session_ended(self, session_id: UUID) -> None:
        for stream in self._switchboard.all():
            if stream.session_id == session_id:
                stream.sign_out()

    async def _resync(self) -> None:
        """Read what was missed while the bus was away."""
        for user_id in self._switchboard.members():
            try:
                latest = await self._catch_up.latest(user_id)
            except Failure as error:
                _log.warning("cannot resync a member's streams", error=error.reason)
                continue
            for stream in self._switchboard.of(user_id):
                stream.catch_up(latest)

    async def _review(self) -> None:
        while True:
            await asyncio.sleep(REVIEW_SECONDS)
            with contextlib.suppress(Failure):
                await self._presence.refresh(self._switchboard.members())
            sessions: dict[UUID, list[ChatStream]] = {}
            for stream in self._switchboard.all():
                if stream.session_id is not None:
                    sessions.setdefault(stream.session_id, []).append(stream)
            for session_id, streams in sessions.items():
                with contextlib.suppress(Failure):
                    if await self._revocations.is_revoked(session_id):
                        for stream in streams:
                            stream.sign_out()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
