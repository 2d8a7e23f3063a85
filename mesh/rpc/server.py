"""The server of a role: servicers on a port, within the pipeline, on either engine."""

import grpc
from prometheus_client import Gauge

from mesh.contract import MethodSpec, spec
from mesh.contract.validation import warm
from mesh.limits.door import Door
from mesh.rpc import engine as engines
from mesh.rpc import reflection
from mesh.rpc.health import Health
from mesh.rpc.interceptor import PipelineInterceptor
from mesh.rpc.pipeline import Pipeline
from mesh.rpc.registry import Registry, Servicers
from mesh.settings import Engine, ServerSettings
from mesh.telemetry import get_logger

GRACE_SECONDS = 10.0
"""How long open calls may take to finish once the server drains; the longest write deadline."""

_log = get_logger(__name__)
_methods = Gauge(
    "guild_rpc_methods", "1 for a method that is served, 0 for one that answers UNIMPLEMENTED.", ("service", "method")
)


class RpcServer:
    """A Part that serves."""

    name = "rpc"

    def __init__(
        self,
        settings: ServerSettings,
        servicers: Servicers,
        pipeline: Pipeline,
        *,
        engine: Engine = "wire",
        grace: float = GRACE_SECONDS,
    ) -> None:
        """Raise SettingsError for settings no server can be made of."""
        engines.check(settings)
        self.door = Door(settings.max_calls)
        self.engine: Engine = engine
        self._settings = settings
        self._registry = Registry(servicers)
        self._interceptor = PipelineInterceptor(pipeline)
        self._grace = grace
        self._server: grpc.aio.Server | None = None
        self._port = 0
        self.health = Health(self._registry.services)

    @property
    def port(self) -> int:
        """The port it listens on; 0 before it has started."""
        return self._port

    @property
    def address(self) -> str:
        """Host with port, or the path of its socket, as a Peer takes it."""
        return engines.address(self._settings.host, self._port)

    @property
    def methods(self) -> tuple[MethodSpec, ...]:
        """The methods it serves."""
        return tuple(spec(path) for path in self._registry.handlers)

    @property
    def unimplemented(self) -> dict[str, tuple[str, ...]]:
        """Bare names of the methods that answer UNIMPLEMENTED, by service."""
        return self._registry.unimplemented

    async def start(self) -> None:
        """Listen; raises LookupError that names a method without a policy, RuntimeError for a port that is taken."""
        prepared = {path: self._interceptor.prepare(path, served) for path, served in self._registry.handlers.items()}
        for method in self.methods:
            if method.validated:
                warm(method.input)
        server = engines.server(self.engine, self._settings, self.door)
        for service in self._registry.services:
            handlers = {spec(path).name: one for path, one in prepared.items() if spec(path).service == service}
            server.add_registered_method_handlers(service, handlers)
        self.health.register(server)
        if self._settings.reflection:
            reflection.register(server, self._registry.services)
        self._port = engines.bind(self.engine, server, self._settings)
        await server.start()
        self._server = server
        self._report_methods()
        await self.health.set_serving(serving=True)
        _log.info("serving", port=self._port, engine=self.engine, services=self._registry.services)

    async def drain(self) -> None:
        """Tell load balancers to send calls elsewhere; calls that still come are served."""
        await self.health.drain()

    async def stop(self) -> None:
        """Say NOT_SERVING, take no more calls, let the open ones finish within the grace, stop."""
        server, self._server = self._server, None
        if server is None:
            return
        await self.drain()
        await server.stop(self._grace)

    def _report_methods(self) -> None:
        missing = self.unimplemented
        for service, methods in missing.items():
            _log.warning("methods not implemented", rpc_service=service, methods=list(methods))
        for method in self.methods:
            _methods.labels(method.service, method.name).set(method.name not in missing.get(method.service, ()))
