"""A gRPC server on asyncio with the interface of grpc.aio.Server, as far as generated code and operators use it."""

import asyncio
import random
import socket
import ssl
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from mesh.accepting import Acceptor
from mesh.wire.errors import ErrorCode
from mesh.wire.limits import Limits
from mesh.wire.server.admission import Admission
from mesh.wire.server.methods import Methods
from mesh.wire.server.protocol import ServerWire
from mesh.wire.wheel import Wheel

_LOOK_SECONDS = 1.0
"""How often connections are looked at: time-outs, ages, keep-alive."""
_BACKLOG = 1_024
_AGE_JITTER = 0.1


class Server:
    """Add handlers and ports, start, stop; within one event loop."""

    def __init__(self, limits: Limits | None = None, admission: Admission | None = None) -> None:
        self.limits = limits or Limits()
        self.admission = admission
        self.methods = Methods()
        self.connections: set[ServerWire] = set()
        self._sockets: list[tuple[socket.socket, ssl.SSLContext | None]] = []
        self._acceptors: list[Acceptor] = []
        self._looking: asyncio.TimerHandle | None = None
        self._stopped: asyncio.Event | None = None
        self._wheel: Wheel | None = None
        self._stopping = False

    @property
    def wheel(self) -> Wheel:
        """The deadlines of all calls."""
        assert self._wheel is not None, "the server is started"  # noqa: S101
        return self._wheel

    # ── as generated code and composition roots use it ──

    def add_registered_method_handlers(self, service_name: str, method_handlers: Mapping[str, Any]) -> None:
        """Serve these methods (called by the generated function)."""
        self.methods.add(service_name, method_handlers)

    def add_generic_rpc_handlers(self, generic_rpc_handlers: Iterable[Any]) -> None:
        """Serve what these handlers know."""
        self.methods.add_generic(generic_rpc_handlers)

    def add_insecure_port(self, address: str) -> int:
        """Bind to `host:port` or `unix:path`; returns the port, raises RuntimeError for an address that is taken."""
        return self._bind(address, None)

    def add_secure_port(self, address: str, context: ssl.SSLContext) -> int:
        """Bind as above, with TLS; whose context offers `h2` by ALPN: who agrees on nothing is hung up on."""
        return self._bind(address, context)

    async def start(self) -> None:
        """Listen; until then connections wait."""
        loop = asyncio.get_running_loop()
        self._wheel = Wheel(loop)
        self._stopped = asyncio.Event()

        def make() -> ServerWire:
            return ServerWire(self, loop)

        for listener, context in self._sockets:
            acceptor = Acceptor(listener, make, tls=context, handshake_seconds=self.limits.preface_seconds)
            acceptor.start()
            self._acceptors.append(acceptor)
        self._looking = loop.call_later(_LOOK_SECONDS, self._look)

    async def stop(self, grace: float | None) -> None:
        """Take no more connections, drain those there are, end what is left after `grace` seconds."""
        if self._stopped is None:
            for listener, _ in self._sockets:
                listener.close()
            return
        self._stopping = True
        for acceptor in self._acceptors:
            acceptor.close()
        for wire in list(self.connections):
            wire.drain()
        if self.connections and grace:
            try:
                async with asyncio.timeout(grace):
                    await self._stopped.wait()
            except TimeoutError:
                pass
        await self._end_all()
        if self._looking is not None:
            self._looking.cancel()
        self.wheel.close()
        self._stopped.set()

    async def wait_for_termination(self, timeout: float | None = None) -> bool:  # noqa: ASYNC109 - gRPC's own name
        """Wait until it has stopped; tells whether the time ran out before."""
        assert self._stopped is not None, "the server is started"  # noqa: S101
        try:
            async with asyncio.timeout(timeout):
                await self._stopped.wait()
        except TimeoutError:
            return True
        return False

    # ── for connections ──

    def connected(self, wire: ServerWire) -> None:
        """A connection was made."""
        self.connections.add(wire)
        age = self.limits.age_seconds
        if age is not None:
            wire.ages_at = wire.opened + age * random.uniform(1 - _AGE_JITTER, 1 + _AGE_JITTER)  # noqa: S311
        if self._stopping:
            wire.drain()

    def disconnected(self, wire: ServerWire) -> None:
        """A connection is gone."""
        self.connections.discard(wire)
        if self._stopping and not self.connections and self._stopped is not None:
            self._stopped.set()

    # ── time ──

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        self._looking = loop.call_later(_LOOK_SECONDS, self._look)
        now = loop.time()
        for wire in list(self.connections):
            self._look_at(wire, now)

    def _look_at(self, wire: ServerWire, now: float) -> None:
        limits = self.limits
        for call in wire.calls:
            call.wait_for_request(limits.request_seconds)
        began = wire.http.block_began
        if not wire.http.settled and now - wire.accepted > limits.preface_seconds:
            wire.break_off(ErrorCode.SETTINGS_TIMEOUT, "no connection preface in time")
        elif began is not None and now - began > limits.block_seconds:
            wire.break_off(ErrorCode.ENHANCE_YOUR_CALM, "a field block that does not end")
        elif wire.ages_at is not None and now > wire.ages_at + limits.age_grace_seconds:
            wire.abort()
        elif (wire.ages_at is not None and now > wire.ages_at) or (
            limits.idle_seconds is not None and not wire.calls and now - wire.idle_since > limits.idle_seconds
        ):
            wire.drain()
        else:
            wire.check_alive(now)

    async def _end_all(self) -> None:
        tasks = [call.running for wire in self.connections for call in wire.calls if call.running is not None]
        for wire in list(self.connections):
            for call in list(wire.calls):
                call.stop("the server stops")
            wire.http.go_away()  # what was not looked at may be sent elsewhere
            wire.close()
        if tasks:
            await asyncio.wait(tasks, timeout=_LOOK_SECONDS)

    def _bind(self, address: str, context: ssl.SSLContext | None) -> int:
        try:
            listener = _listener(address)
        except OSError as error:
            raise RuntimeError(f"cannot listen on {address}: {error.strerror or error}") from error
        self._sockets.append((listener, context))
        return 0 if listener.family == socket.AF_UNIX else listener.getsockname()[1]


def _listener(address: str) -> socket.socket:
    """Return a socket that listens: clients wait in its queue until the start, and nobody else gets the port."""
    if address.startswith("unix:"):
        path = address.removeprefix("unix:").removeprefix("//")
        _forget_left_behind(path)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            listener.bind(path)
            listener.listen(_BACKLOG)
        except OSError:
            listener.close()
            raise
        return listener
    host, _, port = address.rpartition(":")
    host = host.strip("[]")
    family, kind, protocol, _, where = socket.getaddrinfo(
        host or None, int(port), type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6 and not host:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        listener.bind(where)
        listener.listen(_BACKLOG)
        listener.setblocking(False)
    except OSError:
        listener.close()
        raise
    return listener


def _forget_left_behind(path: str) -> None:
    """Remove the socket of a server that was killed: nobody answers at it, and nobody could bind to it again."""
    if not Path(path).is_socket():
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(path)
        except ConnectionRefusedError:
            Path(path).unlink(missing_ok=True)
        except OSError:
            return  # it is somebody's: binding tells
