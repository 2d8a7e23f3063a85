"""`guild canary`: accounts that nobody has, which show who reads accounts one after another."""

from typing import Annotated
from uuid import UUID

import typer

from guildctl.console import DEFAULT_HOME, HomeOption, say
from guildctl.desk import GrpcOption, TokenOption, asked, desk

Account = Annotated[UUID, typer.Argument(help="The id of the account.")]


def register(app: typer.Typer) -> None:
    """Add the group of commands."""
    group = typer.Typer(help="Accounts that nobody has, which show who reads them all.", no_args_is_help=True)
    group.command("mark")(mark)
    group.command("unmark")(unmark)
    group.command("list")(show)
    group.callback()(lambda: None)
    app.add_typer(group, name="canary")


def mark(user_id: Account, token: TokenOption = "", grpc: GrpcOption = None, home: HomeOption = DEFAULT_HOME) -> None:
    """Make an account a canary: in no search, no suggestion and no address book, and like any other by its id."""
    from guildctl import canaries

    say(canaries.line(asked(canaries.mark(desk(grpc, token, home), user_id))))


def unmark(user_id: Account, token: TokenOption = "", grpc: GrpcOption = None, home: HomeOption = DEFAULT_HOME) -> None:
    """Make an account a canary no more; it stays hidden until its settings say otherwise."""
    from guildctl import canaries

    asked(canaries.unmark(desk(grpc, token, home), user_id))
    say(f"{user_id} is no canary")


def show(token: TokenOption = "", grpc: GrpcOption = None, home: HomeOption = DEFAULT_HOME) -> None:
    """List all canaries, the latest accounts first."""
    from guildctl import canaries

    asked(canaries.every(desk(grpc, token, home), say))
