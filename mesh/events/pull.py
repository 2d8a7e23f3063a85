"""Keeps a durable pull consumer's messages flowing: asks for more before the last answer is used up.

A request stays open on the server for a while and is answered message by message, with heartbeats between; what the
server does not answer any more is told by its status or noticed by the missing heartbeat, and ends in ConsumerLost.
"""

import asyncio
import time
from collections.abc import Callable

import orjson
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

EXPIRES = 30.0
"""Seconds a request stays open."""

HEARTBEAT = 2.0
"""Seconds between signs of life of an open request."""

MISSED = 2
"""Heartbeats that may be missing before the request counts as lost."""

_SILENCE = (MISSED + 0.5) * HEARTBEAT
_SOON = 0.01
_SECOND = 1_000_000_000
_STATUS, _PENDING, _DESCRIPTION = "Status", "Nats-Pending-Messages", "Description"
_ENDED = frozenset({"404", "408"})  # nothing there, or the request has been open long enough
_LIMITED = ("batch completed", "message size exceeds maxbytes", "exceeded maxwaiting")


class ConsumerLost(Exception):  # noqa: N818 - the supervisor's cue to begin again
    """The server answers for this consumer no more."""


class Pull:
    """One subscription to a consumer; `room()` says how many more messages its owner can hold."""

    def __init__(self, nc: Client, subject: str, on_message: Callable[[Msg], None], room: Callable[[], int]) -> None:
        self._nc = nc
        self._subject = subject
        self._on_message = on_message
        self._room = room
        self._outstanding = 0
        self._heard = time.monotonic()
        self._inbox = nc.new_inbox()
        self._lost = ""
        self.wake = asyncio.Event()

    async def run(self) -> None:
        """Pull until the consumer is lost; raises ConsumerLost then."""
        subscription: Subscription = await self._nc.subscribe(self._inbox, cb=self._received, pending_msgs_limit=-1)
        try:
            while True:
                await self._top_up()
                self.wake.clear()
                quiet = time.monotonic() - self._heard
                try:
                    # not wait_for: before Python 3.12 it can swallow a cancel
                    async with asyncio.timeout(max(_SOON, _SILENCE - quiet) if self._outstanding else None):
                        await self.wake.wait()
                except TimeoutError:
                    if self._outstanding and time.monotonic() - self._heard > _SILENCE:
                        raise ConsumerLost("no heartbeat") from None
                if self._lost:
                    raise ConsumerLost(self._lost)
        finally:
            if not self._nc.is_closed:
                await subscription.unsubscribe()

    def lose(self, why: str) -> None:
        """End `run`."""
        self._lost = why
        self.wake.set()

    async def _top_up(self) -> None:
        room = self._room() - self._outstanding
        if room <= 0 or (self._outstanding and room < self._outstanding):
            return
        if not self._outstanding:
            self._heard = time.monotonic()
        self._outstanding += room
        request = {"batch": room, "expires": int(EXPIRES * _SECOND), "idle_heartbeat": int(HEARTBEAT * _SECOND)}
        await self._nc.publish(self._subject, orjson.dumps(request), reply=self._inbox)

    async def _received(self, message: Msg) -> None:
        self._heard = time.monotonic()
        status = (message.headers or {}).get(_STATUS)
        if status is None or message.reply:
            self._outstanding = max(0, self._outstanding - 1)
            self._on_message(message)
        elif status != "100":
            self._on_status(status, message.headers or {})
        if not self._outstanding or self._lost:
            self.wake.set()

    def _on_status(self, status: str, headers: dict[str, str]) -> None:
        description = headers.get(_DESCRIPTION, "")
        if status in _ENDED or description.lower().startswith(_LIMITED):
            self._outstanding = max(0, self._outstanding - int(headers.get(_PENDING, self._outstanding)))
        else:  # deleted, a new leader, a server that shuts down, no JetStream
            self._lost = f"{status} {description}"
