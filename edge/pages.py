"""What the edge serves of its own: the contract's documents, its health."""

import asyncio
from collections.abc import Callable, Mapping

import orjson

from edge import answers
from edge.answers import Answer
from edge.contract import Contract
from edge.docs import page
from edge.http import Page
from edge.openapi import openapi
from mesh.lifecycle import Health

_HTML = (b"content-type", b"text/html; charset=utf-8")
_YAML = (b"content-type", b"application/yaml")
_UNAVAILABLE = 503


class Pages:
    """Documents are made when they are first asked for, and kept."""

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
        return Answer(200, await self._once("openapi", self._yaml), (_YAML, answers.PUBLIC))

    async def _docs(self) -> Answer:
        html = await self._once("docs", lambda: page(openapi(self._contract.descriptors)))
        return Answer(200, html, (_HTML, answers.PUBLIC))

    def _yaml(self) -> bytes:
        try:
            return self._contract.openapi_file.read_bytes()
        except OSError:  # JSON is YAML too
            return orjson.dumps(openapi(self._contract.descriptors), option=orjson.OPT_INDENT_2)

    async def _once(self, name: str, make: Callable[[], bytes]) -> bytes:
        if name not in self._kept:
            self._kept[name] = await asyncio.to_thread(make)
        return self._kept[name]
