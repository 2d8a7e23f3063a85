"""`guild seed`: a whole network of people on the running system."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from guildctl.console import DEFAULT_HOME, HomeOption, Problem, say
from guildctl.home import Home
from guildctl.seed.size import Size

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from guildctl.seed.audit.check import Check
    from guildctl.seed.run import Run
    from guildctl.seed.worlds import World
    from mesh.errors import Failure

MOST_PEOPLE = 500_000
"""What fits into the memory of this command: fourteen kilobytes each, with all that they say."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("seed")(seed)


def seed(
    size: Annotated[Size | None, typer.Option("--size", help="60 people, which is the default, or 1,000.")] = None,
    graph: Annotated[
        Path | None, typer.Option("--graph", help="People who have the friendships of this file: one `a b` a line.")
    ] = None,
    bulk: Annotated[
        int | None,
        typer.Option("--bulk", min=1, max=MOST_PEOPLE, help="So many people, straight into the databases."),
    ] = None,
    add: Annotated[
        bool, typer.Option("--add", help="With --bulk: let them join the members who are there already.")
    ] = False,
    grpc: Annotated[
        str | None, typer.Option("--grpc", help="Public gRPC port, such as 127.0.0.1:8081; else that of this home.")
    ] = None,
    seed_number: Annotated[int, typer.Option("--seed-number", help="Another number, another network.")] = 42,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Fill the running system with an invented network, then audit it.

    People register, become friends, publish, answer, chat and apply through the public gRPC port. What is there already
    stays as it is: an interrupted run goes on where it stopped, and a second one changes nothing. With --bulk they are
    written into the databases instead, all or nothing, where there are no members yet. The exit code is 1 when the
    audit finds a difference. What these people care about, which the system is not told, is written to
    HOME/seed/NETWORK/truth.jsonl.
    """
    from guildctl.seed.bulk.story import tell_at_once
    from guildctl.seed.caller import Calls
    from guildctl.seed.planning import plan
    from guildctl.seed.progress import show
    from guildctl.seed.story import tell
    from guildctl.seed.summary import invitation, summary, verdict
    from guildctl.seed.truth import write_truth
    from guildctl.stores import Stores

    if sum(map(bool, (size, graph, bulk))) > 1 or (add and not bulk):
        raise Problem("choose one: --size, --graph FILE, or --bulk NUMBER (which --add belongs to)")
    address = grpc or _address(home)
    with show(Calls()) as shown:
        if bulk:
            story = tell_at_once(bulk, seed_number, shown, address, Stores(Home(home)).dsn, add=add)
        else:
            story = tell(plan(_world(size or Size.SMALL, graph, seed_number)), shown, address)
        run, checks = _told(story, address)
    truth = write_truth(home / "seed", run.plan, run.ids, run.posts, run.jobs)
    for line in (*summary(shown), *verdict(checks), f"what is true of them is in {truth}", invitation(run.plan)):
        say(line)
    if any(check.differences for check in checks):
        raise typer.Exit(1)


def _told(story: "Coroutine[Any, Any, tuple[Run, list[Check]]]", address: str) -> "tuple[Run, list[Check]]":
    import uvloop

    from guildctl.seed.bulk.write import Refused
    from mesh.errors import Failure

    try:
        return uvloop.run(story)
    except Failure as failure:
        raise Problem(_advice(address, failure)) from failure
    except Refused as refused:
        raise Problem(str(refused)) from refused
    except KeyboardInterrupt:
        raise Problem("interrupted: run `guild seed` again, nothing is made twice") from None


def _world(size: Size, graph: Path | None, seed_number: int) -> "World":
    from guildctl.seed import edge_list, worlds

    if graph is None:
        return worlds.invent(size.people, seed_number)
    try:
        edges = edge_list.read(graph)
    except edge_list.NoEdgeList as error:
        raise Problem(str(error)) from None
    if edges.loops or edges.repeated:
        say(f"left out of {graph}: {edges.loops:,} who befriend themselves, {edges.repeated:,} repeated friendships")
    return worlds.around(edges, seed_number)


def _address(home: Path) -> str:
    running = Home(home).supervisor()
    if running is None:
        raise Problem(f"guild does not run on {home}: start it with `guild up`, or name a port with --grpc")
    return f"127.0.0.1:{running.grpc_port}"


def _advice(address: str, failure: "Failure") -> str:
    what = "does not answer" if failure.reason == "UNAVAILABLE" else f"refused a call ({failure.reason})"
    return f"{address} {what}: {failure.message}\nrun `guild seed` again when that is mended, it goes on from here"
