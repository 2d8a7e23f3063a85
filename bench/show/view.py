"""How a run shows itself: plain lines for a log, a live plot for a terminal."""

from typing import Protocol, Self

from rich.console import Console, Group
from rich.live import Live
from rich.panel import Panel
from rich.text import Text

from bench.load.result import Result, Timeline
from bench.load.worker import TICK_SECONDS
from bench.show.plot import plot
from bench.show.words import line

console = Console(highlight=False, soft_wrap=True)


class View(Protocol):
    """What the workloads tell."""

    def say(self, text: str) -> None:
        """Say something that happened."""
        ...

    def begin(self, name: str) -> None:
        """A load begins."""
        ...

    def update(self, timeline: Timeline) -> None:
        """It goes on."""
        ...

    def end(self, name: str, result: Result, note: str = "") -> None:
        """It is over."""
        ...


class Lines:
    """One line for each load, when it is over."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to restore."""

    def say(self, text: str) -> None:
        """Print it."""
        console.print(text, markup=False)

    def begin(self, name: str) -> None:
        """Wait for the end."""

    def update(self, timeline: Timeline) -> None:
        """Wait for the end."""

    def end(self, name: str, result: Result, note: str = "") -> None:
        """Print the figures."""
        self.say(f"  {name:<44} {line(result)}{note}")


class LivePlot(Lines):
    """The same lines, with a plot of the load that runs below them."""

    def __init__(self) -> None:
        self._live = Live(console=console, auto_refresh=False, transient=True)
        self._name = ""

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def begin(self, name: str) -> None:
        """Clear the plot."""
        self._name = name
        self._live.update(Text(f"{name} …"), refresh=True)

    def update(self, timeline: Timeline) -> None:
        """Draw throughput over p99."""
        width = min(console.width, 110) - 4
        done = [moment.done / TICK_SECONDS for moment in timeline.moments]
        p99 = [moment.p99 * 1000 for moment in timeline.moments]
        charts = (plot("answers per second", done, TICK_SECONDS, width), plot("p99 in ms", p99, TICK_SECONDS, width))
        self._live.update(Panel(Group(*(Text.from_ansi(chart) for chart in charts)), title=self._name), refresh=True)
