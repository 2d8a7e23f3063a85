"""What is measured of a transport: loads, and whose processor time counts."""

from dataclasses import dataclass
from typing import Literal

from bench.transports.contract import Kind

End = Literal["server", "client"]

IN_FLIGHT = 32
LOW_RATE = 240.0
"""Calls a second at which every call wakes the process: what a role on a quiet day has."""
STREAMS_AT_ONCE = 4
CHATS = 100
HELD = 10_000
HELD_CONNECTIONS = 20


@dataclass(frozen=True, slots=True)
class Case:
    """One load for all engines; without a rate it is a closed loop of `in_flight`."""

    key: str
    what: str
    kind: Kind
    in_flight: int = IN_FLIGHT
    rate: float = 0.0
    tls: bool = False


CASES = (
    Case("unary", "unary 300 B", "unary"),
    Case("unary.low", f"unary 300 B at {LOW_RATE:g}/s", "unary", rate=LOW_RATE),
    Case("large", "unary 20 KB", "large"),
    Case("tls", "unary 300 B, TLS", "unary", tls=True),
    Case("stream", "message of a server stream", "stream", STREAMS_AT_ONCE),
    Case("chat", f"bidi message, echoed, {CHATS} streams", "chat", CHATS),
)
"""Measured at both ends."""
ENDS: tuple[End, ...] = ("server", "client")
