"""`guild taxonomy`: other skills and occupations beside those that the product brings."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from guildctl.console import DEFAULT_HOME, HomeOption, Problem, say
from guildctl.home import Home
from guildctl.stores import Stores


def register(app: typer.Typer) -> None:
    """Add the group of commands."""
    group = typer.Typer(help="Other skills and occupations beside those that the product brings.", no_args_is_help=True)
    group.command("import")(bring_in)
    group.callback()(lambda: None)
    app.add_typer(group, name="taxonomy")


def bring_in(
    folder: Annotated[Path, typer.Argument(help="Where the CSV files of ESCO are, as they are published.")],
    language: Annotated[str, typer.Option(help="Of the files, as in skills_en.csv.")] = "en",
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Read ESCO into the database; running roles know it within half a minute. The same files again change nothing."""
    from guildctl import esco

    try:
        say(asyncio.run(esco.bring_in(Stores(Home(home)).dsn("guild_profile"), folder, language)))
    except FileNotFoundError as error:
        raise Problem(f"{error}: download the classification as CSV from esco.ec.europa.eu") from error
    except KeyError as error:
        raise Problem(f"a file in {folder} has no column {error}: is it ESCO's?") from error
