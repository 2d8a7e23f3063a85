"""`guild operator`: a token for an operator, and the entry of the settings that knows it."""

from typing import Annotated

import typer

from guildctl.console import Problem, say
from mesh.auth.operators import hashed, new_token
from mesh.settings import AuthSettings


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("operator")(operator)


def operator(name: Annotated[str, typer.Argument(help="Who it is, as the audit log shall say.")]) -> None:
    """Make a token for an operator; nothing is stored: add the entry to GUILD_AUTH_OPERATORS of every service."""
    token = new_token()
    entry = f"{name}:{hashed(token)}"
    try:
        AuthSettings(operators=(entry,))
    except ValueError as error:
        raise Problem(f"{name!r} is no name of an operator: small letters, digits, dots, dashes") from error
    say(f"token (theirs alone): {token}")
    say(f"entry (comma-separated in GUILD_AUTH_OPERATORS): {entry}")
