"""`guild keys`: new keys for who signs tokens, while everybody stays signed in."""

from typing import Annotated

import typer

from guildctl.console import DEFAULT_HOME, HomeOption, Problem, say
from guildctl.home import Home
from guildctl.roles import ROLES


def register(app: typer.Typer) -> None:
    """Add the commands."""
    keys = typer.Typer(help="The keys that tokens are signed with.", no_args_is_help=True)
    keys.command("rotate")(rotate)
    keys.callback()(_keys)
    app.add_typer(keys, name="keys")


def _keys() -> None:
    """The keys that tokens are signed with."""


def rotate(
    roles: Annotated[
        bool, typer.Option("--roles", help="The keys by which roles know each other, instead of those of members.")
    ] = False,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Make new keys; the old ones verify what they signed until that is over, so that nobody is signed out."""
    from mesh.auth import KeyRing, role_keys

    place = Home(home)
    if not roles:
        made = KeyRing(place.keys / "signing").rotate()
        begin, end = f"{made.signs_from:%H:%M}", f"{made.others_retire_at:%H:%M}"
        say(f"key {made.kid} signs from {begin} UTC; the others are forgotten at {end}")
        return
    for role in ROLES:
        try:
            role_keys.rotate(place.role_keys, place.role_public_keys, role.name)
        except (role_keys.JustRotated, FileNotFoundError) as error:
            raise Problem(str(error)) from error
    say(f"{len(ROLES)} roles sign with new keys within a minute; the old ones end with the next change or start")
