"""What a worker fires at: made in the parent, opened in each worker."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

T = TypeVar("T")

Observe = Callable[[str, float], None]
"""Takes a name and seconds: a latency besides that of the request, for example until a message arrived."""


@dataclass(frozen=True, slots=True)
class Place:
    """Which worker this is, of how many."""

    worker: int = 0
    workers: int = 1

    def share(self, items: Sequence[T]) -> Sequence[T]:
        """Return this worker's part of `items`, all of them when there are fewer than workers."""
        return items[self.worker :: self.workers] or items


class Exhausted(Exception):  # noqa: N818 - it is no error
    """A session has nothing left to fire: a closed loop ends before its time."""


class Session(Protocol):
    """A target opened in one worker."""

    async def fire(self, number: int, due: float, /) -> str:
        """Do request `number` of this worker, due at `due` of time.monotonic(); return its kind or raise."""
        ...

    async def settle(self) -> int:
        """Wait, for a bounded time, for what still arrives after the last request; return how much did not."""
        ...

    async def close(self) -> None:
        """Give everything back."""
        ...


class Target(Protocol):
    """Can be pickled."""

    async def open(self, place: Place, observe: Observe, /) -> Session:
        """Connect."""
        ...
