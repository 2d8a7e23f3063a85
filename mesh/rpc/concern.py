"""What a concern is."""

from collections.abc import Awaitable, Callable
from typing import Any, ClassVar, Protocol, runtime_checkable

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

    def around(self, method: MethodSpec, proceed: Proceed, /) -> Proceed:
        """Return what does it for the calls of a method: `await proceed(call)` within whatever belongs around it.

        Made once for each method, so that what its policy decides is decided once. Where there is nothing to wait for,
        and nothing to do afterwards, it is a plain function that returns `proceed(call)`: a coroutine for each concern
        would cost more, for as long as the call lives, than what most of them do.
        """
        ...


Watch = Callable[[Call, float], None]
"""Looks at a call that has ended, and took so many seconds; its code is that of the concerns within."""


@runtime_checkable
class Observer(Protocol):
    """A concern that only looks at how calls end: those next to each other share one coroutine."""

    name: ClassVar[str]

    def applies(self, method: MethodSpec, /) -> bool:
        """Say, once per method, whether its calls are looked at."""
        ...

    def watching(self, method: MethodSpec, /) -> Watch:
        """Return, once per method, what looks at its calls."""
        ...
