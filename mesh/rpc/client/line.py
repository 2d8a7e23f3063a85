"""The connections to one peer, with what all its methods share."""

from collections.abc import Callable
from typing import Any

import grpc

from mesh.limits.circuit_breaker import CircuitBreaker
from mesh.limits.retry_budget import RetryBudget
from mesh.rpc.client.gate import Gate
from mesh.rpc.client.outgoing import Credentials
from mesh.rpc.client.retries import RetryPolicy
from mesh.rpc.client.tls import Secured
from mesh.settings import PeerSettings

KEEPALIVE_MS = 30_000
KEEPALIVE_TIMEOUT_MS = 10_000
FIRST_RECONNECT_MS = 100
LAST_RECONNECT_MS = 2_000
"""A role that comes back is called again within two seconds."""


class Line:
    """Opened when its Peer starts; until then no call can be made."""

    def __init__(
        self,
        name: str,
        credentials: Credentials | None,
        retry: RetryPolicy,
        breaker: Callable[[], CircuitBreaker] = CircuitBreaker,
    ) -> None:
        self.name = name
        self.credentials = credentials
        self.retry = retry
        self.budget = RetryBudget()
        self._breaker = breaker
        self._gates: dict[str, Gate] = {}
        self._channels: list[grpc.aio.Channel] = []
        self._secured: Secured | None = None
        self._next = 0

    def gate(self, path: str) -> Gate:
        """Return the gate of one method, the same for all stubs."""
        gate = self._gates.get(path)
        if gate is None:
            gate = self._gates[path] = Gate(self.name, path, self._breaker())
        return gate

    def open(self, address: str, tls: PeerSettings | None, max_message_bytes: int, connections: int) -> None:
        """Make the channels; they connect at their first call."""
        options = _options(max_message_bytes)
        if tls is None or not tls.tls:
            self._channels = [grpc.aio.insecure_channel(address, options=options) for _ in range(connections)]
            return

        def dial(with_: grpc.ChannelCredentials) -> list[grpc.aio.Channel]:
            return [grpc.aio.secure_channel(address, with_, options=options) for _ in range(connections)]

        self._secured = Secured(tls, dial)
        self._channels = self._secured.channels

    async def close(self, grace: float) -> None:
        """Let open calls finish for `grace` seconds, then cancel them."""
        secured, self._secured = self._secured, None
        channels, self._channels = self._channels, []
        if secured is not None:
            await secured.close(grace)
        for channel in channels:
            await channel.close(grace)

    def pick(self) -> grpc.aio.Channel:
        """Return the next channel in turn; raises RuntimeError before the start and after the stop."""
        if self._secured is not None:
            self._channels = self._secured.newest()
        if not self._channels:
            raise RuntimeError(f"the peer {self.name} is not started: add it to the parts of the App")
        self._next = (self._next + 1) % len(self._channels)
        return self._channels[self._next]


def _options(max_message_bytes: int) -> list[tuple[str, Any]]:
    return [
        ("grpc.keepalive_time_ms", KEEPALIVE_MS),
        ("grpc.keepalive_timeout_ms", KEEPALIVE_TIMEOUT_MS),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.initial_reconnect_backoff_ms", FIRST_RECONNECT_MS),
        ("grpc.min_reconnect_backoff_ms", FIRST_RECONNECT_MS),
        ("grpc.max_reconnect_backoff_ms", LAST_RECONNECT_MS),
        ("grpc.enable_retries", 0),  # ours know the policies
        ("grpc.lb_policy_name", "round_robin"),
        ("grpc.use_local_subchannel_pool", 1),  # each channel its own connection
        ("grpc.max_receive_message_length", max_message_bytes),
        ("grpc.max_send_message_length", max_message_bytes),
    ]
