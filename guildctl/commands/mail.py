"""`guild mail`: the mails and text messages of this home, which has no relay to send them to."""

import asyncio
import time
from typing import Annotated

import typer

from guildctl.console import DEFAULT_HOME, HomeOption, Problem, say
from guildctl.home import Home
from guildctl.stores import Stores

_SHOWN = 20


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("mail")(mail)


def mail(
    which: Annotated[
        str, typer.Argument(help="The beginning of an id, or an address: its latest mail. All are listed without it.")
    ] = "",
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Print mails from now on as they come.")] = False,
    queue: Annotated[
        bool, typer.Option("--queue", help="Mails that wait to be sent, or were given up, by kind.")
    ] = False,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """List the latest mails, print one, or follow."""
    from guildctl import mailbox

    place = Home(home)
    if queue:
        for line in asyncio.run(mailbox.queue(Stores(place))):
            say(line)
        return
    letters = mailbox.letters(place.mail)
    if which:
        found = [letter for letter in letters if letter.id.startswith(which) or letter.to == which]
        if not found:
            raise Problem(f"no mail in {place.mail} is {which}, or went there")
        say(found[-1].whole())
        return
    for letter in [] if follow else letters[-_SHOWN:]:
        say(letter.line())
    seen = {letter.id for letter in letters}
    while follow:
        for letter in mailbox.letters(place.mail):
            if letter.id not in seen:
                seen.add(letter.id)
                say(letter.whole())
        time.sleep(0.5)
