"""The connections to one peer, with what all its methods share."""

import asyncio
from collections.abc import Callable
from typing import Any

import grpc

from mesh.limits.circuit_breaker import CircuitBreaker
from mesh.limits.retry_budget import RetryBudget
from mesh.rpc.client.gate import Gate
from mesh.rpc.client.outgoing import Credentials, policy_of
from mesh.rpc.client.retries import RetryPolicy
from mesh.rpc.client.tls import Dialer
from mesh.rpc.ended import Ended
from mesh.rpc.status import RequestTooLarge
from mesh.settings import PeerSettings

KEEPALIVE_MS = 30_000
KEEPALIVE_TIMEOUT_MS = 10_000
FIRST_RECONNECT_MS = 50
LAST_RECONNECT_MS = 200
"""A role that comes back is connected to again within this, give or take the transport's jitter."""
CONNECT_TIMEOUT_MS = 1_000
"""How long one attempt to connect may take, TLS included, where nobody says no."""
RETIRE_SECONDS = 300.0
"""How long calls on a connection with old TLS files may still take."""
STREAMS_PER_CONNECTION = 800
"""A server takes a thousand at most, and queues the others without a word."""


class Connection:
    """One channel with the transport's callables, made when they are first needed."""

    __slots__ = ("_callables", "channel", "streams")

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self.channel = channel
        self.streams = 0
        """How many are open."""
        self._callables: dict[str, Callable[..., Any]] = {}

    def unary(self, path: str) -> Callable[..., Any]:
        """Return the callable of a method with one request, one reply; both are bytes."""
        found = self._callables.get(path)
        if found is None:
            found = self._callables[path] = self.channel.unary_unary(path)  # pyright: ignore[reportArgumentType] - both codecs may be absent
        return found

    def replies(self, path: str) -> Callable[..., Any]:
        """Return the callable of a method with one request, a stream of replies, all bytes."""
        found = self._callables.get(path)
        if found is None:
            found = self._callables[path] = self.channel.unary_stream(path)  # pyright: ignore[reportArgumentType] - as above
        return found

    def stream(self, path: str) -> Callable[..., Any]:
        """Return the callable of a method with a stream of requests, as a stream of bytes both ways."""
        found = self._callables.get(path)
        if found is None:
            found = self._callables[path] = self.channel.stream_stream(path)  # pyright: ignore[reportArgumentType] - as above
        return found


class Line:
    """Opened when its Peer starts; until then no call can be made.

    Calls take turns over a few connections. Streams have connections of their own, one more whenever all are full: they
    would use up the number of calls that one connection carries.
    """

    def __init__(
        self,
        name: str,
        *,
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
        self._tls = tls
        self._max_message_bytes = max_message_bytes
        self._breaker = breaker
        self._gates: dict[str, Gate] = {}
        self._calls: list[Connection] = []
        self._streams: list[Connection] = []
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
        self._dialer = dialer = Dialer(address, self._tls, _options(self._max_message_bytes))
        self._calls = [Connection(dialer.dial()) for _ in range(connections)]

    async def close(self, grace: float) -> None:
        """Let open calls finish for `grace` seconds, then cancel them."""
        closing = [one.channel for one in (*self._calls, *self._streams)]
        self._calls, self._streams, self._dialer = [], [], None
        for channel, retiring in list(self._retired.items()):
            retiring.cancel()
            closing.append(channel)
        for channel in closing:
            await channel.close(grace)

    def for_call(self) -> Connection:
        """Return the next connection in turn; raises RuntimeError before the start and after the stop."""
        self._newest()
        self._next = (self._next + 1) % len(self._calls)
        return self._calls[self._next]

    def for_stream(self) -> Connection:
        """Return a connection with room for a stream; raises RuntimeError before the start and after the stop."""
        dialer = self._newest()
        connection = next((one for one in self._streams if one.streams < STREAMS_PER_CONNECTION), None)
        if connection is None:
            connection = Connection(dialer.dial())
            self._streams.append(connection)
        return connection

    def check_size(self, request: bytes) -> None:
        """Raise Ended for a request larger than a message may be, before the transport breaks the call over it."""
        if len(request) > self._max_message_bytes:
            raise Ended(RequestTooLarge(f"the request is larger than {self.name} takes"))

    def _newest(self) -> Dialer:
        """Replace connections whose files were replaced; calls on them may go on for a while."""
        dialer = self._dialer
        if dialer is None:
            raise RuntimeError(f"the peer {self.name} is not started: add it to the parts of the App")
        if dialer.has_new_files():
            old = [one.channel for one in (*self._calls, *self._streams)]
            self._calls, self._streams = [Connection(dialer.dial()) for _ in self._calls], []
            for channel in old:
                self._retired[channel] = task = asyncio.create_task(channel.close(RETIRE_SECONDS))
                task.add_done_callback(lambda _, channel=channel: self._retired.pop(channel, None))
        return dialer

    def _is_connected(self) -> bool:
        states = (one.channel.get_state(try_to_connect=True) for one in (*self._calls, *self._streams))
        return any(state is grpc.ChannelConnectivity.READY for state in states)


def _options(max_message_bytes: int) -> list[tuple[str, Any]]:
    return [
        ("grpc.keepalive_time_ms", KEEPALIVE_MS),
        ("grpc.keepalive_timeout_ms", KEEPALIVE_TIMEOUT_MS),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.initial_reconnect_backoff_ms", FIRST_RECONNECT_MS),
        ("grpc.min_reconnect_backoff_ms", CONNECT_TIMEOUT_MS),
        ("grpc.max_reconnect_backoff_ms", LAST_RECONNECT_MS),
        ("grpc.enable_retries", 0),  # ours know the policies
        ("grpc.lb_policy_name", "round_robin"),  # which connects again by itself
        ("grpc.use_local_subchannel_pool", 1),  # each channel its own connection
        ("grpc.max_receive_message_length", max_message_bytes),
        ("grpc.max_send_message_length", max_message_bytes),
    ]
