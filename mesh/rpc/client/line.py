"""The connections to one peer, with what all its methods share."""

import asyncio
from collections.abc import Callable
from typing import Any

import grpc

from mesh.limits.circuit_breaker import CircuitBreaker
from mesh.limits.retry_budget import RetryBudget
from mesh.rpc.client.dialer import Dialer
from mesh.rpc.client.gate import Gate
from mesh.rpc.client.outgoing import Credentials, policy_of
from mesh.rpc.client.retries import RetryPolicy
from mesh.rpc.ended import Ended
from mesh.rpc.status import RequestTooLarge
from mesh.settings import Engine, PeerSettings

RETIRE_SECONDS = 300.0
"""How long calls on a connection with old TLS files may still take."""


class Connection:
    """One channel with the transport's callables, made when they are first needed."""

    __slots__ = ("_callables", "channel")

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self.channel = channel
        self._callables: dict[str, Callable[..., Any]] = {}

    def unary(self, path: str) -> Callable[..., Any]:
        """Return the callable of a method with one request, one reply; both are bytes."""
        return self._callables.get(path) or self._keep(path, self.channel.unary_unary)

    def replies(self, path: str) -> Callable[..., Any]:
        """Return the callable of a method with one request, a stream of replies, all bytes."""
        return self._callables.get(path) or self._keep(path, self.channel.unary_stream)

    def stream(self, path: str) -> Callable[..., Any]:
        """Return the callable of a method with a stream of requests, as a stream of bytes both ways."""
        return self._callables.get(path) or self._keep(path, self.channel.stream_stream)

    def _keep(self, path: str, make: Callable[..., Any]) -> Callable[..., Any]:
        made = self._callables[path] = make(path)
        return made


class Line:
    """Opened when its Peer starts; until then no call can be made. Calls take turns over a few channels."""

    def __init__(
        self,
        name: str,
        *,
        engine: Engine,
        credentials: Credentials | None,
        tls: PeerSettings | None,
        retry: RetryPolicy,
        breaker: Callable[[], CircuitBreaker],
        max_message_bytes: int,
    ) -> None:
        self.name = name
        self.credentials = credentials
        self.retry = retry
        self.budget = RetryBudget()
        self._engine: Engine = engine
        self._tls = tls
        self._max_message_bytes = max_message_bytes
        self._breaker = breaker
        self._gates: dict[str, Gate] = {}
        self._connections: list[Connection] = []
        self._retired: dict[grpc.aio.Channel, asyncio.Task[None]] = {}
        self._dialer: Dialer | None = None
        self._next = 0

    def gate(self, path: str) -> Gate:
        """Return the gate of one method, the same for all stubs."""
        gate = self._gates.get(path)
        if gate is None:
            gate = self._gates[path] = Gate(self.name, path, policy_of(path), self._breaker(), self._is_connected)
        return gate

    def open(self, address: str, connections: int) -> None:
        """Make the channels; they connect at their first call. Raises SettingsError for TLS files it cannot use."""
        self._dialer = dialer = Dialer(self._engine, address, self._tls, self._max_message_bytes)
        self._connections = [Connection(dialer.dial()) for _ in range(connections)]

    async def close(self, grace: float) -> None:
        """Let open calls finish for `grace` seconds, then cancel them."""
        closing = [one.channel for one in self._connections]
        self._connections, self._dialer = [], None
        for channel, retiring in list(self._retired.items()):
            retiring.cancel()
            closing.append(channel)
        for channel in closing:
            await channel.close(grace)

    def next(self) -> Connection:
        """Return the next connection in turn; raises RuntimeError before the start and after the stop."""
        dialer = self._dialer
        if dialer is None:
            raise RuntimeError(f"the peer {self.name} is not started: add it to the parts of the App")
        if dialer.has_new_files():
            self._retire(dialer)
        self._next = (self._next + 1) % len(self._connections)
        return self._connections[self._next]

    def check_size(self, request: bytes) -> None:
        """Raise Ended for a request larger than a message may be, before the transport breaks the call over it."""
        if len(request) > self._max_message_bytes:
            raise Ended(RequestTooLarge(f"the request is larger than {self.name} takes"))

    def _retire(self, dialer: Dialer) -> None:
        """Replace connections whose files were replaced; calls on them may go on for a while."""
        old, self._connections = self._connections, [Connection(dialer.dial()) for _ in self._connections]
        for channel in (one.channel for one in old):
            self._retired[channel] = task = asyncio.create_task(channel.close(RETIRE_SECONDS))
            task.add_done_callback(lambda _, channel=channel: self._retired.pop(channel, None))

    def _is_connected(self) -> bool:
        states = (one.channel.get_state(try_to_connect=True) for one in self._connections)
        return any(state is grpc.ChannelConnectivity.READY for state in states)
