"""What a load client is told and answers, one JSON document a line, in Python and Go alike."""

from dataclasses import asdict, dataclass
from typing import Any, Self

import orjson

from bench.transports.contract import Kind


@dataclass(frozen=True, slots=True)
class Order:
    """One load: `in_flight` calls open at once, or `rate` calls a second whether answered or not.

    `ca` names the file of the authority to trust; without one there is no TLS. `tokens` names a file of a token a line.
    """

    address: str
    tokens: str
    kind: Kind
    seconds: float = 0.0
    in_flight: int = 1
    rate: float = 0.0
    connections: int = 1
    ca: str = ""

    def line(self) -> bytes:
        """Return it as a line."""
        return orjson.dumps(asdict(self)) + b"\n"

    @classmethod
    def of(cls, line: bytes) -> Self:
        """Read a line."""
        return cls(**orjson.loads(line))


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it; `done` counts messages that came back, latencies in seconds are those of an open loop."""

    done: int
    failed: int
    seconds: float
    p50: float = 0.0
    p99: float = 0.0
    error: str = ""

    @property
    def rate(self) -> float:
        """Messages a second."""
        return self.done / self.seconds if self.seconds else 0.0

    def line(self) -> bytes:
        """Return it as a line."""
        return orjson.dumps(asdict(self)) + b"\n"

    @classmethod
    def of(cls, line: bytes) -> Self:
        """Read a line."""
        fields: dict[str, Any] = orjson.loads(line)
        return cls(**fields)
