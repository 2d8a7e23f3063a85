"""Until when somebody waits for what this task does; queues ask, so that nothing is done, or waited for, in vain."""

from contextvars import ContextVar, Token
from typing import Protocol


class Awaited(Protocol):
    """What somebody waits for: a call, or what is done for several at once."""

    @property
    def deadline(self) -> float | None:
        """When nobody waits any more, on time.monotonic(); None when that is not known."""
        ...

    @property
    def ended(self) -> bool:
        """Whether it is over: what its tasks still do is awaited by nobody, and has no deadline."""
        ...


class Together:
    """What is done for several, as long as one of them waits."""

    __slots__ = ("deadline", "ended")

    def __init__(self, deadline: float | None) -> None:
        self.deadline = deadline
        self.ended = False


_awaited: ContextVar[Awaited | None] = ContextVar("guild_awaited", default=None)


def deadline() -> float | None:
    """Return when nobody waits any more for what this task does, on time.monotonic(); None when it has all the time."""
    awaited = _awaited.get()
    return None if awaited is None or awaited.ended else awaited.deadline


def work_for(awaited: Awaited | None) -> "Token[Awaited | None]":
    """Let this task, and those it starts, work for something that is awaited; for None without a deadline."""
    return _awaited.set(awaited)


def back_to(token: "Token[Awaited | None]") -> None:
    """Work for what it worked for before."""
    _awaited.reset(token)
