"""Deadline: a call without one gets the one of its policy, a call that is too late is not begun."""

import asyncio
import time
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any, ClassVar

from mesh.contract import MethodSpec
from mesh.errors import DeadlineExceeded
from mesh.rpc.call import Call
from mesh.rpc.concern import Proceed

_SOONEST = 0.001
"""Seconds from one look at the clock to the next: loops round what is left to as much."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """The transport ends calls at the deadline their client set; this ends the others."""

    name: ClassVar[str] = "deadline"

    def applies(self, _method: MethodSpec) -> bool:
        """All methods: clients may set a deadline where the policy has none."""
        return True

    def around(self, method: MethodSpec, proceed: Proceed) -> Proceed:
        """Give calls their time; raises DeadlineExceeded when it is used up. Calls to peers read `call.deadline`.

        On a server with more work than time a call may have waited past its deadline before it gets here: nobody waits
        for its answer any more, so the time goes to the next one.
        """
        seconds = method.required_policy.deadline
        within = proceed if seconds is None else _within(seconds, proceed)

        def run(call: Call) -> Awaitable[Any]:
            if call.deadline is None:
                return within(call)
            if call.deadline <= time.monotonic():
                raise DeadlineExceeded(f"{method.name} was called too late to be begun")
            return proceed(call)

        return run


def _within(seconds: float, proceed: Proceed) -> Proceed:
    clock = _Clock()

    async def run(call: Call) -> Any:
        task = asyncio.current_task()
        assert task is not None, "calls are served by tasks"  # noqa: S101
        asked = task.cancelling()
        call.deadline = time.monotonic() + seconds
        clock.start(call, task)
        try:
            return await proceed(call)
        except asyncio.CancelledError as error:
            if call in clock.running or task.cancelling() > asked + 1:  # somebody else cancelled it
                raise
            raise DeadlineExceeded(f"{call.method.name} did not finish within {seconds:g} s") from error
        finally:
            if clock.running.pop(call, None) is None:
                task.uncancel()

    return run


class _Clock:
    """What asyncio.timeout is to a task, for the calls of a method that have equally long: who began first ends first.

    So it is a line of calls with a timer for the first of them, and a call that begins or ends costs an entry.
    """

    __slots__ = ("_loop", "_timer", "running")

    def __init__(self) -> None:
        self.running: dict[Call, asyncio.Task[Any]] = {}
        """The calls whose time has not run out; whoever ends before takes itself out."""
        self._timer: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self, call: Call, task: asyncio.Task[Any]) -> None:
        """Cancel `task` at the deadline of the call."""
        loop = task.get_loop()
        if loop is not self._loop:
            self._loop, self._timer = loop, None
            self.running.clear()
        self.running[call] = task
        if self._timer is None:
            self._look_at(call, loop)

    def _look_at(self, call: Call, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = loop.call_later((call.remaining() or 0.0) + _SOONEST, self._look, loop)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        due: list[Call] = []
        for call in self.running:
            if call.remaining():
                self._look_at(call, loop)
                break
            due.append(call)
        for call in due:
            self.running.pop(call).cancel()
