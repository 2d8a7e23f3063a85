"""Channels for loads: bytes in, bytes out, no second attempt that would hide a failure."""

import bench.methods  # noqa: F401  # pyright: ignore[reportUnusedImport] - the deadlines of the contract
from mesh.rpc.client import Peer
from mesh.rpc.client.retries import RetryPolicy

_ONCE = RetryPolicy(max_attempts=1)


async def dial(address: str, connections: int = 1) -> Peer:
    """Return a started peer; stop it."""
    peer = Peer(address, name="under-load", retry=_ONCE, connections=connections)
    await peer.start()
    return peer


def bearer(token: str) -> tuple[tuple[str, str], ...]:
    """Return the metadata of a member's call."""
    return (("authorization", f"Bearer {token}"),)
