"""Apps start in order, stop in reverse, drain on SIGTERM."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from importlib import import_module
from importlib.machinery import ModuleSpec
from typing import Any

import httpx
import pytest

from mesh.lifecycle import AdminServer, Answer, App, State
from mesh.lifecycle import health as health_module
from mesh.settings import ServerSettings

run_module = import_module("mesh.lifecycle.run")  # the package has the function of that name


class Recorder:
    """A part that notes what happens to it."""

    def __init__(self, name: str, notes: list[str], *, fails: bool = False, port: int = 0) -> None:
        self.name = name
        self.port = port
        self._notes = notes
        self._fails = fails

    async def start(self) -> None:
        self._notes.append(f"{self.name} starts")
        if self._fails:
            raise RuntimeError(self.name)

    async def drain(self) -> None:
        self._notes.append(f"{self.name} drains")

    async def stop(self) -> None:
        self._notes.append(f"{self.name} stops")


async def test_parts_start_in_order_and_stop_in_reverse() -> None:
    """All parts drain before the first one stops; the last one started goes first."""
    notes: list[str] = []

    async with App("sample", [Recorder("a", notes), Recorder("b", notes, port=7)]) as app:
        assert (State.READY, {"b": 7}) == (app.health.state, app.ports)

    assert ["a starts", "b starts", "b drains", "a drains", "b stops", "a stops"] == notes
    assert State.STOPPED is app.health.state


async def test_a_failed_start_is_rolled_back() -> None:
    """When a part does not start, those before it stop, and its error is raised."""
    notes: list[str] = []
    app = App("sample", [Recorder("a", notes), Recorder("b", notes, fails=True), Recorder("c", notes)])

    with pytest.raises(RuntimeError, match="b"):
        await app.start()

    assert ["a starts", "b starts", "a drains", "a stops"] == notes


async def test_a_part_that_fails_to_stop_does_not_spare_the_others() -> None:
    """The parts below one that raises while stopping are stopped all the same."""
    notes: list[str] = []
    stubborn = Recorder("b", notes)

    async def refuse() -> None:
        raise RuntimeError("no")

    stubborn.stop = refuse  # type: ignore[method-assign]
    async with App("sample", [Recorder("a", notes), stubborn]):
        pass

    assert "a stops" == notes[-1]


async def works() -> None:
    """Pass."""


async def breaks() -> None:
    raise ConnectionError("refused")


async def hangs() -> None:
    await asyncio.Event().wait()


async def test_health_names_what_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checks run at once; one that raises or hangs is named with what it said."""
    monkeypatch.setattr(health_module, "_CHECK_SECONDS", 0.01)
    async with App("sample", [], checks={"good": works, "bad": breaks, "slow": hangs}) as app:
        failing = await app.health.failing()

    assert {"bad": "ConnectionError: refused", "slow": "no answer within 0.01 s"} == failing
    assert {"state": "stopped"} == await app.health.failing()


@pytest.fixture
async def admin() -> AsyncIterator[tuple[App, httpx.AsyncClient, dict[str, Any]]]:
    checks: dict[str, Any] = {"probe": works}

    async def probe() -> None:
        await checks["probe"]()

    async def keys() -> Answer:
        return Answer(b'{"keys":[]}', headers={"cache-control": "max-age=60"})

    server = AdminServer(ServerSettings(), routes={"/keys": keys})
    async with (
        App("sample", [server], checks={"probe": probe}, missed={"cache": breaks}) as app,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as client,
    ):
        yield app, client, checks


async def test_readiness_follows_checks_and_drain(admin: tuple[App, httpx.AsyncClient, dict[str, Any]]) -> None:
    """/readyz is 200 while all checks pass, 503 naming what fails, 503 during the drain; what is missed is told."""
    app, client, checks = admin
    ready = await client.get("/readyz")
    checks["probe"] = breaks
    failing = await client.get("/readyz")
    checks["probe"] = works
    await app.drain()
    draining = await client.get("/readyz")
    alive = await client.get("/healthz")

    assert (200, 503, 503, 200) == (ready.status_code, failing.status_code, draining.status_code, alive.status_code)
    assert {"probe": "ConnectionError: refused"} == failing.json()["failing"]
    assert {"status": "ready", "missing": {"cache": "ConnectionError: refused"}} == ready.json()
    assert {"state": "draining"} == draining.json()["failing"]


async def test_metrics_and_own_routes_are_served(admin: tuple[App, httpx.AsyncClient, dict[str, Any]]) -> None:
    """The admin port gives metrics as Prometheus reads them, and what the service adds."""
    _, client, _ = admin
    metrics, keys = await client.get("/metrics"), await client.get("/keys")
    head, missing, wrong = await client.head("/keys"), await client.get("/nothing"), await client.post("/keys")
    some = await client.get("/metrics", params={"name[]": "python_info"})

    assert "python_info" in metrics.text
    assert ["python_info"] == [line.split("{")[0] for line in some.text.splitlines() if not line.startswith("#")]
    assert ({"keys": []}, "max-age=60") == (keys.json(), keys.headers["cache-control"])
    assert (200, b"", 404, 405) == (head.status_code, head.content, missing.status_code, wrong.status_code)


async def test_a_taken_admin_port_is_an_error(admin: tuple[App, httpx.AsyncClient, dict[str, Any]]) -> None:
    """A second server on the port does not start."""
    _, client, _ = admin

    with pytest.raises(OSError, match=r"[Aa]ddress"):
        await AdminServer(ServerSettings(admin_port=client.base_url.port or 0)).start()


PROGRAM = """
import asyncio, sys
from mesh.lifecycle import App, run
from mesh.settings import ServerSettings, load

class Sleeper:
    name = "sleeper"
    port = 4711
    async def start(self): pass
    async def stop(self): await asyncio.sleep({stop})

def build():
    load(ServerSettings)
    {build}
    return App("sample", [Sleeper()])

sys.exit(run(build, service="sample"))
"""


async def run_program(*, stop: float = 0, build: str = "", end: bool = True, **env: str) -> tuple[int, list[Any]]:
    """Run a program, end it with SIGTERM once it is ready; return its exit code and log lines."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM.format(stop=stop, build=build), env={**os.environ, **env}, stdout=-1
    )
    assert process.stdout is not None
    logged: list[Any] = []
    async for line in process.stdout:
        logged.append(json.loads(line))
        if end and logged[-1]["event"] == "ready":
            process.send_signal(signal.SIGTERM)
    return await process.wait(), logged


async def test_sigterm_drains_and_ends_well() -> None:
    """A process says that it is ready and with which ports, drains on SIGTERM, exits with 0."""
    code, logged = await run_program()

    assert (0, ["ready", "draining", "stopped"]) == (code, [line["event"] for line in logged])
    assert ("sample", {"sleeper": 4711}) == (logged[0]["service"], logged[0]["ports"])


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["/x/svc_feed/__main__.py"], "feed"),
        (["svc_feed", "--role", "api"], "feed"),
        (["svc_feed", "--role", "worker"], "feed-worker"),
        (["svc_messaging", "--role", "notification-worker"], "notification-worker"),
    ],
)
def test_a_process_is_called_after_its_role(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], expected: str
) -> None:
    """Logs and traces name the service, and the role where it is not the API."""
    package = arguments[0].removesuffix("/__main__.py").rpartition("/")[2]
    monkeypatch.setattr(sys.modules["__main__"], "__spec__", ModuleSpec(f"{package}.__main__", None))
    monkeypatch.setattr(sys, "argv", arguments)

    assert expected == run_module._program()


async def test_wrong_telemetry_settings_are_told_too() -> None:
    """Even when logs cannot be set up as wished, the log says why."""
    code, logged = await run_program(GUILD_TELEMETRY_LOG_LEVEL="loud")

    assert 2 == code
    assert "GUILD_TELEMETRY_LOG_LEVEL" in logged[-1]["error"]


async def test_a_drain_that_takes_too_long_is_cut() -> None:
    """After GUILD_DRAIN_SECONDS the process ends with 1, whatever still runs."""
    code, logged = await run_program(stop=60, GUILD_DRAIN_SECONDS="0.1")

    assert (1, "did not stop in time") == (code, logged[-1]["event"])


async def test_wrong_settings_end_the_process_with_their_names() -> None:
    """A process whose settings are wrong exits with 2 and names the variable."""
    code, logged = await run_program(GUILD_PORT="lots")

    assert 2 == code
    assert "GUILD_PORT: must be a whole number" in logged[-1]["error"]


async def test_a_failed_start_ends_the_process() -> None:
    """A process that cannot start exits with 1 and says why."""
    code, logged = await run_program(build="raise ConnectionError('no database')")

    assert (1, "ConnectionError: no database") == (code, logged[-1]["error"])
