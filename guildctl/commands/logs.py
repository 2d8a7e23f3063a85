"""`guild logs`: what a role wrote."""

import time
from typing import Annotated

import typer

from guildctl.console import DEFAULT_HOME, HomeOption, Problem, say
from guildctl.home import Home
from mesh.embedded.process import tail


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("logs")(logs)


def logs(
    role: Annotated[str, typer.Argument(help="A role, or postgres, redis, nats, supervisor.")],
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with what is written from now on.")] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", help="How many of the last lines.", min=0)] = 50,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Print the last lines of a log."""
    place = Home(home)
    path = place.log(role)
    if not path.is_file():
        known = ", ".join(sorted(found.stem for found in place.logs.glob("*.log"))) or "none yet"
        raise Problem(f"there is no log of {role} in {place.logs}: there are {known}")
    if lines and (text := tail(path, lines)):
        say(text)
    if not follow:
        return
    with path.open() as file:
        file.seek(0, 2)
        while True:
            line = file.readline()
            if line:
                typer.echo(line, nl=False)
            else:
                time.sleep(0.2)
