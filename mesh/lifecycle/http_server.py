"""uvicorn as one part of a process."""

import asyncio
import contextlib
from collections.abc import Generator

import uvicorn


class HttpServer(uvicorn.Server):
    """Leaves signals to the process it is a part of, and sleeps until it is to end."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._ended = asyncio.Event()

    def end(self) -> None:
        """Let `serve` return."""
        self.should_exit = True
        self._ended.set()

    async def main_loop(self) -> None:
        """Wait; uvicorn's own looks ten times a second whether it is time."""
        await self._ended.wait()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Capture none."""
        yield
