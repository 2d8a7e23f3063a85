"""The `guild` command, assembled from guildctl/commands."""

import importlib
import pkgutil

import typer

from guildctl import commands
from guildctl.console import Problem, fail


def build() -> typer.Typer:
    """Return the app with every module of guildctl.commands registered: each has `register(app)`."""
    app = typer.Typer(
        name="guild",
        help="Run and operate Guild, the backend of a professional network.",
        no_args_is_help=True,
        pretty_exceptions_show_locals=False,
    )
    for module in sorted(pkgutil.iter_modules(commands.__path__), key=lambda found: found.name):
        importlib.import_module(f"{commands.__name__}.{module.name}").register(app)
    return app


def main() -> None:
    """Run the command; what a user can mend is one message, exit code 1."""
    try:
        build()()
    except Problem as problem:
        fail(problem)


if __name__ == "__main__":
    main()
