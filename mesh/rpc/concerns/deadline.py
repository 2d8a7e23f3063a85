"""Deadline: a call without one gets the one of its policy, a call that is too late is not begun."""

import asyncio
import time
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from mesh.contract import MethodSpec
from mesh.errors import DeadlineExceeded
from mesh.rpc.call import Call
from mesh.rpc.concern import Proceed
from mesh.wire.wheel import Wheel


@dataclass(slots=True)
class Deadline:
    """The transport ends calls at the deadline their client set; this ends the others."""

    name: ClassVar[str] = "deadline"
    _wheel: Wheel | None = field(default=None, init=False)
    _loop: asyncio.AbstractEventLoop | None = field(default=None, init=False)

    def applies(self, _method: MethodSpec) -> bool:
        """All methods: clients may set a deadline where the policy has none."""
        return True

    def around(self, method: MethodSpec, proceed: Proceed) -> Proceed:
        """Give calls their time; raises DeadlineExceeded when it is used up. Calls to peers read `call.deadline`.

        On a server with more work than time a call may have waited past its deadline before it gets here: nobody waits
        for its answer any more, so the time goes to the next one.
        """
        seconds = method.required_policy.deadline

        def run(call: Call) -> Awaitable[Any]:
            if call.deadline is None:
                return proceed(call) if seconds is None else self._within(seconds, call, proceed)
            if call.deadline <= time.monotonic():
                raise DeadlineExceeded(f"{method.name} was called too late to be begun")
            return proceed(call)

        return run

    async def _within(self, seconds: float, call: Call, proceed: Proceed) -> Any:
        call.deadline = time.monotonic() + seconds
        clock = self._clock(seconds)
        try:
            return await proceed(call)
        except asyncio.CancelledError as error:
            if not clock.stop():
                raise
            raise DeadlineExceeded(f"{call.method.name} did not finish within {seconds:g} s") from error
        finally:
            clock.stop()

    def _clock(self, seconds: float) -> "_Clock":
        loop = asyncio.get_running_loop()
        if self._wheel is None or self._loop is not loop:
            self._wheel, self._loop = Wheel(loop), loop
        return _Clock(self._wheel, loop.time() + seconds)


class _Clock:
    """What asyncio.timeout is to a task, on a timer that all calls share."""

    __slots__ = ("_asked", "_running", "_slot", "_task", "_wheel")

    def __init__(self, wheel: Wheel, when: float) -> None:
        task = asyncio.current_task()
        assert task is not None, "calls are served by tasks"  # noqa: S101
        self._task = task
        self._asked = task.cancelling()
        self._wheel = wheel
        self._running = True
        self._slot = wheel.enter(self, when)

    def expired(self) -> None:
        """Cancel the call (called by the wheel)."""
        self._slot = -1
        self._task.cancel()

    def stop(self) -> bool:
        """Tell, once, whether the time ran out and nobody else cancelled the call."""
        if not self._running:
            return False
        self._running = False
        if self._slot >= 0:
            self._wheel.leave(self, self._slot)
            return False
        return self._task.uncancel() <= self._asked
