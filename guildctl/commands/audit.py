"""`guild audit`: whether what the system keeps twice agrees."""

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from guildctl.console import DEFAULT_HOME, HomeOption, Problem, say
from guildctl.home import Home

if TYPE_CHECKING:
    from guildctl.audit_graph import Findings

GrpcOption = Annotated[
    str | None, typer.Option(metavar="HOST:PORT", help="Public gRPC, where this home does not run it.")
]


def register(app: typer.Typer) -> None:
    """Add the group of commands."""
    group = typer.Typer(help="Whether what the system keeps twice agrees.", no_args_is_help=True)
    group.command("graph")(graph)
    group.callback()(lambda: None)
    app.add_typer(group, name="audit")


def graph(
    *,
    first: Annotated[str, typer.Option("--from", metavar="USER-ID", help="The first member to look at.")] = "",
    last: Annotated[str, typer.Option("--to", metavar="USER-ID", help="The last one.")] = "",
    page_size: Annotated[int, typer.Option(min=1, max=500, help="Members that one call compares.")] = 100,
    most: Annotated[int, typer.Option("--show", min=1, help="How many discrepancies to print.")] = 50,
    grpc: GrpcOption = None,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Compare connections, follows, blocks and lists with their mirrors, and the graph in memory with both.

    It reads page by page, locks nothing, and may be stopped at any time. GUILD_AUTH_ADMIN_TOKEN is the operators' token
    of a system elsewhere. The exit code is 1 when something does not agree.
    """
    from guildctl.audit_graph import Range, audit
    from mesh.errors import Failure

    address, token = grpc or _address(home), os.environ.get("GUILD_AUTH_ADMIN_TOKEN") or Home(home).admin_token()
    try:
        found = asyncio.run(audit(address, token, Range(first, last, page_size), most, say))
    except Failure as failure:
        raise Problem(f"{address} refused ({failure.reason}): {failure.message}") from failure
    except KeyboardInterrupt:
        raise Problem("interrupted: give the id that was told last as --from to go on") from None
    _tell(found, most)
    raise typer.Exit(1 if found.total else 0)


def _tell(found: "Findings", most: int) -> None:
    if found.total > most:
        say(f"and {found.total - most:,} more: --show prints them")
    for what, count in sorted(found.counts.items()):
        say(f"{count:,} {what}")
    say(
        f"{found.members:,} members, {found.rows:,} rows, {found.compared:,} of the members in memory:"
        f" {found.total:,} discrepancies"
    )


def _address(home: Path) -> str:
    running = Home(home).supervisor()
    if running is None:
        raise Problem(f"guild does not run on {home}: start it with `guild up`, or name a port with --grpc")
    return f"127.0.0.1:{running.grpc_port}"
