"""How the command speaks: to a terminal, to a log, about a problem."""

import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

console = Console()

HomeOption = Annotated[Path, typer.Option("--home", envvar="GUILD_HOME", help="Where data, keys and logs live.")]
DEFAULT_HOME = Path(".guild")


class Problem(Exception):  # noqa: N818 - what a user reads and mends, not a defect
    """Something the user can mend; the message says what is wrong and what to do."""


def fail(problem: Problem) -> NoReturn:
    """Print the problem on standard error; exit with 1."""
    sys.stderr.write(f"error: {problem}\n")
    raise SystemExit(1) from None


def say(line: str) -> None:
    """Print one plain line at once, also when the output is a file."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
