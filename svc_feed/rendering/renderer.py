"""Has files and articles looked at, each by a process of its own that ends with it."""

import asyncio
import contextlib
import os
import sys
from pathlib import Path
from typing import Any

import orjson
import prometheus_client as metrics

from mesh.telemetry import LATENCY_BUCKETS
from svc_feed.domain.medium import Failed, Variant
from svc_feed.rendering.refused import Refused, RenderingFailed

__all__ = ["Refused", "Renderer", "RenderingFailed"]

SECONDS = 120.0
"""How long a look may take: four times the processor's time it may have, for a machine that is busy."""
_ANSWER_BYTES = 16 * 1024 * 1024  # of the HTML of an article, escaped
_PASSED_ON = ("PATH", "PYTHONPATH", "PYTHONPYCACHEPREFIX", "LD_LIBRARY_PATH", "TMPDIR")
"""Variables it gets; none of ours, which hold secrets."""

_seconds = metrics.Histogram(
    "guild_rendering_seconds", "Seconds a look at a file took.", ("task", "outcome"), buckets=LATENCY_BUCKETS
)


class Renderer:
    """At most so many processes at once, bounded in memory and time; one that crashes costs its own file alone.

    A process that is new for each file costs a tenth of a second, and nothing while there is nothing to do.
    """

    def __init__(self, processes: int, *, seconds: float = SECONDS, command: tuple[str, ...] = ()) -> None:
        self._slots = asyncio.Semaphore(processes)
        self._limit = seconds
        self._command = command or (sys.executable, "-m", "svc_feed.rendering.child")

    async def picture(self, source: Path, content_type: str, folder: Path) -> tuple[Variant, ...]:
        """Write a picture's sizes into a folder, each under its name; raises Refused, RenderingFailed."""
        said = await self._ask("picture", str(source), content_type, str(folder))
        return tuple(Variant(**one) for one in said["variants"])

    async def pages(self, source: Path) -> int:
        """Count the pages of a document; raises Refused, RenderingFailed."""
        return (await self._ask("pages", str(source)))["pages"]

    async def article(self, markdown: str) -> str:
        """Lay an article out as HTML; raises RenderingFailed."""
        return (await self._ask("article", given=markdown.encode()))["html"]

    async def _ask(self, task: str, *arguments: str, given: bytes = b"") -> dict[str, Any]:
        outcome = "failed"
        async with self._slots:
            began = asyncio.get_running_loop().time()
            try:
                said = orjson.loads(await self._run(task, *arguments, given=given))
                outcome = "refused" if "refused" in said else "done"
            except orjson.JSONDecodeError:
                raise RenderingFailed("it said nothing that can be read") from None
            finally:
                _seconds.labels(task, outcome).observe(asyncio.get_running_loop().time() - began)
        if "refused" in said:
            raise Refused(Failed(said["refused"]))
        return said

    async def _run(self, *arguments: str, given: bytes) -> bytes:
        process = await asyncio.create_subprocess_exec(
            *self._command,
            *arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=_ANSWER_BYTES,
            env={name: value for name in _PASSED_ON if (value := os.environ.get(name))},
        )
        try:
            async with asyncio.timeout(self._limit):
                said, _ = await process.communicate(given)
                code = process.returncode
        except TimeoutError:
            raise RenderingFailed(f"it took more than {self._limit:g} s") from None
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        if code:
            raise RenderingFailed(f"it ended with {code}")
        return said
