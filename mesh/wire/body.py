"""The messages of one stream as they come in, until somebody reads them: how far ahead the peer may be is kept here."""

import asyncio
from collections import deque

from mesh.wire.messages import Deframer, Received
from mesh.wire.stream import Stream
from mesh.wire.transport import Wire

_PREFIX = 5


class Inbox:
    """Made when the first octets come; `read` is for one reader at a time."""

    __slots__ = ("_deframer", "_ended", "_messages", "_reader", "_stream", "_wire")

    def __init__(self, wire: Wire, stream: Stream) -> None:
        self._wire = wire
        self._stream = stream
        self._deframer = Deframer(wire.limits.max_message_bytes)
        self._messages: deque[Received] = deque()
        self._ended = False
        self._reader: asyncio.Future[None] | None = None

    def __len__(self) -> int:
        return len(self._messages)

    @property
    def is_within(self) -> bool:
        """Whether a message was begun and is not complete."""
        return self._deframer.is_within

    def take(self, data: bytes) -> None:
        """Keep what `data` completes, and let the peer send as much again of the rest; raises RpcFault."""
        whole = self._deframer.feed(data)
        http = self._wire.http
        if whole:
            self._messages.extend(whole)
            size = _PREFIX * len(whole)
            for _, message in whole:
                size += len(message)
            self._stream.queued += size
            http.unread += size
            self._wake()
        http.credit(self._stream)
        self._count_partial(self._deframer.kept)  # which may end the call, and drop all this

    def end(self) -> None:
        """Nothing more will come: what is still to be read holds nobody else up, whoever reads it or never does."""
        self._ended = True
        self._count_partial(0)
        self._wire.http.forget(self._stream)
        self._wake()

    def drop(self) -> None:
        """Forget what nobody will read."""
        self._messages.clear()
        self._deframer.drop()
        self.end()

    def pop(self) -> Received:
        """Return the next message; raises IndexError when there is none."""
        message = self._messages.popleft()
        if self._ended:
            return message
        http = self._wire.http
        http.read(self._stream, len(message[1]) + _PREFIX)
        if http.pending:
            self._wire.kick()
        return message

    async def read(self) -> Received | None:
        """Return the next message, None after the last."""
        while not self._messages:
            if self._ended:
                return None
            if self._reader is None or self._reader.done():  # whoever waited before may have been cancelled
                self._reader = self._wire.loop.create_future()
            await self._reader
        return self.pop()

    def _count_partial(self, kept: int) -> None:
        more = kept - self._stream.partial
        if more:
            self._stream.partial = kept
            self._wire.http.partial += more
            if more > 0:
                self._wire.on_partial()

    def _wake(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None and not reader.done():
            reader.set_result(None)
