"""A peer whose process is killed and comes back."""

import asyncio
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, Process

from grpc_health.v1.health_pb2 import HealthCheckRequest
from grpc_health.v1.health_pb2_grpc import HealthStub

from mesh.embedded import free_port
from mesh.errors import Unavailable
from mesh.limits.circuit_breaker import CircuitBreaker
from mesh.rpc.client import Peer

RECOVERED_WITHIN = 0.9  # seconds; the transport waits 200 ms at most between two attempts to connect
PACE = 0.005
ATTEMPTS = 8  # to connect in vain, after which the waits between them have grown to what they are at most


async def start(port: int) -> Process:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.failure.mesh.role", str(port), stdout=PIPE, stderr=DEVNULL
    )
    assert process.stdout is not None
    assert b"serving" in await asyncio.wait_for(process.stdout.readline(), 60)
    return process


async def hang_up_on(port: int, connections: int) -> None:
    """Take connections on the port and end each at once, until there were as many."""
    seen = asyncio.Semaphore(0)

    def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()
        seen.release()

    async with await asyncio.start_server(hang_up, "127.0.0.1", port):
        for _ in range(connections):
            await seen.acquire()


async def kill(process: Process) -> None:
    process.kill()
    await process.wait()


async def test_a_killed_peer_is_called_again_as_soon_as_it_is_back() -> None:
    """However long it was away, neither the wait to connect nor the open circuit keeps callers out once it serves."""
    port = free_port()
    process = await start(port)
    peer = Peer(f"127.0.0.1:{port}", name="killed", breaker=lambda: CircuitBreaker(open_seconds=60))
    await peer.start()
    health = HealthStub(peer.channel)
    await health.Check(HealthCheckRequest())
    reasons: set[str] = set()

    async def until_answered() -> float:
        while True:
            try:
                await health.Check(HealthCheckRequest())
            except Unavailable as failure:
                reasons.add(failure.reason)
                await asyncio.sleep(PACE)
            else:
                return time.monotonic()

    await kill(process)
    answered = asyncio.create_task(until_answered())
    await hang_up_on(port, ATTEMPTS)
    process = await start(port)
    back = time.monotonic()

    assert await asyncio.wait_for(answered, 10) - back < RECOVERED_WITHIN
    assert "CIRCUIT_OPEN" in reasons
    await peer.stop()
    await kill(process)
