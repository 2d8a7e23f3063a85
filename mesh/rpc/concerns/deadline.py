"""Deadline: a call without one gets the one of its policy, a call that is too late is not begun."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any, ClassVar

from mesh.contract import MethodSpec
from mesh.errors import DeadlineExceeded
from mesh.rpc.call import Call
from mesh.rpc.concern import Proceed


@dataclass(frozen=True, slots=True)
class Deadline:
    """The transport ends calls at the deadline their client set; this ends the others."""

    name: ClassVar[str] = "deadline"

    def applies(self, _method: MethodSpec) -> bool:
        """All methods: clients may set a deadline where the policy has none."""
        return True

    async def __call__(self, call: Call, proceed: Proceed) -> Any:
        """Give the call its time; raises DeadlineExceeded when it is used up. Calls to peers read `call.deadline`.

        On a server with more work than time a call may have waited past its deadline before it gets here: nobody waits
        for its answer any more, so the time goes to the next one.
        """
        if call.deadline is not None:
            if call.remaining() == 0.0:
                raise DeadlineExceeded(f"{call.method.name} was called too late to be begun")
            return await proceed(call)
        seconds = call.method.required_policy.deadline
        if seconds is None:
            return await proceed(call)
        call.deadline = time.monotonic() + seconds
        clock = asyncio.timeout(seconds)
        try:
            async with clock:
                return await proceed(call)
        except TimeoutError as error:
            if not clock.expired():
                raise
            raise DeadlineExceeded(f"{call.method.name} did not finish within {seconds:g} s") from error
