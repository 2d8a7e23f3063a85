"""Deadline: a call whose client sets none gets the one of its policy."""

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

    def applies(self, method: MethodSpec) -> bool:
        """Methods whose policy sets a deadline."""
        return method.required_policy.deadline is not None

    async def __call__(self, call: Call, proceed: Proceed) -> Any:
        """Give the call its time; raises DeadlineExceeded when it is used up. Calls to peers read `call.deadline`."""
        if call.deadline is not None:
            return await proceed(call)
        seconds = call.method.required_policy.deadline or 0.0
        call.deadline = time.monotonic() + seconds
        clock = asyncio.timeout(seconds)
        try:
            async with clock:
                return await proceed(call)
        except TimeoutError as error:
            if not clock.expired():
                raise
            raise DeadlineExceeded(f"{call.method.name} did not finish within {seconds:g} s") from error
