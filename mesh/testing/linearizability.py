"""Whether some one-by-one order explains a history of concurrent calls: the search of Wing & Gong with Lowe's memory.

Sources: J. Wing, C. Gong, "Testing and Verifying Concurrent Objects", JPDC 17 (1993); G. Lowe, "Testing for
linearizability", CCPE 29 (2017).
"""

import math
import time
from collections.abc import Awaitable, Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, Generic, Literal, TypeVar

C = TypeVar("C")
R = TypeVar("R")
S = TypeVar("S", bound=Hashable)

MAX_STATES = 1_000_000
"""Configurations a search looks at before it gives up: seconds of work, far above histories of a dozen calls."""


class _Unknown(Enum):
    UNKNOWN = "unknown"


UNKNOWN: Final = _Unknown.UNKNOWN
"""The result of a call of which nobody can say whether it took effect."""

Unknown = Literal[_Unknown.UNKNOWN]


class SearchTooLarge(Exception):  # noqa: N818 - reads as what it says
    """The history overlaps too much to be searched."""


@dataclass(frozen=True, slots=True)
class Operation(Generic[C, R]):
    """One call between two moments of one clock. An unknown result leaves open if, and how late, it took effect."""

    call: C
    result: R | Unknown
    invoked: float
    returned: float


class History(Generic[C, R]):
    """Records calls as concurrent clients make them."""

    def __init__(self, timer: Callable[[], float] = time.monotonic) -> None:
        self.operations: list[Operation[C, R]] = []
        self._timer = timer

    async def record(self, call: C, made: Awaitable[R | Unknown]) -> R | Unknown:
        """Await the call and keep it with its result, which `made` gives as a value whatever it is."""
        invoked = self._timer()
        result = await made
        self.operations.append(Operation(call, result, invoked, self._timer()))
        return result


def linearization(
    operations: Sequence[Operation[C, R]],
    initial: S,
    apply: Callable[[S, C], tuple[S, R]],
    *,
    max_states: int = MAX_STATES,
) -> list[Operation[C, R]] | None:
    """Return the operations in an order that explains every result, None when there is none.

    The order keeps what was over before something else began, and running it through `apply` (state, call → state,
    result) gives each call the result it had. Calls with an unknown result are in it where they had an effect.
    Raises SearchTooLarge after `max_states`.
    """
    search = _Search(sorted(operations, key=lambda operation: operation.invoked), apply)
    if not search.missing(0):
        return []
    seen = {(0, initial)}
    path: list[int] = []
    branches = [search.next(0, initial)]
    while branches:
        following = next(branches[-1], None)
        if following is None:
            branches.pop()
            if path:
                path.pop()
            continue
        index, done, state = following
        if (done, state) in seen:
            continue
        if len(seen) >= max_states:
            raise SearchTooLarge(f"gave up after {max_states} states on {len(operations)} operations")
        seen.add((done, state))
        path.append(index)
        if not search.missing(done):
            return [search.operations[index] for index in path]
        branches.append(search.next(done, state))
    return None


class _Search(Generic[S, C, R]):
    """The steps a search may take; a set of operations is the bits of a number."""

    def __init__(self, operations: list[Operation[C, R]], apply: Callable[[S, C], tuple[S, R]]) -> None:
        self.operations = operations
        self._apply = apply
        self._known = sum(1 << index for index, op in enumerate(operations) if op.result is not UNKNOWN)

    def missing(self, done: int) -> int:
        """Return the operations that must still find their place."""
        return self._known & ~done

    def next(self, done: int, state: S) -> Iterator[tuple[int, int, S]]:
        """Give each operation that can come next, with what is done and the state after it."""
        waiting = [index for index in range(len(self.operations)) if not done >> index & 1]
        known = (self.operations[index].returned for index in waiting if self._known >> index & 1)
        horizon = min(known, default=math.inf)  # what began later comes later
        for index in waiting:
            operation = self.operations[index]
            if operation.invoked > horizon:
                break
            after, result = self._apply(state, operation.call)
            if operation.result is UNKNOWN:
                if after == state:
                    continue  # without effect it may as well not have happened
            elif result != operation.result:
                continue
            yield index, done | 1 << index, after
