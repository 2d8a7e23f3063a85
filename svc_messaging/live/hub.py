"""The life of the streams of this instance: who may open one, and when they end."""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from mesh.auth import Revocations
from mesh.errors import Failure
from mesh.events import Bus
from mesh.principal import Principal, acting_as
from mesh.telemetry import get_logger
from svc_messaging.domain.ids import UserId
from svc_messaging.live import frames
from svc_messaging.live.errors import StreamsFull, TooManyStreams
from svc_messaging.live.signals import Signals, Subscription
from svc_messaging.live.stream import ChatStream
from svc_messaging.live.switchboard import Switchboard
from svc_messaging.usecases.catch_up import CatchUp
from svc_messaging.usecases.presence import ShowPresence

STREAMS_OF_ONE_MEMBER = 10
SILENT_SECONDS = 10.0
"""After so long without a frame a stream makes room for a newer one, when its member has no more left."""
REVIEW_SECONDS = 20.0
"""How often sessions are checked again, which is what a lost signal may cost, and presence is renewed."""

_AT_ONCE = 20
"""Members whose streams catch up together: a few of the connections to the database."""

_ITSELF = Principal(service="messaging")
"""Who does what is done about streams, for others than the callers who hold them."""

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
        self._make_room(stream.user_id)
        self._switchboard.add(stream)
        try:
            await self._listen(stream.user_id)
            yield
        finally:
            self._switchboard.remove(stream)
            if not self._draining:
                self._spawn(self._left(stream.user_id))
            await stream.close()

    def announce(self, stream: ChatStream) -> None:
        """Show the others that the member of a stream which began is here, and the member who of them is."""
        self._spawn(self._arrived(stream))

    def _make_room(self, user_id: UserId) -> None:
        mine = [stream for stream in self._switchboard.of(user_id) if not stream.closing]
        if len(mine) < STREAMS_OF_ONE_MEMBER:
            return
        silent = min(mine, key=lambda stream: stream.heard_at)
        if time.monotonic() - silent.heard_at < SILENT_SECONDS:
            raise TooManyStreams(STREAMS_OF_ONE_MEMBER)
        silent.make_room()

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
        members = self._switchboard.members()
        for start in range(0, len(members), _AT_ONCE):
            await asyncio.gather(*map(self._resync_member, members[start : start + _AT_ONCE]))

    async def _resync_member(self, user_id: UserId) -> None:
        try:
            latest = await self._catch_up.latest(user_id)
        except Failure as error:
            _log.warning("cannot resync a member's streams", error=error.reason)
            return
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
            ended = await asyncio.gather(*map(self._has_ended, sessions))
            for streams, over in zip(sessions.values(), ended, strict=True):
                for stream in streams if over else ():
                    stream.sign_out()

    async def _has_ended(self, session_id: UUID) -> bool:
        """Whether that is known; what cannot be known is asked again."""
        with contextlib.suppress(Failure):
            return await self._revocations.is_revoked(session_id)
        return False

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        with acting_as(_ITSELF):
            task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
