"""The plaintext HTTP port of operators: health, metrics, and what a service adds."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import orjson
import uvicorn

from mesh.lifecycle.health import Health
from mesh.lifecycle.http_server import HttpServer
from mesh.settings import ServerSettings
from mesh.telemetry import exposition

_Message = MutableMapping[str, Any]
_METRICS = "/metrics"
_LINGER_SECONDS = 1  # how long a scrape under way may still take at the end


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole HTTP answer."""

    body: bytes
    content_type: str = "application/json"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


Route = Callable[[], Awaitable[Answer]]
"""What answers a GET of one exact path."""


class AdminServer:
    """Serves /healthz, /readyz, /metrics and `routes` on `settings.admin_port`; put it first among the parts.

    `/metrics?name[]=…`, as Prometheus' own libraries take it, gives those metrics alone.
    First to start and last to stop, it answers /readyz with 503 while the others start and drain.
    """

    name = "admin"

    def __init__(self, settings: ServerSettings, *, routes: Mapping[str, Route] | None = None) -> None:
        self.port = settings.admin_port
        self._host = settings.host
        self._health = Health()
        self._routes: Mapping[str, Route] = {
            "/healthz": self._alive,
            "/readyz": self._ready,
            **(routes or {}),
        }
        self._server: HttpServer | None = None
        self._task: asyncio.Task[None] | None = None

    def use_health(self, health: Health) -> None:
        """Answer /readyz from `health`."""
        self._health = health

    async def start(self) -> None:
        """Listen; raises OSError when the port is taken."""
        listener = socket.create_server((self._host, self.port), family=_family(self._host))
        self.port = listener.getsockname()[1]
        config = uvicorn.Config(
            self._answer,
            ws="none",
            loop="none",
            interface="asgi3",
            proxy_headers=False,
            log_level="warning",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=_LINGER_SECONDS,
        )
        self._server = HttpServer(config)
        self._task = asyncio.create_task(self._server.serve(sockets=[listener]), name="admin-server")

    async def stop(self) -> None:
        """Close the port."""
        if self._server is not None and self._task is not None:
            self._server.end()
            await self._task
        self._server = self._task = None

    async def _answer(
        self,
        scope: _Message,
        _receive: Callable[[], Awaitable[_Message]],
        send: Callable[[_Message], Awaitable[None]],
    ) -> None:
        if scope["type"] != "http":
            return
        answer = await self._route(scope["method"], scope["path"], scope["query_string"])
        headers = {"content-type": answer.content_type, "content-length": str(len(answer.body)), **answer.headers}
        encoded = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": answer.status, "headers": encoded})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else answer.body})

    async def _route(self, method: str, path: str, query: bytes) -> Answer:
        route = self._routes.get(path)
        if route is None and path != _METRICS:
            paths = sorted([*self._routes, _METRICS])
            return Answer(orjson.dumps({"error": "not found", "paths": paths}), status=404)
        if method not in {"GET", "HEAD"}:
            return Answer(b'{"error":"method not allowed"}', status=405, headers={"allow": "GET, HEAD"})
        return _metrics(query) if route is None else await route()

    async def _alive(self) -> Answer:
        return Answer(orjson.dumps({"status": "alive", "state": self._health.state.value}))

    async def _ready(self) -> Answer:
        failing, missing = await asyncio.gather(self._health.failing(), self._health.missing())
        if failing:
            return Answer(orjson.dumps({"status": "not ready", "failing": failing, "missing": missing}), status=503)
        return Answer(orjson.dumps({"status": "ready", "missing": missing}))


def _metrics(query: bytes) -> Answer:
    body, content_type = exposition(parse_qs(query.decode("latin-1")).get("name[]", ()))
    return Answer(body, content_type)


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
