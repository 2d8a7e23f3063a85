"""`guild audit`: whether what the system keeps twice agrees."""

from typing import TYPE_CHECKING, Annotated

import typer

from guildctl.console import DEFAULT_HOME, HomeOption, say
from guildctl.desk import GrpcOption, TokenOption, asked, desk

if TYPE_CHECKING:
    from guildctl.audit_graph import Findings


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
    token: TokenOption = "",
    grpc: GrpcOption = None,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Compare connections, follows, blocks and lists with their mirrors, and the graph in memory with both.

    It reads page by page, locks nothing, and may be stopped at any time. The exit code is 1 when something does not
    agree.
    """
    from guildctl.audit_graph import Range, audit

    found = asked(
        audit(desk(grpc, token, home), Range(first, last, page_size), most, say),
        interrupted="interrupted: give the id that was told last as --from to go on",
    )
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
