"""What a concern is."""

from collections.abc import Awaitable, Callable
from typing import Any, ClassVar, Protocol

from mesh.contract import MethodSpec
from mesh.rpc.call import Call

Proceed = Callable[[Call], Awaitable[Any]]
"""What a concern awaits for the rest of the call; gives the reply, None for streams of replies."""


class Concern(Protocol):
    """One thing that is done around the whole of a call, streams included."""

    name: ClassVar[str]

    def applies(self, method: MethodSpec, /) -> bool:
        """Say, once per method, whether its calls pass through here at all."""
        ...

    async def __call__(self, call: Call, proceed: Proceed) -> Any:
        """Do it: `return await proceed(call)` within whatever belongs around it."""
        ...
