"""One process that fires: gets loads through a pipe, answers with what it saw."""

import asyncio
import signal
import time
import traceback
from dataclasses import dataclass
from multiprocessing.connection import Connection

import uvloop

from bench.load.arrivals import Pattern, arrivals
from bench.load.generator import closed_loop, open_loop
from bench.load.recorder import Recorder, Report
from bench.load.target import Place, Session, Target

TICK_SECONDS = 0.5
"""How often a worker says how it goes."""


@dataclass(frozen=True, slots=True)
class Load:
    """What all workers together are to do; without a rate it is a closed loop of `in_flight` requests."""

    target: Target
    seconds: float
    rate: float | None = None
    in_flight: int = 64
    pattern: Pattern = "poisson"


@dataclass(frozen=True, slots=True)
class Broken:
    """A worker could not do its load; the traceback says why."""

    text: str


def main(pipe: Connection, place: Place) -> None:
    """Serve loads until the parent closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole terminal; the parent decides
    uvloop.run(_serve(pipe, place))


async def _serve(pipe: Connection, place: Place) -> None:
    loop = asyncio.get_running_loop()
    while True:
        try:
            load: Load | None = await loop.run_in_executor(None, pipe.recv)
        except EOFError:
            return
        if load is None:
            return
        try:
            pipe.send(await _run(load, pipe, place))
        except Exception:  # noqa: BLE001 - the parent shows it
            pipe.send(Broken(traceback.format_exc()))


async def _run(load: Load, pipe: Connection, place: Place) -> Report:
    recorder = Recorder()
    session = await load.target.open(place, recorder.observe)
    try:
        pipe.send("ready")
        start: float = await asyncio.get_running_loop().run_in_executor(None, pipe.recv)
        ticking = asyncio.create_task(_tick(recorder, pipe, start))
        cpu = time.process_time()
        await _fire(load, session, recorder, start, place)
        seconds, cpu = time.monotonic() - start, time.process_time() - cpu
        recorder.lost(await session.settle())
        ticking.cancel()
        return recorder.report(seconds if load.rate is None else load.seconds, cpu / max(seconds, 1e-9))
    finally:
        await session.close()


async def _fire(load: Load, session: Session, recorder: Recorder, start: float, place: Place) -> None:
    in_flight = max(1, load.in_flight // place.workers)
    if load.rate is None:
        await closed_loop(session, recorder, start=start, seconds=load.seconds, in_flight=in_flight)
        return
    due = arrivals(load.pattern, load.rate, load.seconds, worker=place.worker, workers=place.workers)
    await open_loop(session, recorder, due, start=start, in_flight=in_flight)


async def _tick(recorder: Recorder, pipe: Connection, start: float) -> None:
    at = start
    while True:
        at += TICK_SECONDS
        await asyncio.sleep(max(0.0, at - time.monotonic()))
        pipe.send(recorder.interval())
