"""A small cache inside the process, for keys so hot that even Redis is far away."""

import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from cachetools import TTLCache

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class LocalCache(Generic[K, V]):
    """At most `max_size` values, each for `ttl` seconds; the least recently used goes first.

    Other processes do not see a drop: use it for what may be `ttl` seconds old, or drop on an event.
    """

    def __init__(self, max_size: int, ttl: float, *, timer: Callable[[], float] = time.monotonic) -> None:
        self._values: TTLCache[K, V] = TTLCache(max_size, ttl, timer=timer)

    def get(self, key: K) -> V | None:
        """Return the value, None when there is none any more."""
        return self._values.get(key)

    def put(self, key: K, value: V) -> None:
        """Keep a value, counting its time from now."""
        self._values[key] = value

    def drop(self, key: K) -> None:
        """Forget one key."""
        self._values.pop(key, None)

    def __len__(self) -> int:
        return len(self._values)
