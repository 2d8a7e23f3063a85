"""`guild doctor`: what this run stands on, and what is wrong with it."""

import asyncio

import typer

from guildctl.console import DEFAULT_HOME, HomeOption, say
from guildctl.home import Home
from guildctl.stores import Stores


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(doctor)


def doctor(home: HomeOption = DEFAULT_HOME) -> None:
    """Say which stores are used with version and health, how the roles are, which methods are not served.

    The exit code is 1 when a store does not answer or a role is not ready; methods that are not served are no error.
    """
    from guildctl import checkup
    from guildctl.coverage import coverage
    from guildctl.status import rows

    place = Home(home)
    running = place.supervisor()
    ill = False
    say("stores")
    for report in asyncio.run(checkup.examine(Stores(place))):
        kind = "embedded" if report.embedded else "URL"
        if report.embedded and running is None:
            say(f"  {report.name:<9} {kind:<9} not running")
            continue
        ill = ill or bool(report.problem)
        say(f"  {report.name:<9} {kind:<9} {report.where}  {report.version or f'DOWN: {report.problem}'}")
    if running is None:
        say(f"roles\n  guild does not run on {place.path}: start it with `guild up`")
        raise typer.Exit(1)
    say("roles")
    for row in rows(place):
        if row.admin:
            ill = ill or row.health != "ready"
            say(f"  {row.name:<20} {row.health}" + (f"  last error: {row.last_error}" if row.last_error else ""))
    found = asyncio.run(coverage(place))
    say(f"methods that answer UNIMPLEMENTED: {len(found.missing)}")
    for method in found.missing:
        say(f"  {method}")
    if found.silent:
        say(f"  and what {', '.join(found.silent)} would say: no answer")
    raise typer.Exit(1 if ill else 0)
