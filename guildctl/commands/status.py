"""`guild status`: what runs, and how it is."""

import dataclasses
import json
from typing import Annotated

import typer

from guildctl.console import DEFAULT_HOME, HomeOption, Problem, console, say
from guildctl.home import Home
from guildctl.table import lines, render

_GOOD = frozenset({"ready", "up", "external"})


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("status")(status)


def status(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Show stores and roles; the exit code is 0 when all of them are well, else 1."""
    from guildctl.status import rows

    place = Home(home)
    running = place.supervisor()
    if running is None:
        if as_json:
            say(json.dumps({"running": False, "roles": []}))
            raise typer.Exit(1)
        raise Problem(f"guild does not run on {place.path}: start it with `guild up`")
    found = rows(place)
    well = running.ready and all(row.health in _GOOD for row in found)
    if as_json:
        document = {"running": True, **dataclasses.asdict(running), "ready": well}
        say(json.dumps(document | {"roles": [dataclasses.asdict(row) for row in found]}))
    elif console.is_terminal:
        console.print(render(found, f"guild on {place.path}, pid {running.pid}"))
    else:
        for line in lines(found):
            say(line)
    raise typer.Exit(0 if well else 1)
