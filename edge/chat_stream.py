"""One open chat: frames of a WebSocket and messages of a gRPC stream, passed on in both directions."""

import asyncio

from edge.chat_frames import ClientFrames
from edge.chat_socket import INTERNAL, NORMAL, POLICY, RESTART, TRY_LATER, ChatSocket, SocketClosed
from edge.faults import MalformedRequest
from mesh.errors import Code, Failure
from mesh.rpc.client import RawStream
from mesh.rpc.ended import Ended

MAX_MALFORMED = 20
"""Frames of one connection that may be no frames; a client with so many is broken, or tries things out."""
LAST_WORDS_SECONDS = 2.0
"""How long the service may take to finish what a client sent before it closed."""
RECONNECT_SECONDS = 1.0

_CLOSE_OF_GOAWAY = {"GOAWAY_REASON_SHUTDOWN": RESTART, "GOAWAY_REASON_SLOW_READER": TRY_LATER}
_UNREACHABLE = frozenset({Code.UNAVAILABLE, Code.CANCELLED, Code.ABORTED})
_OURS = frozenset({Code.INTERNAL, Code.UNKNOWN, Code.DATA_LOSS})


class ChatStream:
    """A frame that is none gets an error frame, and the stream stays open.

    Nothing is buffered here: a client that does not read stops the service from writing, which then lets it go.
    """

    def __init__(self, socket: ChatSocket, upstream: RawStream, frames: ClientFrames, request_id: str) -> None:
        self._socket = socket
        self._upstream = upstream
        self._frames = frames
        self._request_id = request_id
        self._task: asyncio.Task[None] | None = None
        self._farewell: bytes | None = None

    def leave(self, reconnect_after: float) -> None:
        """Say goodbye and close: this instance stops, another one is there in so many seconds."""
        if self._farewell is None and self._task is not None:
            self._farewell = self._frames.goaway(reconnect_after)
            self._task.cancel()

    async def run(self) -> None:
        """Serve until either side ends."""
        self._task = asyncio.current_task()
        upward = asyncio.create_task(self._upward())
        try:
            await self._downward()
        except SocketClosed:
            pass
        except asyncio.CancelledError:
            if self._farewell is None or self._task is None:
                raise
            self._task.uncancel()
            await self._say(self._farewell, RESTART, "SHUTDOWN")
        finally:
            upward.cancel()
            self._upstream.cancel()

    async def _downward(self) -> None:
        """Pass the service's messages on, then close as it ended."""
        code, reason = NORMAL, ""
        try:
            while (message := await self._upstream.read()) is not None:
                response = self._frames.parse(message)
                await self._socket.write(self._frames.write(response))
                if response.HasField("goaway"):
                    reason = _name(response.goaway)
                    code = _CLOSE_OF_GOAWAY.get(reason, POLICY)
        except Ended as ended:
            if not reason:
                await self._ended(ended.failure)
                return
        await self._socket.close(code, reason.removeprefix("GOAWAY_REASON_"))

    async def _upward(self) -> None:
        """Pass the client's frames on until it closes."""
        malformed = 0
        try:
            if self._frames.hello is not None:
                await self._upstream.write(self._frames.hello)
            while True:
                text = await self._socket.read()
                try:
                    frame = self._frames.read(text)
                except MalformedRequest as wrong:
                    malformed += 1
                    await self._socket.write(self._frames.error(wrong, self._request_id, text))
                    if malformed >= MAX_MALFORMED:
                        await self._socket.close(POLICY, "TOO_MANY_MALFORMED_FRAMES")
                        break
                else:
                    if not await self._upstream.write(frame):
                        return
        except SocketClosed:
            pass
        await self._upstream.done_writing()
        asyncio.get_running_loop().call_later(LAST_WORDS_SECONDS, self._upstream.cancel)

    async def _ended(self, failure: Failure) -> None:
        if failure.code in _UNREACHABLE:
            await self._say(self._frames.goaway(RECONNECT_SECONDS), RESTART, "SHUTDOWN")
        elif failure.code in _OURS:
            await self._socket.close(INTERNAL, "INTERNAL")
        else:
            await self._say(self._frames.error(failure, self._request_id), POLICY, failure.reason)

    async def _say(self, frame: bytes, code: int, reason: str) -> None:
        try:
            await self._socket.write(frame)
        except SocketClosed:
            return
        await self._socket.close(code, reason)


def _name(goaway: object) -> str:
    field = goaway.DESCRIPTOR.fields_by_name["reason"]  # pyright: ignore[reportAttributeAccessIssue]
    value = field.enum_type.values_by_number.get(goaway.reason)  # pyright: ignore[reportAttributeAccessIssue]
    return value.name if value is not None else ""
