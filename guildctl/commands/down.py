"""`guild down`: drain what runs on a home."""

import os
import signal
import time

import typer

from guildctl.console import DEFAULT_HOME, HomeOption, Problem, say
from guildctl.home import Home

_STOP_SECONDS = 200.0  # eight drains, one after another, in the worst case


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("down")(down)


def down(home: HomeOption = DEFAULT_HOME) -> None:
    """Drain and stop the `guild up` that runs on this home; without one there is nothing to do."""
    place = Home(home)
    running = place.supervisor()
    if running is None:
        say(f"guild does not run on {place.path}")
        return
    os.kill(running.pid, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_SECONDS
    while place.supervisor() is not None:
        if time.monotonic() > deadline:
            raise Problem(f"pid {running.pid} still drains after {_STOP_SECONDS:g} s: see {place.log('supervisor')}")
        time.sleep(0.05)
    say("guild has stopped")
