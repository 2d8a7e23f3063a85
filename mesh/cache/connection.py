"""One connection to a Redis server: many callers share it, and replies are told apart by their order."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Final, cast

from hiredis import PushNotification, Reader

from mesh.cache.errors import ServesNobody, Unable, refusal, unavailable

COMMAND_SECONDS = 1.0
"""A cache that is slower than this is no help: its caller is better served by the store."""

MAX_WAITING = 20_000
"""Commands without a reply; above it the cache counts as unavailable instead of growing without end."""

MAX_WAITING_BYTES = 32 * 1024 * 1024
"""Of commands that are not written yet, because they are of this tick or the server does not read."""

MAX_REPLY_BYTES = 64 * 1024 * 1024
"""Of one reply; more is no reply to anything we ask."""

_LOOKS = 4
"""How often in COMMAND_SECONDS somebody looks at the clock."""

_MORE: Final = object()  # False is a reply, too


class Connection(asyncio.Protocol):
    """Commands of one tick leave in one write; `on_lost` is told once, with why and whether anybody felt it.

    A command that is cancelled is still sent, and its reply dropped. When the connection is lost whoever waits gets
    CacheUnavailable: nobody can say which of the commands had an effect.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, on_lost: Callable[["Connection", Exception, bool], None]
    ) -> None:
        self._loop = loop
        self._on_lost = on_lost
        self._reader = Reader(replyError=refusal, notEnoughData=_MORE)
        self._transport: asyncio.Transport | None = None
        self._replies: deque[asyncio.Future[Any]] = deque()
        self._out: list[bytes] = []
        self._out_bytes = 0
        self._held = True
        """Whether a command need not see to its being written: a write is to come, or has to wait."""
        self._paused = False
        self._unfinished = 0
        self._asked = 0
        self._marks: deque[int] = deque()
        self._looking: asyncio.TimerHandle | None = None
        self._lost = False

    def send(self, command: bytes) -> asyncio.Future[Any]:
        """Send a packed command with the others of this tick; raises CacheUnavailable at once while too many wait."""
        self._out_bytes += len(command)
        if len(self._replies) >= MAX_WAITING or self._out_bytes > MAX_WAITING_BYTES:
            self._out_bytes -= len(command)
            raise unavailable(OverflowError("too many commands wait for the server"))
        reply: asyncio.Future[Any] = self._loop.create_future()
        self._asked += 1
        self._replies.append(reply)
        self._out.append(command)
        if not self._held:
            self._held = True
            self._loop.call_soon(self._flush)
        if self._looking is None:
            self._look_later()
        return reply

    async def greet(self, commands: Sequence[bytes]) -> None:
        """Send what a new connection begins with, then what waited for that; raises what the server says against it."""
        if self._transport is None or self._lost:
            raise ConnectionResetError("the connection was given up before it was made")
        replies: list[asyncio.Future[Any]] = [self._loop.create_future() for _ in commands]
        self._replies.extendleft(reversed(replies))
        self._asked += len(replies)
        self._transport.write(b"".join(commands))
        await asyncio.gather(*replies)
        self._flush()

    async def settled(self) -> None:
        """Wait until whoever waits now has an answer."""
        if self._replies:
            await asyncio.wait(tuple(self._replies))

    def lose(self, error: Exception, *, quietly: bool = False) -> None:
        """Give the connection up; nothing where that was done. With `quietly` it is felt only by who waits."""
        if self._lost:
            return
        self._lost = True
        if self._transport is not None:
            self._transport.abort()
        if self._looking is not None:
            self._looking.cancel()
        waiting, self._replies = self._replies, deque()
        self._out.clear()
        for reply in waiting:
            if not reply.done():
                reply.set_exception(unavailable(error))
        self._on_lost(self, error, bool(waiting) or not quietly)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport; nothing is sent before the greeting."""
        self._transport = cast("asyncio.Transport", transport)
        if self._lost:
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell everybody."""
        self.lose(exc or ConnectionResetError("the server closed the connection"), quietly=True)

    def pause_writing(self) -> None:
        """Keep what is to be written: the server does not read."""
        self._held = True
        self._paused = True

    def resume_writing(self) -> None:
        """Write what was kept."""
        self._paused = False
        self._flush()

    def data_received(self, data: bytes) -> None:
        """Give each reply to the oldest command; what is no reply to any ends the connection."""
        try:
            self._read(data)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with the replies, no later one can be trusted
            self.lose(error)

    def _read(self, data: bytes) -> None:
        reader, replies = self._reader, self._replies
        self._unfinished += len(data)
        reader.feed(data)
        while (value := reader.gets()) is not _MORE:
            self._unfinished = 0
            if type(value) is PushNotification:
                continue
            reply = replies.popleft()
            if reply.done():
                continue  # its caller went away
            if not isinstance(value, Exception):
                reply.set_result(value)
            elif isinstance(value, Unable):
                reply.set_exception(unavailable(value))
                if isinstance(value, ServesNobody):
                    raise value
            else:
                reply.set_exception(value)
        if self._unfinished > MAX_REPLY_BYTES:
            raise OverflowError("a reply has no end")

    def _flush(self) -> None:
        if self._paused or self._transport is None or self._lost:
            return
        self._held = False
        if self._out:
            out, self._out = self._out, []
            self._out_bytes = 0
            self._transport.write(out[0] if len(out) == 1 else b"".join(out))

    def _look_later(self) -> None:
        self._looking = self._loop.call_later(COMMAND_SECONDS / _LOOKS, self._look)

    def _look(self) -> None:
        """Give up when a command has waited for COMMAND_SECONDS, or up to a look longer; one timer serves them all."""
        self._looking = None
        if not self._replies:
            self._marks.clear()
            return
        self._marks.append(self._asked)
        if len(self._marks) > _LOOKS and self._marks.popleft() > self._asked - len(self._replies):
            self.lose(TimeoutError("the server does not answer"))
        else:
            self._look_later()
