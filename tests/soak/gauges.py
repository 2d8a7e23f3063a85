"""What a process holds: looked at when nothing goes on, when all of it should be back where it began."""

import asyncio
import ctypes
import gc
import logging
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from mesh.wire.transport import Wire
from mesh.wire.wheel import Wheel

OF_A_CALL = frozenset({
    "DataReceived",
    "Deframer",
    "DuplexCall",
    "FieldsReceived",
    "HttpRefusal",
    "Inbox",
    "Outset",
    "RepliesCall",
    "RequestReceived",
    "RequestsCall",
    "ServerCall",
    "Stream",
    "StreamReset",
    "UnaryCall",
    "_Requests",
})  # fmt: skip
"""Classes of mesh.wire that live as long as a call."""
OF_A_CONNECTION = frozenset({"ClientWire", "Connection", "Decoder", "Encoder", "Estimator", "Nuisance", "ServerWire"})
"""Classes of mesh.wire of which a connection has one."""


@dataclass(slots=True)
class Gauges:
    """Of one process at one moment; octets."""

    tasks: int = 0
    files: int = 0
    """Open file descriptors."""
    running: int = 0
    """Calls that servicers have not left, or that clients await."""
    connections: int = 0
    streams: int = 0
    calls: int = 0
    """Places of calls that are taken on the connections of servers."""
    deadlines: int = 0
    """Calls in the wheels."""
    timers: int = 0
    """Of the loop, those of wheels apart, which come due when they do; uvloop does not tell."""
    waiting: int = 0
    """Octets in outboxes, and in messages that nobody read."""
    left: dict[str, int] = field(default_factory=dict)
    """Objects of calls, and of connections that are no more, by class."""
    blocks: int = 0
    """Of up to half a KiB, which Python allocates by itself."""
    heap: int = 0
    """What the C library has given out and not got back: all that is larger."""
    pss: int = 0
    rss: int = 0
    noises: list[str] = field(default_factory=list)
    """What was logged as an error, or reached the loop's exception handler, since the last look."""

    def open(self) -> dict[str, Any]:
        """What should not be there at rest."""
        names = ("running", "streams", "calls", "deadlines", "waiting", "left")
        return {name: value for name in names if (value := getattr(self, name))}

    def standing(self) -> dict[str, int]:
        """What is always there, as much at one rest as at another."""
        return {"tasks": self.tasks, "files": self.files, "timers": self.timers}

    def plain(self) -> dict[str, Any]:
        """As JSON can say it."""
        return asdict(self)


def take(wires: Iterable[Wire], wheels: Iterable[Wheel], *, running: int, noises: "Noises") -> Gauges:
    """Look at this process."""
    gc.collect()
    wires, wheels = [wire for wire in wires if not wire.closed], list(wheels)
    gauges = Gauges(
        tasks=len(asyncio.all_tasks()),
        files=sum(1 for _ in Path("/proc/self/fd").iterdir()),
        running=running,
        connections=len(wires),
        streams=sum(len(wire.http.streams) for wire in wires),
        calls=sum(len(getattr(wire, "calls", ())) for wire in wires),
        deadlines=sum(len(slot) for wheel in wheels for slot in wheel._slots.values()),  # pyright: ignore[reportPrivateUsage]
        timers=_timers(wheels),
        waiting=sum(wire.http.backlog + wire.http.unread for wire in wires),
        left=_left(len(wires)),
        blocks=sys.getallocatedblocks(),
        heap=_heap(),
        noises=noises.take(),
    )
    memory = Path("/proc/self/smaps_rollup").read_text()
    sizes = {line.split()[0]: int(line.split()[1]) * 1024 for line in memory.splitlines()[1:]}
    gauges.pss, gauges.rss = sizes["Pss:"], sizes["Rss:"]
    return gauges


class _MallInfo(ctypes.Structure):
    """struct mallinfo2 of glibc, mallinfo(3)."""

    _fields_ = tuple(
        (name, ctypes.c_size_t)
        for name in [
            "arena",
            "ordblks",
            "smblks",
            "hblks",
            "hblkhd",
            "usmblks",
            "fsmblks",
            "uordblks",
            "fordblks",
            "keepcost",
        ]
    )


def _heap() -> int:
    libc = ctypes.CDLL(None)
    libc.mallinfo2.restype = _MallInfo
    told = libc.mallinfo2()
    return told.uordblks + told.hblkhd


def _timers(wheels: Iterable[Wheel]) -> int:
    scheduled = getattr(asyncio.get_running_loop(), "_scheduled", None)
    if scheduled is None:
        return 0
    of_wheels = sum(wheel._timer is not None for wheel in wheels)  # pyright: ignore[reportPrivateUsage]
    return sum(not timer.cancelled() for timer in scheduled) - of_wheels


def _left(connections: int) -> dict[str, int]:
    found = Counter(type(one).__name__ for one in gc.get_objects() if str(type(one).__module__).startswith("mesh.wire"))
    left = {name: found[name] for name in OF_A_CALL if found[name]}
    return left | {name: over for name in OF_A_CONNECTION if (over := found[name] - connections) > 0}


class Noises(logging.Handler):
    """Keeps what nobody should have to read in a log, save what was planned."""

    def __init__(self, planned: type[Exception]) -> None:
        super().__init__(logging.WARNING)
        self._planned = planned
        self._heard: list[str] = []
        logging.getLogger().addHandler(self)
        for name in list(logging.getLogger().manager.loggerDict):
            logging.getLogger(name).propagate = True
        asyncio.get_running_loop().set_exception_handler(self._on_exception)

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if not isinstance(error, self._planned):
            self._hear(self.format(record))

    def _on_exception(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self._hear(f"{context.get('message')}: {context.get('exception')!r}")

    def _hear(self, text: str) -> None:
        if len(self._heard) < 20:
            self._heard.append(text)

    def take(self) -> list[str]:
        """Return what was heard, and forget it."""
        heard, self._heard = self._heard, []
        return heard
