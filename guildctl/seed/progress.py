"""How far a run is, on a terminal or in a log."""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from guildctl.console import console, say
from guildctl.seed.caller import Calls

_PLAIN_SECONDS = 10.0


@dataclass
class Phase:
    """One kind of thing: how many there are to be, how many this run made, how many were there already."""

    name: str
    total: int
    draw: Callable[["Phase"], None]
    made: int = 0
    found: int = 0
    calls: int = 0
    seconds: float = 0.0

    @property
    def done(self) -> int:
        """How many there are now."""
        return self.made + self.found

    def count(self, *, made: bool, times: int = 1) -> None:
        """Note a thing that exists now, or several; `made` tells that this run made it."""
        self.made += times * made
        self.found += times * (not made)
        self.draw(self)


class Show:
    """Plain lines: one when a phase ends, and one now and then while it goes on."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls
        self.phases: list[Phase] = []
        self._spoke_at = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to restore."""

    @contextmanager
    def phase(self, name: str, total: int) -> Generator[Phase]:
        """Measure what happens in the block."""
        phase = Phase(name, total, self.draw)
        began, calls = time.monotonic(), self.calls.made
        self.begin(phase)
        yield phase
        phase.seconds, phase.calls = time.monotonic() - began, self.calls.made - calls
        self.phases.append(phase)
        self.end(phase)

    def begin(self, _phase: Phase) -> None:
        """Show that a phase begins."""
        self._spoke_at = time.monotonic()

    def draw(self, phase: Phase) -> None:
        """Show how far it is."""
        if time.monotonic() - self._spoke_at > _PLAIN_SECONDS:
            self._spoke_at = time.monotonic()
            say(f"{phase.name}: {phase.done:,} of {phase.total:,}")

    def end(self, phase: Phase) -> None:
        """Show that it ended."""
        say(f"{phase.name}: {phase.done:,} in {phase.seconds:.1f} s")


class LiveShow(Show):
    """A bar for each phase, for a terminal."""

    def __init__(self, calls: Calls) -> None:
        super().__init__(calls)
        columns = (TextColumn("{task.description:<16}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._bars = Progress(*columns, console=console)
        self._bar: TaskID | None = None

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def begin(self, phase: Phase) -> None:
        """Add a bar."""
        self._bar = self._bars.add_task(phase.name, total=phase.total)

    def draw(self, phase: Phase) -> None:
        """Move the bar; the library draws it ten times a second."""
        if self._bar is not None:
            self._bars.update(self._bar, completed=phase.done)

    def end(self, phase: Phase) -> None:
        """Leave the bar as it is."""
        self.draw(phase)


def show(calls: Calls) -> Show:
    """The way of showing that suits the output."""
    return LiveShow(calls) if console.is_terminal else Show(calls)
