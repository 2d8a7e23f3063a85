"""Frames between instances: a NATS subject for each member, heard where that member has a stream."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from typing import Protocol
from uuid import UUID

import nats.errors
from google.protobuf.message import DecodeError

from mesh.events import Bus
from mesh.ids import uuid7
from mesh.telemetry import get_logger
from svc_messaging.domain.ids import UserId
from svc_messaging.live.frames import Frame

MAX_WAITING = 50_000
"""Frames that wait for the bus; beyond it they are dropped: the streams elsewhere read the store when they notice."""
FLUSH_SECONDS = 1.0
"""How long a new stream waits for the bus to know of it; without the bus it lives on what this instance sends."""
_INSTANCE_BYTES = 16

Hear = Callable[[UserId, Frame], None]
_log = get_logger(__name__)


class Subscription(Protocol):
    """Interest in what other instances send a member."""

    async def stop(self) -> None:
        """Hear no more."""
        ...


class Signals:
    """Sends frames to the other instances, hears theirs; what this instance sent itself is passed over (a Part)."""

    name = "chat signals"

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._instance = uuid7().bytes
        self._waiting: deque[tuple[UserId, bytes]] = deque()
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to send."""
        self._task = asyncio.create_task(self._send())

    async def stop(self) -> None:
        """Send no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait((self._task,))

    def publish(self, user_id: UserId, frame: Frame) -> None:
        """Send a frame to whoever holds streams of a member elsewhere."""
        if len(self._waiting) < MAX_WAITING:
            self._waiting.append((user_id, frame.data))
            self._wake.set()

    async def listen(self, user_id: UserId, hear: Hear) -> Subscription:
        """Hear what other instances send a member from now on."""

        async def heard(message: object) -> None:
            data: bytes = getattr(message, "data", b"")
            if data[:_INSTANCE_BYTES] != self._instance:
                self._hear(user_id, data[_INSTANCE_BYTES:], hear)

        subscription = await self._bus.subscribe(_subject(user_id), heard)
        if self._bus.nc.is_connected:
            with contextlib.suppress(nats.errors.Error, OSError, TimeoutError):
                await self._bus.nc.flush(int(FLUSH_SECONDS))
        return subscription

    def _hear(self, user_id: UserId, data: bytes, hear: Hear) -> None:
        try:
            frame = Frame.of(data)
        except (DecodeError, ValueError):
            _log.warning("a frame of another instance is not understood")
            return
        hear(user_id, frame)

    async def _send(self) -> None:
        while True:
            while self._waiting:
                user_id, data = self._waiting.popleft()
                await self._bus.publish(_subject(user_id), self._instance + data)
            self._wake.clear()
            await self._wake.wait()


def _subject(user_id: UUID) -> str:
    return f"guild.chat.{user_id}"
