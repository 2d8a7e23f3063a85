"""The command: `python -m bench [WORKLOAD…]` measures the running system, or one of its own."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from bench import history
from bench.budgets import headings, rows
from bench.load.fleet import Fleet, FleetBroken
from bench.run import Bench, Options, Side
from bench.show.html import write
from bench.show.table import Sheet, markdown, print_table
from bench.show.view import Lines, LivePlot, console
from bench.system.other import other_system
from bench.system.own import running_or_own
from bench.system.running import NotRunning
from bench.transports.process import TransportBroken
from bench.workloads import (
    call,
    chat,
    connect,
    feed_read,
    graph,
    growth,
    hot_post,
    idle,
    overload,
    search,
    social_mix,
    town,
    wide_author,
    wire,
)
from mesh.errors import Failure

WORKLOADS: dict[str, Callable[[Bench], None]] = {
    "idle": idle.run,
    "call": call.run,
    "feed-read": feed_read.run,
    "hot-post": hot_post.run,
    "connect": connect.run,
    "people": search.run,
    "graph": graph.run,
    "social-mix": social_mix.run,
    "chat": chat.run,
    "overload": overload.run,
}
LONG: dict[str, Callable[[Bench], None]] = {
    "town": town.run,
    "growth": growth.run,
    "wide-author": wide_author.run,
}
"""Workloads that need minutes to begin; they run when they are asked for."""
TRANSPORTS = "wire"
"""The workload that needs no system; it runs when it is asked for."""


def main(
    workloads: Annotated[
        list[str] | None,
        typer.Argument(help=f"Any of {', '.join(WORKLOADS)} (else these), {', '.join((*LONG, TRANSPORTS))}."),
    ] = None,
    *,
    seconds: Annotated[float, typer.Option(min=1, max=600, help="How long each load takes.")] = 3.0,
    rate: Annotated[
        float | None, typer.Option(min=1, max=50_000, help="Requests per second, for all workloads.")
    ] = None,
    find_max: Annotated[bool, typer.Option("--find-max", help="Look for the highest rate that keeps p99.")] = False,
    followers: Annotated[
        int, typer.Option(min=1_000, max=10_000_000, help="How many the author of wide-author has.")
    ] = 2_000_000,
    workers: Annotated[int, typer.Option(min=1, max=16, help="Processes that generate load.")] = 2,
    against: Annotated[
        str | None, typer.Option(metavar="REV", help="Check this commit out, and let its system take turns.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="Write report.html, and its tables as report.md, into this folder.")
    ] = None,
    kept: Annotated[
        Path, typer.Option("--history", help="Where figures are kept, to be shown beside those of later runs.")
    ] = Path("bench-report/history.jsonl"),
    home: Annotated[Path, typer.Option(envvar="GUILD_HOME", help="Where the system to measure lives.")] = Path(
        ".guild"
    ),
) -> None:
    """Measure Guild against the floors of the same run, and print the table of budgets.

    Loads with a rate are open loops: latency counts from when a request was due. Loads without one are closed loops
    that show the most there is. CPU is what the operating system accounts to the serving processes for each answer: it
    does not change with the neighbours, as rates do. The exit code says nothing about the figures.
    """
    names = workloads or list(WORKLOADS)
    if unknown := set(names) - WORKLOADS.keys() - LONG.keys() - {TRANSPORTS}:
        raise typer.BadParameter(
            f"there is no {', '.join(sorted(unknown))}: there are {', '.join((*WORKLOADS, *LONG))} and {TRANSPORTS}"
        )
    view = LivePlot() if console.is_terminal else Lines()
    bench = Bench((), view, Options(seconds, rate, find_max, workers, followers))
    with view:
        if TRANSPORTS in names:
            bench.sheets += _transports(bench)
        if systemic := [name for name in names if name != TRANSPORTS]:
            _systems(bench, systemic, home, against)
            bench.sheets += _budgets(bench.sides, kept)
    for sheet in bench.sheets:
        print_table(sheet, console)
    if report is not None:
        console.print(f"report: {write(report, bench.measurements, bench.sheets, bench.charts)}", markup=False)
        (report / "report.md").write_text("\n".join(map(markdown, bench.sheets)), encoding="utf-8")


def _transports(bench: Bench) -> list[Sheet]:
    bench.view.say(TRANSPORTS)
    try:
        return [wire.run(bench.view, bench.options)]
    except TransportBroken as problem:
        bench.view.say(f"  {TRANSPORTS} was not measured: {problem}")
        return []


def _systems(bench: Bench, names: Sequence[str], home: Path, against: str | None) -> None:
    """Run the workloads on the system of this checkout, and on that of another commit where there is one."""
    with ExitStack() as stack:
        try:
            sides = [Side("", stack.enter_context(running_or_own(home, bench.view.say)))]
            if against is not None:
                sides[0].name = "this"
                sides.append(Side(*stack.enter_context(other_system(against, bench.view.say))))
        except NotRunning as problem:
            raise typer.BadParameter(str(problem)) from None
        bench.sides = sides
        bench.view.say(f"its roles speak gRPC by the engine {sides[0].system.engine}")
        for name in names:
            _run(bench, name)


def _run(bench: Bench, name: str) -> None:
    """Run a workload; one that cannot be run says so, and the next one has its turn."""
    bench.view.say(name)
    bench.workload = name
    try:
        with Fleet(bench.options.workers) as bench.fleet:
            {**WORKLOADS, **LONG}[name](bench)
    except (FleetBroken, NotRunning, Failure) as problem:
        bench.view.say(f"  {name} was not measured: {type(problem).__name__}: {problem}")


def _budgets(sides: Sequence[Side], kept: Path) -> list[Sheet]:
    """Return the table of budgets and that of earlier runs, to which this one is added."""
    first, other = sides[0], sides[1] if len(sides) > 1 else None
    table = rows(first.findings, other.findings if other else None)
    sheets = [Sheet("budgets", headings(other.name if other else ""), table)]
    run = history.Run.now(first.findings)
    if before := history.sheet(history.read(kept), first.findings, run.machine):
        sheets.insert(0, before)
    history.append(kept, run)
    return sheets


if __name__ == "__main__":
    typer.run(main)
