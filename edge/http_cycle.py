"""One request with its answer: uvicorn's, with a short way for whole answers and for whoever waits for its client."""

from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

EXTENSION = "guild.cycle"
"""The key among an HTTP scope's extensions of the cycle itself."""


class Cycle(RequestResponseCycle):
    """What ASGI's messages do, `answer` does in one step, and `on_gone` without a task that listens."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on_gone: Callable[[], None] | None = None
        """Called when the client leaves before it has its answer."""
        extended: Any = self.scope
        extended["extensions"] = {EXTENSION: self}

    def leave(self) -> None:
        """Tell whoever serves the request that nobody waits for it any more."""
        self.disconnected = True
        self.message_event.set()
        if self.on_gone is not None:
            self.on_gone()

    async def answer(self, status: int, lines: bytes, body: bytes) -> None:
        """Send a whole answer; `lines` are its headers, a CR and LF after each.

        Raises RuntimeError when an answer was begun.
        """
        if self.flow.write_paused and not self.disconnected:
            await self.flow.drain()
        if self.response_started:
            raise RuntimeError("a request has one answer")
        if self.disconnected:
            return
        self.response_started = True
        self.waiting_for_100_continue = False
        ours = b"".join([b"%s: %s\r\n" % header for header in self.default_headers])
        end = b"\r\n" if self.keep_alive else b"connection: close\r\n\r\n"
        self.transport.write(b"".join((STATUS_LINE[status], ours, lines, end, body)))
        self.response_complete = True
        self.message_event.set()
        if not self.keep_alive:
            self.transport.close()
        self.on_response()
