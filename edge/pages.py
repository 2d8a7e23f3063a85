"""What the edge serves of its own: the contract's documents, its health."""

import asyncio
from collections.abc import Mapping

import orjson

from edge import answers
from edge.answers import Answer
from edge.contract import Contract
from edge.http import Page
from mesh.lifecycle import Health

_HTML = (b"content-type", b"text/html; charset=utf-8")
_YAML = (b"content-type", b"application/yaml")
_UNAVAILABLE = 503


class Pages:
    """Documents are read when they are first asked for, and kept."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._health = Health()
        self._kept: dict[str, bytes] = {}

    def use_health(self, health: Health) -> None:
        """Answer /readyz from `health`."""
        self._health = health

    @property
    def by_path(self) -> Mapping[str, Page]:
        """The pages."""
        return {
            "/healthz": self._alive,
            "/readyz": self._ready,
            "/openapi.yaml": self._openapi,
            "/docs": self._docs,
        }

    async def _alive(self) -> Answer:
        return Answer(200, orjson.dumps({"status": "alive", "state": self._health.state.value}))

    async def _ready(self) -> Answer:
        failing = await self._health.failing()
        if failing:
            return Answer(_UNAVAILABLE, orjson.dumps({"status": "not ready", "failing": sorted(failing)}))
        return Answer(200, b'{"status":"ready"}')

    async def _openapi(self) -> Answer:
        return await self._document("guild.yaml", _YAML)

    async def _docs(self) -> Answer:
        return await self._document("index.html", _HTML)

    async def _document(self, name: str, kind: answers.Header) -> Answer:
        if name not in self._kept:
            self._kept[name] = await asyncio.to_thread((self._contract.folder / "openapi" / name).read_bytes)
        return answers.page(self._kept[name], kind)
