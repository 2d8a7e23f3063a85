"""The command: `python -m bench [WORKLOAD…]` measures the running system, or one of its own."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from bench.budgets import rows
from bench.load.fleet import Fleet, FleetBroken
from bench.run import Bench, Measurement, Options
from bench.show.html import write
from bench.show.table import HEADINGS, Sheet, print_table
from bench.show.view import Lines, LivePlot, console
from bench.system.own import own_system
from bench.system.running import NotRunning, System, attach
from bench.transports.process import TransportBroken
from bench.workloads import chat, connect, feed_read, social_mix, wire
from mesh.errors import Failure

WORKLOADS: dict[str, Callable[[Bench], None]] = {
    "feed-read": feed_read.run,
    "social-mix": social_mix.run,
    "chat": chat.run,
    "connect": connect.run,
}
TRANSPORTS = "wire"
"""The workload that needs no system; it runs when it is asked for."""


def main(
    workloads: Annotated[
        list[str] | None, typer.Argument(help=f"Any of {', '.join(WORKLOADS)} (else these), {TRANSPORTS}.")
    ] = None,
    seconds: Annotated[float, typer.Option(min=1, max=600, help="How long each load takes.")] = 3.0,
    rate: Annotated[
        float | None, typer.Option(min=1, max=50_000, help="Requests per second, for all workloads.")
    ] = None,
    find_max: Annotated[bool, typer.Option("--find-max", help="Look for the highest rate that keeps p99.")] = False,
    workers: Annotated[int, typer.Option(min=1, max=16, help="Processes that generate load.")] = 2,
    report: Annotated[Path | None, typer.Option(help="Write report.html into this folder.")] = None,
    home: Annotated[Path, typer.Option(envvar="GUILD_HOME", help="Where the system to measure lives.")] = Path(
        ".guild"
    ),
) -> None:
    """Measure Guild against the floors of the same run, and print the table of budgets.

    Loads with a rate are open loops: latency counts from when a request was due. Loads without one are closed loops
    that show the most there is. The exit code says nothing about the figures.
    """
    names = workloads or list(WORKLOADS)
    if unknown := set(names) - set(WORKLOADS) - {TRANSPORTS}:
        raise typer.BadParameter(
            f"there is no {', '.join(sorted(unknown))}: there are {', '.join(WORKLOADS)} and {TRANSPORTS}"
        )
    options = Options(seconds, rate, find_max, workers)
    view = LivePlot() if console.is_terminal else Lines()
    sheets: list[Sheet] = []
    measurements: list[Measurement] = []
    with view:
        if TRANSPORTS in names:
            sheets += _transports(view, options)
        if systemic := [name for name in names if name != TRANSPORTS]:
            with _system(home, view) as system:
                bench = Bench(system, view, options, measurements=measurements)
                for name in systemic:
                    _run(bench, name)
            sheets.append(Sheet("budgets", HEADINGS, rows(bench.findings)))
    for sheet in sheets:
        print_table(sheet, console)
    if report is not None:
        console.print(f"report: {write(report, measurements, sheets)}", markup=False)


def _transports(view: Lines, options: Options) -> list[Sheet]:
    view.say(TRANSPORTS)
    try:
        return [wire.run(view, options)]
    except TransportBroken as problem:
        view.say(f"  {TRANSPORTS} was not measured: {problem}")
        return []


def _run(bench: Bench, name: str) -> None:
    """Run a workload; one that cannot be run says so, and the next one has its turn."""
    bench.view.say(name)
    bench.workload = name
    try:
        with Fleet(bench.options.workers) as bench.fleet:
            WORKLOADS[name](bench)
    except (FleetBroken, NotRunning, Failure) as problem:
        bench.view.say(f"  {name} was not measured: {type(problem).__name__}: {problem}")


@contextmanager
def _system(home: Path, view: Lines) -> Generator[System]:
    running = attach(home)
    if running is not None:
        view.say(
            f"measuring the system on {home.absolute()}: REST on port {running.http_port}, gRPC on {running.public}"
        )
        yield running
        return
    with own_system(view.say) as own:
        yield own


if __name__ == "__main__":
    typer.run(main)
