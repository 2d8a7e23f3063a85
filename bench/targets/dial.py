"""Channels for loads: bytes in, bytes out, no second attempt that would hide a failure."""

import sys

import bench.methods  # noqa: F401  # pyright: ignore[reportUnusedImport] - the deadlines of the contract
from mesh.limits.circuit_breaker import CircuitBreaker
from mesh.rpc.client import Peer
from mesh.rpc.client.retries import RetryPolicy

_ONCE = RetryPolicy(max_attempts=1)


def _never_open() -> CircuitBreaker:
    """Return a breaker that lets every call through: an overloaded system is to be seen, not to be spared."""
    return CircuitBreaker(minimum_calls=sys.maxsize)


async def dial(address: str, connections: int = 1) -> Peer:
    """Return a started peer; stop it."""
    peer = Peer(address, name="under-load", retry=_ONCE, breaker=_never_open, connections=connections)
    await peer.start()
    return peer


def bearer(token: str) -> tuple[tuple[str, str], ...]:
    """Return the metadata of a member's call."""
    return (("authorization", f"Bearer {token}"),)
