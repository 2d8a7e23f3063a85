"""How many calls a door serves at once: what is more is refused in a moment instead of served too late."""

from collections.abc import Generator
from contextlib import contextmanager

from edge.metrics import refused
from mesh.contract import MethodSpec
from mesh.rpc.concerns.admission import RETRY_AFTER_SECONDS, SHARES, Overloaded


class Admission:
    """Counts the open calls of one door."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._open = 0

    @contextmanager
    def take(self, method: MethodSpec) -> Generator[None]:
        """Hold one call open within the block; raises Overloaded, first for what nobody waits for."""
        if self._open >= self._most * SHARES[method.required_policy.priority]:
            refused.labels("busy").inc()
            raise Overloaded("this server is busy: try again in a moment", retry_after=RETRY_AFTER_SECONDS)
        self._open += 1
        try:
            yield
        finally:
            self._open -= 1
