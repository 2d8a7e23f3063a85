"""Run an App as a process: until SIGTERM, then drain."""

import asyncio
import gc
import inspect
import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import uvloop

from mesh import heap
from mesh.lifecycle.app import App
from mesh.settings import SettingsError, TelemetrySettings, load
from mesh.telemetry import configure, get_logger, shutdown

_log = get_logger(__name__)
_YOUNG_OBJECTS = 20_000  # allocations before a collection: a request makes thousands, nearly all freed by count
_OVERRUN_SECONDS = 1.0  # between asking the drain to end and ending the process


@dataclass(frozen=True, slots=True)
class RunSettings:
    """What it tells, and how it ends: up for the delay after readiness is off, then `drain_seconds` to finish."""

    telemetry: TelemetrySettings = field(default_factory=TelemetrySettings)
    drain_seconds: float = 20.0
    drain_delay_seconds: float = 0.0  # on Kubernetes, what endpoints need to forget a pod


def run(build: Callable[[], App | Awaitable[App]], *, service: str | None = None) -> int:
    """Run an App until SIGTERM or SIGINT, drain it, stop it; return the exit code of the process.

    Builds it on a uvloop, after configuring telemetry for `service` (by default, what `python -m` was told to run). The
    code is 0 after a clean stop, 1 when it could not start or did not stop in time, 2 when its settings are wrong.
    """
    name = service or _program()
    heap.share()
    try:
        settings = load(RunSettings)
        configure(settings.telemetry, service=name)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(_serve(build, settings))
    except SettingsError as error:
        configure(TelemetrySettings(), service=name)
        _log.error("settings are wrong", error=str(error))
        return 2
    finally:
        shutdown()


async def _serve(build: Callable[[], App | Awaitable[App]], settings: RunSettings) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        app = await _started(build, stop)
    except SettingsError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever kept it from starting is what the log must say
        _log.exception("could not start", error=f"{type(error).__name__}: {error}")
        return 1
    if app is None:
        return 0
    settle_garbage()
    _log.info("ready", app=app.name, pid=os.getpid(), ports=dict(app.ports))
    await stop.wait()
    return await _drain(app, settings)


def settle_garbage() -> None:
    """Take what start-up made out of every later collection: it stays, and walking it costs each request."""
    gc.collect()
    heap.give_back()
    gc.freeze()
    gc.set_threshold(_YOUNG_OBJECTS, 20, 50)


async def _started(build: Callable[[], App | Awaitable[App]], stop: asyncio.Event) -> App | None:
    """Start the App; None when it was told to stop before it was up."""
    starting = asyncio.create_task(_start(build))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait((starting, stopping), return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not starting.done():
        starting.cancel()
        await asyncio.wait((starting,))
        return None
    return starting.result()


async def _start(build: Callable[[], App | Awaitable[App]]) -> App:
    built = build()
    app = await built if inspect.isawaitable(built) else built
    await app.start()
    return app


async def _drain(app: App, settings: RunSettings) -> int:
    limit = settings.drain_seconds
    watchdog = threading.Timer(settings.drain_delay_seconds + limit + _OVERRUN_SECONDS, os._exit, (1,))
    watchdog.daemon = True
    watchdog.start()  # ends the process even when something blocks the loop
    _log.info("draining", app=app.name, seconds=limit)
    try:
        async with asyncio.timeout(settings.drain_delay_seconds + limit):
            await app.drain()
            await asyncio.sleep(settings.drain_delay_seconds)
            await app.stop()
    except TimeoutError:
        _log.error("did not stop in time", app=app.name, seconds=limit)
        shutdown()
        os._exit(1)
    watchdog.cancel()
    _log.info("stopped", app=app.name)
    return 0


def _program() -> str:
    """Name what runs: "feed" for `python -m svc_feed`, "feed-worker" with `--role worker`."""
    spec = getattr(sys.modules["__main__"], "__spec__", None)
    name = (spec.parent if spec is not None and spec.parent else Path(sys.argv[0]).stem).removeprefix("svc_")
    role = sys.argv[sys.argv.index("--role") + 1 :][:1] if "--role" in sys.argv else []
    if not role or role == ["api"]:
        return name
    return role[0] if "-" in role[0] else f"{name}-{role[0]}"
