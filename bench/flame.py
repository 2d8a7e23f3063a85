"""The command: `python -m bench.flame [PATH…]` shows where a call's microseconds go."""

import asyncio
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from bench.load.fleet import Fleet
from bench.load.target import Target
from bench.load.worker import Load
from bench.methods import GET_FEED, GET_ME
from bench.run import IN_FLIGHT, Side
from bench.show.flame import flame
from bench.show.stacks import read, rooms
from bench.show.table import Sheet, markdown, print_table
from bench.show.view import console
from bench.show.words import micros
from bench.system.accounts import Watched
from bench.system.own import running_or_own
from bench.system.running import NotRunning
from bench.targets.grpc_read import GrpcRead
from bench.targets.http_read import HttpRead
from bench.targets.reactions import GrpcReactions
from bench.workloads.call import people
from bench.workloads.feed_read import REQUEST, Crowd, crowd_of

SAMPLES_PER_SECOND = 400
READERS = 60
_WARM_SECONDS = 1.0
_LEAST = 0.01
"""Rooms with a smaller share are not told of."""
PAGE = "# What each room takes of a call\n\nWritten by `make flame`.\n"
HEADINGS = ("where", "share", "CPU each")


@dataclass(frozen=True, slots=True)
class Subject:
    """One path: what is called, and the role that is looked into."""

    title: str
    role: str
    target: Target


def main(
    paths: Annotated[list[str] | None, typer.Argument(help="Any of get-me, get-feed, write, rest; else all.")] = None,
    *,
    seconds: Annotated[float, typer.Option(min=1, max=600, help="How long each is looked at.")] = 8.0,
    into: Annotated[Path, typer.Option(help="Where the flame graphs go.")] = Path("bench-report/flames"),
    home: Annotated[Path, typer.Option(envvar="GUILD_HOME", help="Where the system to look into lives.")] = Path(
        ".guild"
    ),
) -> None:
    """Profile roles under load with py-spy: a flame graph for each path, and which room takes what of a call's CPU.

    The CPU of a call is that of a load without the profiler, just before. To look into processes that are not its
    children py-spy needs the right to trace them: root, or `kernel.yama.ptrace_scope` of 0.
    """
    try:
        with running_or_own(home, console.print) as system, Fleet(2) as fleet:
            subjects = _subjects(Side("", system))
            if unknown := set(paths or ()) - set(subjects):
                raise typer.BadParameter(f"there is no {', '.join(sorted(unknown))}: there are {', '.join(subjects)}")
            into.mkdir(parents=True, exist_ok=True)
            tables: list[str] = []
            for name in paths or subjects:
                sheet = _look(fleet, subjects[name], system.pid(subjects[name].role), seconds, into / f"{name}.svg")
                print_table(sheet, console)
                tables.append(markdown(sheet))
            (into / "rooms.md").write_text("\n".join((PAGE, *tables)), encoding="utf-8")
    except NotRunning as problem:
        raise typer.BadParameter(str(problem)) from None


def _subjects(side: Side) -> Mapping[str, Subject]:
    system = side.system
    tokens, fans = asyncio.run(people(system.address("profile"), system.address("feed")))
    crowd: Crowd = asyncio.run(crowd_of(side, READERS))
    return {
        "get-me": Subject("GetMe over gRPC", "profile", GrpcRead(system.address("profile"), GET_ME, (b"",), tokens)),
        "get-feed": Subject(
            "GetFeed over gRPC", "feed", GrpcRead(system.address("feed"), GET_FEED, (REQUEST,), crowd.tokens)
        ),
        "write": Subject("ReactToPost with a key over gRPC", "feed", GrpcReactions(system.address("feed"), fans)),
        "rest": Subject("GetMe over REST", "edge", HttpRead(system.http_port, "/api/v1/users/me", tokens)),
    }


def _look(fleet: Fleet, subject: Subject, pid: int, seconds: float, file: Path) -> Sheet:
    _fire(fleet, subject, _WARM_SECONDS)
    account = Watched({subject.role: pid}).account()
    answered = _fire(fleet, subject, seconds / 2)
    each = account.close().over(max(answered, 1)).total
    stacks = read(recorded(pid, seconds, lambda: _fire(fleet, subject, seconds + _WARM_SECONDS)))
    file.write_text(flame(f"{subject.title}: the {subject.role} process, {micros(each)} a call", stacks))
    rows = [(room, f"{share:.0%}", micros(share * each)) for room, share in rooms(stacks) if share >= _LEAST]
    return Sheet(f"{subject.title}: {subject.role}, {micros(each)} a call, {stacks.total():,} samples", HEADINGS, rows)


def _fire(fleet: Fleet, subject: Subject, seconds: float) -> int:
    return fleet.run(Load(subject.target, seconds, None, IN_FLIGHT), lambda _: None).latencies.count


def recorded(pid: int, seconds: float, meanwhile: Callable[[], object]) -> str:
    """Return the collapsed stacks of a process while something is done; raises NotRunning when py-spy may not look.

    Only who holds the interpreter's lock is seen: whether another thread runs or waits is not known everywhere.
    """
    spy = shutil.which("py-spy") or str(Path(sys.executable).with_name("py-spy"))
    with tempfile.NamedTemporaryFile(prefix="guild-flame-") as file:
        options = [
            "--duration",
            f"{seconds:.0f}",
            "--rate",
            str(SAMPLES_PER_SECOND),
            "--format",
            "raw",
            "--function",
            "--gil",
        ]
        command = [spy, "record", "--pid", str(pid), "--output", file.name, *options]
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        try:
            meanwhile()
            _, told = child.communicate(timeout=60.0)
        finally:
            child.kill()
            child.wait()
        if child.returncode:
            raise NotRunning(f"py-spy: {told.strip()}")
        return Path(file.name).read_text()


if __name__ == "__main__":
    typer.run(main)
