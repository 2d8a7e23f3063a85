"""A cache inside the process for what every call asks for many times: finding a value is a look into a dictionary."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class HotCache(Generic[K, V]):
    """Values of at most the weight `most` together; what nobody asked for longest goes first, roughly.

    They are kept in two halves. When the younger is full it becomes the older, and what is left in that one goes; what
    is asked for moves to the younger. So nothing has to be put in order when it is only read. `weigh` gives the same
    for a value each time.
    """

    def __init__(self, most: int, weigh: Callable[[V], int] = lambda _: 1) -> None:
        self._half = most // 2
        self._weigh = weigh
        self._young: dict[K, V] = {}
        self._old: dict[K, V] = {}
        self._weight = 0

    def __len__(self) -> int:
        return len(self._young) + len(self._old)

    def get(self, key: K) -> V | None:
        """Return the value, None when there is none any more."""
        value = self._young.get(key)
        if value is None and (value := self._old.pop(key, None)) is not None:
            self.put(key, value)
        return value

    def put(self, key: K, value: V) -> None:
        """Keep a value in place of an earlier one; one that weighs more than half of all is not kept."""
        self.drop(key)
        weight = self._weigh(value)
        if weight > self._half:
            return
        if self._weight + weight > self._half:
            self._young, self._old, self._weight = {}, self._young, 0
        self._young[key] = value
        self._weight += weight

    def drop(self, key: K) -> None:
        """Forget one key."""
        if (value := self._young.pop(key, None)) is not None:
            self._weight -= self._weigh(value)
        self._old.pop(key, None)
