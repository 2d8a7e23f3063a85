"""What processes use of the processor: the operating system's own account, which no neighbour changes."""

import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

_CPU_CLOCK = 2
"""The clock of a process's user and system time, to the nanosecond: clock_getcpuclockid(3) of Linux makes it so."""


def cpu_seconds(pid: int) -> float:
    """Return the processor time a process has used; 0 where the system does not tell."""
    if sys.platform != "linux":
        return 0.0
    try:
        return time.clock_gettime(~pid << 3 | _CPU_CLOCK)
    except OSError:
        return 0.0


def memory_bytes(pid: int) -> int:
    """Return the memory a process has for itself, with its share of what others have too; 0 where nobody tells."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next(int(line.split()[1]) * 1024 for line in rollup.splitlines() if line.startswith("Pss:"))


def family(pid: int) -> Iterator[int]:
    """Yield a process with its children and theirs: PostgreSQL has one for each connection."""
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            pids = children.read_text().split()
        except OSError:
            continue
        for child in pids:
            yield from family(int(child))


@dataclass(frozen=True, slots=True)
class Cost:
    """Processor time in seconds by process: of those that serve, and apart from them of the stores."""

    roles: Mapping[str, float] = field(default_factory=dict[str, float])
    stores: Mapping[str, float] = field(default_factory=dict[str, float])

    @property
    def total(self) -> float:
        """That of the serving processes together."""
        return sum(self.roles.values())

    def over(self, divisor: float) -> "Cost":
        """Return a share of it: for each answer, or for each second."""
        return Cost(
            {name: used / divisor for name, used in self.roles.items()},
            {name: used / divisor for name, used in self.stores.items()},
        )


@dataclass(frozen=True, slots=True)
class Watched:
    """Processes by name, each with its children."""

    roles: Mapping[str, int] = field(default_factory=dict[str, int])
    stores: Mapping[str, int] = field(default_factory=dict[str, int])

    def __bool__(self) -> bool:
        return bool(self.roles)

    def account(self) -> "Account":
        """Begin to count."""
        return Account.opened(self)


@dataclass(frozen=True, slots=True)
class Account:
    """What each process had used at one moment."""

    watched: Watched
    before: Mapping[int, float]

    @classmethod
    def opened(cls, watched: Watched) -> Self:
        """Read all clocks."""
        pids = (*watched.roles.values(), *watched.stores.values())
        return cls(watched, {each: cpu_seconds(each) for pid in pids for each in family(pid)})

    def close(self) -> Cost:
        """Return what was used since; a child that ended meanwhile takes its account along."""
        return Cost(
            {name: self._used(pid) for name, pid in self.watched.roles.items()},
            {name: self._used(pid) for name, pid in self.watched.stores.items()},
        )

    def _used(self, pid: int) -> float:
        return sum(max(0.0, cpu_seconds(each) - self.before.get(each, 0.0)) for each in family(pid))
