"""A server's end of one connection."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import grpc

from mesh.wire import fields as http
from mesh.wire import metadata
from mesh.wire.events import DataReceived, Event, FieldsReceived, PingAcked, RequestReceived, StreamReset
from mesh.wire.fields import Request
from mesh.wire.server.call import ServerCall
from mesh.wire.server.refusals import HttpRefusal, NotGrpc, refuse
from mesh.wire.status import RpcFault
from mesh.wire.stream import Stream
from mesh.wire.transport import Wire

if TYPE_CHECKING:
    from mesh.wire.server.server import Server

_DRAINING = b"draining"
_DRAIN_SECONDS = 1.0
"""How long calls that were sent before the client heard of the drain are waited for, if it answers no PING."""
_EAGER = {"eager_start": True} if sys.version_info >= (3, 12) else {}
_new_task: Callable[..., asyncio.Task[Any]] = partial(asyncio.Task, name="call", **_EAGER)


class ServerWire(Wire):
    """Begins calls, tells them what comes; ends with the last of them when it is drained."""

    def __init__(self, server: "Server", loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(server.limits, loop, client=False)
        self.wheel = server.wheel
        self.admission = server.admission
        self.accepted = self.opened
        """When the client connected, before TLS."""
        self.calls: set[ServerCall] = set()
        """Those whose tasks have not ended, reset ones among them."""
        self.idle_since = self.opened
        self.ages_at: float | None = None
        self._server = server
        self._draining = False
        self._said_last = False

    # ── events ──

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet, unless TLS agreed on something that is not HTTP/2."""
        tls = transport.get_extra_info("ssl_object")
        if tls is not None and tls.selected_alpn_protocol() != "h2":
            self.closed = True
            transport.close()
            return
        super().connection_made(transport)
        self.idle_since = self.opened
        self._server.connected(self)

    def on_written(self) -> None:
        """Close a drained connection as soon as the last answer has left."""
        if self._said_last:
            self.close_when_written()

    def on_event(self, event: Event) -> None:
        """Hand what came to the call it is for."""
        if type(event) is RequestReceived:
            self._begin(event.stream, event.request, ended=event.ended)
        elif type(event) is DataReceived:
            call = event.stream.call
            if call is not None:
                call.on_data(event.data, ended=event.ended)
        elif type(event) is StreamReset:
            call = event.stream.call
            if call is not None:
                call.on_reset()
        elif type(event) is FieldsReceived:  # trailers, of which gRPC's requests have none
            call = event.stream.call
            if call is not None:
                call.on_data(b"", ended=True)
        elif type(event) is PingAcked and event.payload == _DRAINING and self._draining:
            self._say_last()

    def on_partial(self) -> None:
        """End the call that keeps most, where all together keep too much: the others may yet be complete."""
        if self.http.partial > self.limits.max_partial_bytes:
            most = max(self.http.streams.values(), key=lambda stream: stream.partial)
            if most.call is not None:
                most.call.on_surplus()

    def on_lost(self, _error: Exception | None) -> None:
        """Cancel what was being served."""
        for call in list(self.calls):
            call.on_reset()
        self._server.disconnected(self)

    def _begin(self, stream: Stream, request: Request, *, ended: bool) -> None:
        if not stream.local_open:  # reset in the same read, or the connection is broken
            return
        if len(self.calls) >= self.limits.max_streams or self.http.backlog > self.limits.max_unsent_bytes:
            self.http.refuse(stream)
            return
        try:
            call = self._call(stream, request)
        except NotGrpc as refusal:
            stream.call = HttpRefusal(self, stream, refusal)
            if ended:
                stream.call.on_data(b"", ended=True)
            return
        except ValueError as error:
            refuse(self, stream, grpc.StatusCode.INTERNAL, str(error))
            return
        except RpcFault as fault:
            refuse(self, stream, fault.code, fault.details)
            return
        stream.call = call
        self.calls.add(call)
        call.start()
        if ended:
            call.on_data(b"", ended=True)

    def _call(self, stream: Stream, request: Request) -> ServerCall:
        """Return a call; raises NotGrpc, or RpcFault or ValueError for one that cannot begin."""
        if request is http.TOO_LARGE:
            raise RpcFault(grpc.StatusCode.RESOURCE_EXHAUSTED, "the metadata is larger than is taken here")
        if request.method != "POST":
            raise NotGrpc("405", "gRPC calls are POST requests")
        head = metadata.of_request(request)
        if head.content_type != metadata.GRPC and not metadata.is_grpc(head.content_type):
            raise NotGrpc("415", "gRPC calls have the content-type application/grpc")
        method = self._server.methods.find(request.path)
        if method is None:
            raise RpcFault(grpc.StatusCode.UNIMPLEMENTED, f"there is no method {request.path[:256]}")
        return ServerCall(self, stream, method, head)

    # ── for calls ──

    def start_task(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run a call; at once where Python can, else with the others of this turn."""
        return _new_task(coroutine, loop=self.loop)

    def release(self, call: ServerCall) -> None:
        """A call's task has ended."""
        self.calls.discard(call)
        if not self.calls:
            self.idle_since = self.loop.time()
            if self._said_last:
                self.close_when_written()

    @cached_property
    def peer(self) -> str:
        """The client's address as gRPC writes it."""
        name = self.known("peername")
        if not isinstance(name, tuple):
            return "unix:" + (name if isinstance(name, str) else "")
        host, port = name[0], name[1]
        return f"ipv6:{quote(f'[{host}]')}:{port}" if ":" in host else f"ipv4:{host}:{port}"

    @cached_property
    def auth_context(self) -> dict[str, list[bytes]]:
        """What mutual TLS says about the client."""
        tls = self.known("ssl_object")
        if tls is None:
            return {}
        known: dict[str, list[bytes]] = {"transport_security_type": [b"ssl"]}
        certificate = tls.getpeercert() or {}
        names = [value.encode() for _, value in certificate.get("subjectAltName", ())]
        common = [
            value.encode() for part in certificate.get("subject", ()) for key, value in part if key == "commonName"
        ]
        if names:
            known["x509_subject_alternative_name"] = names
        if common:
            known["x509_common_name"] = common
        return known

    # ── the end of a connection ──

    def drain(self) -> None:
        """Say GOAWAY in two steps: the client may have sent calls before it hears of the first; section 6.8."""
        if self._draining or self.closed:
            return
        self._draining = True
        self.http.go_away(at_once=False)
        self.http.send_ping(_DRAINING)
        self.flush()
        self.loop.call_later(_DRAIN_SECONDS, self._say_last)

    def close_when_written(self) -> None:
        """Close as soon as no call is open and all was said: the client has not read it yet, and goes first."""
        if not self.calls and not self.http.streams and not self.closed:
            self.close_after_peer()

    def _say_last(self) -> None:
        if not self._said_last and not self.closed:
            self._said_last = True
            self.http.go_away()
            self.flush()
            self.close_when_written()
