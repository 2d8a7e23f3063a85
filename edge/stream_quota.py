"""How much one network address may hold open: a bound on what a single client can cost."""

from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager

from edge.metrics import refused
from mesh.errors import ResourceExhausted

RETRY_AFTER_SECONDS = 10.0


class TooManyStreams(ResourceExhausted):
    """The address has as many streams open as it may have."""

    reason = "TOO_MANY_STREAMS"


class StreamQuota:
    """Counts the open streams of each address, of every kind together."""

    def __init__(self, per_address: int) -> None:
        self._per_address = per_address
        self._open: Counter[str] = Counter()

    @contextmanager
    def take(self, address: str) -> Generator[None]:
        """Hold one stream open within the block; raises TooManyStreams."""
        if self._open[address] >= self._per_address:
            refused.labels("streams").inc()
            message = f"this address has {self._per_address} streams open already"
            raise TooManyStreams(message, retry_after=RETRY_AFTER_SECONDS)
        self._open[address] += 1
        try:
            yield
        finally:
            self._open[address] -= 1
            if not self._open[address]:
                del self._open[address]
