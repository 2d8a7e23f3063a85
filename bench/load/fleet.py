"""The worker processes, as the parent drives them."""

import multiprocessing
import time
from collections.abc import Callable
from multiprocessing.connection import wait
from typing import Any, Self

from bench.load.recorder import Interval, Report
from bench.load.result import Result, Timeline, merge
from bench.load.target import Place
from bench.load.worker import Broken, Load, main

OPEN_SECONDS = 60.0
"""How long a target may take to open in all workers."""
OVERTIME_SECONDS = 30.0
"""How long after its end a load may take to settle and close."""
_HEAD_START = 0.1


class FleetBroken(Exception):  # noqa: N818 - says what happened
    """A worker failed or fell silent; the message is its traceback."""


class Fleet:
    """Workers that are started once and do many loads."""

    def __init__(self, workers: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipes: list[Any] = []
        self._processes: list[Any] = []
        for worker in range(workers):
            ours, theirs = context.Pipe()
            process = context.Process(target=main, args=(theirs, Place(worker, workers)), daemon=True)
            process.start()
            theirs.close()
            self._pipes.append(ours)
            self._processes.append(process)

    def run(self, load: Load, on_interval: Callable[[Timeline], None]) -> Result:
        """Do one load on all workers at once; `on_interval` hears how it goes. Raises FleetBroken."""
        for pipe in self._pipes:
            pipe.send(load)
        self._gather(OPEN_SECONDS, lambda message: message == "ready", lambda _: None)
        start = time.monotonic() + _HEAD_START
        for pipe in self._pipes:
            pipe.send(start)
        timeline = Timeline()

        def hear(message: Any) -> None:
            if isinstance(message, Interval):
                timeline.add(message)
                on_interval(timeline)

        ended = self._gather(load.seconds + OVERTIME_SECONDS, lambda message: isinstance(message, Report), hear)
        return merge(ended, timeline)

    def close(self) -> None:
        """Let the workers end."""
        for pipe in self._pipes:
            try:
                pipe.send(None)
            except OSError:
                continue
        for process in self._processes:
            process.join(2.0)
            if process.is_alive():
                process.kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _gather(self, seconds: float, last: Callable[[Any], bool], hear: Callable[[Any], None]) -> list[Any]:
        """Return the one message of each worker that is its last; `hear` gets the others."""
        deadline = time.monotonic() + seconds
        silent, found = set(self._pipes), list[Any]()
        while silent:
            ready = wait(list(silent), max(0.0, deadline - time.monotonic()))
            if not ready:
                raise FleetBroken(f"{len(silent)} workers said nothing for {seconds:g} s")
            for pipe in self._pipes:
                if pipe in ready:
                    message = self._receive(pipe)
                    if last(message):
                        found.append(message)
                        silent.discard(pipe)
                    else:
                        hear(message)
        return found

    @staticmethod
    def _receive(pipe: Any) -> Any:
        try:
            message = pipe.recv()
        except EOFError:
            raise FleetBroken("a worker died") from None
        if isinstance(message, Broken):
            raise FleetBroken(message.text)
        return message
