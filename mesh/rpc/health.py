"""The standard health service: what load balancers ask before they send calls."""

from collections.abc import Iterable

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

_SERVING = health_pb2.HealthCheckResponse.SERVING
_NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


class Health:
    """Answers for the whole server (the empty name) and for each service of it."""

    def __init__(self, services: Iterable[str]) -> None:
        self._names = ("", *services)
        self._servicer = health.aio.HealthServicer()

    def register(self, server: grpc.aio.Server) -> None:
        """Serve grpc.health.v1.Health on `server`."""
        health_pb2_grpc.add_HealthServicer_to_server(self._servicer, server)

    async def set_serving(self, *, serving: bool) -> None:
        """Tell everyone who asks or watches whether calls are welcome."""
        for name in self._names:
            await self._servicer.set(name, _SERVING if serving else _NOT_SERVING)

    async def drain(self) -> None:
        """Say NOT_SERVING for good."""
        await self._servicer.enter_graceful_shutdown()
