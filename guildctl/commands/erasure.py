"""`guild erasure`: what became of the data of an account that was closed."""

from typing import Annotated

import typer

from guildctl.console import DEFAULT_HOME, HomeOption, say
from guildctl.desk import GrpcOption, asked, desk

Receipt = Annotated[
    str,
    typer.Option(
        envvar="GUILD_ERASURE_RECEIPT",
        prompt=True,
        hide_input=True,
        help="The receipt that was mailed when the account was closed; asked for where it is not given.",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="As a JSON document.")]


def register(app: typer.Typer) -> None:
    """Add the group of commands."""
    group = typer.Typer(help="What became of the data of an account that was closed.", no_args_is_help=True)
    group.command("show")(show)
    group.command("cancel")(cancel)
    group.callback()(lambda: None)
    app.add_typer(group, name="erasure")


def show(
    receipt: Receipt,
    *,
    as_json: Json = False,
    grpc: GrpcOption = None,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Show how far an erasure is, and what is gone and kept in every place of every service, with the reasons."""
    from google.protobuf.json_format import MessageToJson

    from guildctl.personal_data import Records, report

    found = asked(Records(desk(grpc, "", home)).erasure(receipt))
    if as_json:
        say(MessageToJson(found))
        return
    for line in report(found):
        say(line)


def cancel(receipt: Receipt, *, grpc: GrpcOption = None, home: HomeOption = DEFAULT_HOME) -> None:
    """Call an erasure off, as long as it has not begun: the account is as it was."""
    from guildctl.personal_data import Records, report

    for line in report(asked(Records(desk(grpc, "", home)).cancel(receipt))):
        say(line)
