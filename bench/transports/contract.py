"""What every transport serves: the methods, sizes and counts that `bench/floors/go/contract.go` repeats."""

from typing import Literal

Engine = Literal["wire", "grpcio", "grpc-go"]
IN_PYTHON: tuple[Engine, ...] = ("wire", "grpcio")
Kind = Literal["unary", "large", "stream", "chat", "hold", "nothing"]
"""What a load does: a call of 300 octets each way, one with a large reply, a stream of replies, messages that are
echoed, streams that are opened and left alone, or no call at all, which shows what the load loop in Python costs."""

SERVICE = "bench.Transport"
UNARY = "Unary"
LARGE = "Large"
STREAM = "Stream"
CHAT = "Chat"

SMALL_OCTETS = 300
LARGE_OCTETS = 20_480
STREAM_MESSAGES = 1_000

SMALL = b"a" * SMALL_OCTETS
BIG = b"a" * LARGE_OCTETS


def path(method: str) -> str:
    """Return what calls it."""
    return f"/{SERVICE}/{method}"
