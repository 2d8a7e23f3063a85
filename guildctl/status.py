"""What runs on a home, seen from outside its supervisor."""

import asyncio
from typing import Any

from guildctl import probe
from guildctl.home import Home
from guildctl.logwatch import last_error
from guildctl.stores import NAMES
from guildctl.table import Row
from mesh.embedded import started_at
from mesh.embedded.ports import is_free


def rows(home: Home) -> list[Row]:
    """Return every store and role with its health now."""
    return asyncio.run(_rows(home))


async def _rows(home: Home) -> list[Row]:
    state = home.state()
    roles: dict[str, dict[str, Any]] = state.get("roles") or {}
    found = await asyncio.gather(*(_role(home, name, role) for name, role in roles.items()))
    return [*await asyncio.gather(*(_store(home, name, state) for name in NAMES)), *found]


async def _store(home: Home, name: str, state: dict[str, Any]) -> Row:
    if name in state.get("external", ()):
        return Row(name, "external", "", "external")
    port = home.ports.recall(name)
    if port is None or is_free(port):
        return Row(name, str(port or "down"), "", "down")
    noted: dict[str, Any] = (state.get("stores") or {}).get(name, {})
    health = "up" if await probe.store_answers(name, port) else probe.NO_ANSWER
    return Row(name, str(port), "", health, noted.get("restarts", 0), noted.get("hung", ""))


async def _role(home: Home, name: str, role: dict[str, Any]) -> Row:
    pid = role.get("pid")
    alive = isinstance(pid, int) and started_at(pid) == role.get("started_at")
    reason = await probe.why_not_ready(role["admin_port"]) if alive else "died"
    running = home.supervisor()
    where = str(role["port"] or "")
    if name == "edge" and running is not None:
        where = f"{running.http_port}, {running.grpc_port}"
    error = role.get("hung") or (last_error(home.log(name)) if reason is not None else "")
    return Row(name, where, str(role["admin_port"]), reason or "ready", role.get("restarts", 0), error)
