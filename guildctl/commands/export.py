"""`guild export`: everything that is held about a member, on a request that the law makes."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from guildctl.console import DEFAULT_HOME, HomeOption, say
from guildctl.desk import GrpcOption, TokenOption, asked, desk

if TYPE_CHECKING:
    from guild.profile.v1.profile_service_pb2 import DataExport
    from guildctl.personal_data import Records

Member = Annotated[UUID, typer.Argument(help="The id of the member.")]
Export = Annotated[UUID, typer.Argument(help="The id of the export, as `start` told it.")]
Reason = Annotated[str, typer.Option(help="The request that is answered, as the audit log shall say.")]
Output = Annotated[Path, typer.Option("--output", "-o", help="The file to write; it must not be there.")]


def register(app: typer.Typer) -> None:
    """Add the group of commands."""
    group = typer.Typer(help="Everything that is held about a member, on a legal request.", no_args_is_help=True)
    group.command("start")(start)
    group.command("show")(show)
    group.command("download")(download)
    group.callback()(lambda: None)
    app.add_typer(group, name="export")


def start(
    user_id: Member, reason: Reason, token: TokenOption = "", grpc: GrpcOption = None, home: HomeOption = DEFAULT_HOME
) -> None:
    """Open an export of a member, for a day and for this operator alone; the member is not told, the audit log is."""
    _tell(asked(_records(grpc, token, home).start(user_id, reason)))


def show(
    user_id: Member,
    export_id: Export,
    token: TokenOption = "",
    grpc: GrpcOption = None,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Look at an export that was opened."""
    _tell(asked(_records(grpc, token, home).show(user_id, export_id)))


def download(
    user_id: Member,
    export_id: Export,
    output: Output,
    token: TokenOption = "",
    grpc: GrpcOption = None,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Fetch the archive into a file, which is there once it is whole; what breaks off leaves nothing."""
    size = asked(_records(grpc, token, home).download(user_id, export_id, output, say))
    say(f"{output}: {size:,} octets")


def _tell(export: "DataExport") -> None:
    say(f"export {export.id}, opened {export.created_at.ToJsonString()}, good until {export.expires_at.ToJsonString()}")


def _records(grpc: str | None, token: str, home: Path) -> "Records":
    from guildctl.personal_data import Records

    return Records(desk(grpc, token, home))
