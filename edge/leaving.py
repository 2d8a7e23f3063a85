"""A client that leaves while its call is under way ends the call."""

import asyncio
from types import TracebackType
from typing import Any, Self

from edge.body import ClientGone
from edge.http_cycle import Cycle


class LeavingWatch:
    """Within its block the current task is cancelled when the client leaves; the block then raises ClientGone."""

    __slots__ = ("_cycle", "_gone", "_task")

    def __init__(self, cycle: Cycle) -> None:
        self._cycle = cycle
        self._gone = False

    def __enter__(self) -> Self:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - this is in a coroutine
        if self._cycle.disconnected:
            raise ClientGone
        self._task: asyncio.Task[Any] = task
        self._cycle.on_gone = self._leave
        return self

    def __exit__(self, kind: type[BaseException] | None, _error: BaseException | None, _: TracebackType | None) -> None:
        self._cycle.on_gone = None
        if self._gone:
            self._task.uncancel()
            if kind is not None and issubclass(kind, asyncio.CancelledError):
                raise ClientGone from None

    def _leave(self) -> None:
        self._cycle.on_gone = None
        self._gone = True
        self._task.cancel()
