"""A channel: calls to whoever serves a target, with the interface of grpc.aio.Channel as far as stubs use it."""

import asyncio
import ssl
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any, Self

import grpc

from mesh.wire.client import health, resolver
from mesh.wire.client.address import Address, Backoff, Place
from mesh.wire.client.balancer import Policy, balancer
from mesh.wire.client.call import Call
from mesh.wire.client.methods import ManyRequests, OneRequest
from mesh.wire.client.protocol import ClientWire
from mesh.wire.client.streams import DuplexCall, RepliesCall, RequestsCall
from mesh.wire.client.unary import UnaryCall
from mesh.wire.limits import Limits
from mesh.wire.wheel import Wheel

State = grpc.ChannelConnectivity
_LOOK_SECONDS = 1.0
"""How often connections are asked whether they live, if they were silent."""
_MOST_PATIENCE = 32
"""How many times longer a server that is asked too often is left alone: one must not blind us to all the others."""
_LONGEST_NAME = 127
"""Of a service whose health is watched: its length is one octet."""
_USER_AGENT = "grpc-python-wire/1"


class Channel:
    """Connects at its first call; within one event loop."""

    def __init__(
        self,
        target: str,
        *,
        limits: Limits | None = None,
        tls: Callable[[], ssl.SSLContext] | None = None,
        server_name: str | None = None,
        policy: Policy = "round_robin",
        backoff: Backoff | None = None,
        connect_seconds: float = 1.0,
        resolve_pause: float = 1.0,
        max_connections: int = 64,
        health_service: str | None = None,
        user_agent: str = _USER_AGENT,
    ) -> None:
        """Raise ValueError for a target that means nothing.

        `tls` gives the context for each new connection, so that replaced certificates are used; `server_name` is the
        name the server's certificate must have, the target's host by default; `resolve_pause` is how many seconds lie
        between two resolutions of a name at least; `max_connections` is how many one address may have when streams run
        out; with `health_service` an address gets calls only while grpc.health.v1 says that the service is served (""
        asks for the whole server).
        """
        if health_service is not None and len(health_service.encode()) > _LONGEST_NAME:
            raise ValueError(f"no service has a name like {health_service[:32]!r}…")
        self.limits = limits or Limits()
        self.tls = tls
        self.backoff = backoff or Backoff()
        self.connect_seconds = connect_seconds
        self.health_service = health_service
        self.user_agent = user_agent
        self.scheme = "http" if tls is None else "https"
        parsed = resolver.parse(target)
        self._names = resolver.Names(parsed, self.backoff, resolve_pause, self._use, self._unknown)
        self.authority = parsed.authority
        self.server_name = server_name or self.authority.rpartition(":")[0].strip("[]") or self.authority
        self.all_wires: set[ClientWire] = set()
        """Every connection there is, those that are leaving among them."""
        self._max_connections = max_connections
        self._balancer = balancer(policy)
        self._ready: tuple[ClientWire, ...] = ()
        self._addresses: dict[Place, Address] = {}
        self._waiting: deque[Call] = deque()
        self._closed = False
        self._looking: asyncio.TimerHandle | None = None
        self._watchers: list[asyncio.Future[None]] = []
        self._patience = 1
        self._emptied = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wheel: Wheel | None = None

    # ── grpc.aio.Channel ──

    def unary_unary(self, method: str, *codec: Any, **named: Any) -> OneRequest:
        """One request, one reply; without a codec both are bytes."""
        return OneRequest(UnaryCall, self, method, *_codec(*codec, **named))

    def unary_stream(self, method: str, *codec: Any, **named: Any) -> OneRequest:
        """One request, a stream of replies."""
        return OneRequest(RepliesCall, self, method, *_codec(*codec, **named))

    def stream_unary(self, method: str, *codec: Any, **named: Any) -> ManyRequests:
        """A stream of requests, one reply."""
        return ManyRequests(RequestsCall, self, method, *_codec(*codec, **named))

    def stream_stream(self, method: str, *codec: Any, **named: Any) -> ManyRequests:
        """Streams both ways."""
        return ManyRequests(DuplexCall, self, method, *_codec(*codec, **named))

    def get_state(self, try_to_connect: bool = False) -> grpc.ChannelConnectivity:
        """Return how the connections are."""
        if self._closed:
            return State.SHUTDOWN
        if try_to_connect:
            self._wake()
        if self._ready:
            return State.READY
        if self._reason() is not None:
            return State.TRANSIENT_FAILURE
        connecting = self._names.asking or any(address.connected for address in self._addresses.values())
        return State.CONNECTING if connecting else State.IDLE

    async def wait_for_state_change(self, last_observed_state: grpc.ChannelConnectivity) -> None:
        """Wait until the state is another; raises grpc.aio.UsageError where it is the last."""
        while self.get_state() is last_observed_state:
            if self._closed:
                raise grpc.aio.UsageError("the channel is closed")
            watcher = self.loop.create_future()
            self._watchers.append(watcher)
            await watcher

    async def channel_ready(self) -> None:
        """Connect, and wait until there is a connection."""
        while (state := self.get_state(try_to_connect=True)) is not State.READY:
            await self.wait_for_state_change(state)

    async def close(self, grace: float | None = None) -> None:
        """Take no more calls, let the open ones finish for `grace` seconds, cancel those that are left.

        Again, with a shorter grace, ends it earlier.
        """
        if not self._closed:
            self._shut()
        if grace and self.all_wires:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._emptied.wait(), grace)
        for call in self._open_calls():
            call.cancel()
        for wire in list(self.all_wires):
            wire.close()
        if self._looking is not None:
            self._looking.cancel()
        if self._wheel is not None:
            self._wheel.close()
        self.changed()

    def _shut(self) -> None:
        self._closed = True
        self._names.stop()
        waiting, self._waiting = self._waiting, deque()
        for call in waiting:
            call.fail(grpc.StatusCode.CANCELLED, "the channel is closed")
        for address in self._addresses.values():
            address.drop()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    # ── for calls ──

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The loop of the first use."""
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
        return self._loop

    @property
    def wheel(self) -> Wheel:
        """The deadlines of all calls."""
        if self._wheel is None:
            self._wheel = Wheel(self.loop)
        return self._wheel

    def send(self, call: Call) -> None:
        """Send a call on a connection, now or when there is one; a failure to connect fails it, unless it waits."""
        if self._closed:
            call.fail(grpc.StatusCode.CANCELLED, "the channel is closed")
            return
        wire = self._balancer.pick()
        if wire is not None:
            call.begin(wire)
            return
        self._wake()
        why = self._reason()
        if why is not None and not call.waits_for_ready:
            call.fail(grpc.StatusCode.UNAVAILABLE, why)
            return
        self._waiting.append(call)
        self._widen()

    def forget(self, call: Call) -> None:
        """A call that waited is over."""
        with suppress(ValueError):
            self._waiting.remove(call)

    def serve_waiting(self) -> None:
        """Send what waits, as far as there is room."""
        waiting = self._waiting
        while waiting:
            wire = self._balancer.pick()
            if wire is None:
                self._widen()
                return
            waiting.popleft().begin(wire)

    # ── for addresses ──

    def changed(self) -> None:
        """The connections that are ready may be others than before, or the reason why there are none."""
        ready = tuple(wire for address in self._addresses.values() for wire in address.wires)
        if ready != self._ready:
            self._ready = ready
            self._balancer.changed(ready)
        watchers, self._watchers = self._watchers, []
        for watcher in watchers:
            if not watcher.done():
                watcher.set_result(None)
        if self._looking is None and self.all_wires and not self._closed:
            self._look_later()

    def failed(self) -> None:
        """An attempt to connect failed: the name may mean other addresses by now, and who does not wait is told."""
        self.changed()
        self._names.ask()
        self._fail_waiting()

    def lost(self, wire: ClientWire) -> None:
        """A connection is gone."""
        self.all_wires.discard(wire)
        if self._closed and not self.all_wires:
            self._emptied.set()

    def ask_less(self) -> None:
        """A server found that we ask too often whether it lives: gRPC proposal A8."""
        self._patience = min(2 * self._patience, _MOST_PATIENCE)

    def watch(self, wire: ClientWire, service: str) -> AsyncIterator[bool]:
        """Give whether a server says it serves, whenever that changes."""
        return health.watch(self, wire, service)

    # ── inside ──

    def _open_calls(self) -> list[Any]:
        return [
            stream.call
            for wire in self.all_wires
            for stream in list(wire.http.streams.values())
            if stream.call is not None
        ]

    def _reason(self) -> str | None:
        """Return why there are no connections; None while there are some, or it is not yet known."""
        addresses = self._addresses.values()
        if not addresses:
            return self._names.why
        if self._ready or any(address.why is None for address in addresses):
            return None
        return "; ".join([str(address.why) for address in addresses][:3])

    def _fail_waiting(self) -> None:
        why = self._reason()
        if why is None:
            return
        waiting, self._waiting = self._waiting, deque()
        for call in waiting:
            if call.waits_for_ready:
                self._waiting.append(call)
            else:
                call.fail(grpc.StatusCode.UNAVAILABLE, why)

    def _wake(self) -> None:
        """Find addresses, connect to those that have no connection."""
        if not self._addresses:
            self._names.ask()
        for address in self._addresses.values():
            address.wake()

    def _widen(self) -> None:
        """Make one more connection where all are full; not to a server that takes no calls at all."""
        having = [address for address in self._addresses.values() if address.wires]
        if having:
            narrow = min(having, key=lambda address: len(address.wires))
            if len(narrow.wires) < self._max_connections and all(wire.http.streams for wire in narrow.wires):
                narrow.connect()

    def _unknown(self) -> bool:
        """The name has no addresses; tells whether there are some from before."""
        self.changed()
        self._fail_waiting()
        return bool(self._addresses)

    def _use(self, places: tuple[Place, ...]) -> None:
        for place in [place for place in self._addresses if place not in places]:
            self._addresses.pop(place).drop()
        for place in places:
            if place not in self._addresses:
                self._addresses[place] = address = Address(self, place)
                address.connect()
        self.changed()

    def _look(self) -> None:
        self._looking = None
        if not self.all_wires:
            return
        now = self.loop.time()
        self._look_later()
        for wire in list(self.all_wires):
            wire.check_alive(now, self._patience)
        for address in list(self._addresses.values()):
            address.look(now)
        self._names.look(now)

    def _look_later(self) -> None:
        limits = self.limits
        times = (limits.ping_seconds, limits.ping_timeout_seconds, limits.spare_seconds, limits.idle_seconds)
        period = min(_LOOK_SECONDS, *(seconds / 4 for seconds in times if seconds is not None))
        self._looking = self.loop.call_later(period, self._look)


def _codec(request_serializer: Any = None, response_deserializer: Any = None, **_: Any) -> tuple[Any, Any]:
    return request_serializer, response_deserializer
