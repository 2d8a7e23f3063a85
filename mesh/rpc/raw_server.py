"""A server that serves methods as bytes: it decides nothing, whoever forwards does."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Protocol

import grpc

from mesh.contract import MethodSpec
from mesh.errors import Code, Failure, Internal
from mesh.limits.door import Door
from mesh.rpc import engine as engines
from mesh.rpc import reflection
from mesh.rpc.ended import Ended, Pairs
from mesh.rpc.health import Health
from mesh.rpc.raw_call import RawCall
from mesh.settings import Engine, ServerSettings
from mesh.telemetry import get_logger

GRACE_SECONDS = 10.0
"""How long open calls may take to finish once the server drains."""

_log = get_logger(__name__)
_CODES = {Code(status.value[0]): status for status in grpc.StatusCode}


class Forward(Protocol):
    """What is done with the calls; both may raise Ended or a Failure."""

    async def unary(self, call: RawCall, request: bytes) -> bytes:
        """Answer a method with one request, one reply."""
        ...

    async def stream(self, call: RawCall) -> None:
        """Answer a method of any other kind through `call.read` and `call.write`."""
        ...


class RawServer:
    """A Part that serves `methods` to the public; others do not exist here."""

    name = "grpc"

    def __init__(
        self,
        settings: ServerSettings,
        methods: Iterable[MethodSpec],
        forward: Forward,
        *,
        door: Door,
        engine: Engine = "wire",
        grace: float = GRACE_SECONDS,
    ) -> None:
        """Raise SettingsError for settings no server can be made of."""
        engines.check(settings)
        self._engine: Engine = engine
        self._settings = settings
        self._forward = forward
        self._door = door
        self._grace = grace
        self._services: dict[str, list[MethodSpec]] = defaultdict(list)
        for method in methods:
            self._services[method.service].append(method)
        self._server: grpc.aio.Server | None = None
        self._port = 0
        self.health = Health(self._services)

    @property
    def port(self) -> int:
        """The port it listens on; 0 before it has started."""
        return self._port

    async def start(self) -> None:
        """Listen; raises RuntimeError for a port that is taken."""
        server = engines.server(self._engine, self._settings, self._door, public=True)
        for service, methods in self._services.items():
            server.add_registered_method_handlers(service, {method.name: self._handler(method) for method in methods})
        self.health.register(server)
        if self._settings.reflection:
            reflection.register(server, self._services)
        self._port = engines.bind(self._engine, server, self._settings)
        await server.start()
        self._server = server
        await self.health.set_serving(serving=True)

    async def drain(self) -> None:
        """Tell load balancers to send calls elsewhere; calls that still come are served."""
        await self.health.drain()

    async def stop(self) -> None:
        """Take no more calls, let the open ones finish within the grace, stop."""
        server, self._server = self._server, None
        if server is not None:
            await self.drain()
            await server.stop(self._grace)

    def _handler(self, method: MethodSpec) -> Any:
        async def unary(request: bytes, context: Any) -> bytes:
            call = RawCall(method, context)
            try:
                reply = await self._forward.unary(call, request)
            except Exception as error:
                await _abort(call, context, error)
                raise
            context.set_trailing_metadata(call.trailers)
            return reply

        async def stream(_requests: Any, context: Any) -> None:
            call = RawCall(method, context)
            try:
                await self._forward.stream(call)
            except Exception as error:
                await _abort(call, context, error)
                raise
            context.set_trailing_metadata(call.trailers)

        if method.client_streaming or method.server_streaming:
            return grpc.stream_stream_rpc_method_handler(stream)
        return grpc.unary_unary_rpc_method_handler(unary)


async def _abort(call: RawCall, context: Any, error: Exception) -> None:
    if not isinstance(error, Ended | Failure):
        _log.error("forwarding failed unexpectedly", method=call.method.full_name, exc_info=error)
        error = Internal(f"something went wrong on our side; tell support the request id {call.request_id}")
    ended = error if isinstance(error, Ended) else Ended(error)
    trailers: Pairs = ended.with_details(call.request_id)
    await context.abort(_CODES[ended.code], ended.message, (*call.trailers, *trailers))
