"""What is running, as a table or as lines."""

from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Group
from rich.table import Table
from rich.text import Text

_COLOURS = {"ready": "green", "up": "green", "starting": "yellow", "draining": "yellow", "external": "cyan"}


@dataclass(frozen=True, slots=True)
class Row:
    """One role or store."""

    name: str
    where: str
    admin: str
    health: str
    restarts: int = 0
    last_error: str = ""


def render(rows: Iterable[Row], title: str) -> Group:
    """Return the table for a terminal, under its title."""
    table = Table()
    for heading in ("role", "port", "admin", "health", "restarts"):
        table.add_column(heading, no_wrap=heading != "health")
    table.add_column("last error", overflow="ellipsis", max_width=70, no_wrap=True)
    for row in rows:
        health = Text(row.health, style=_COLOURS.get(row.health, "red"))
        table.add_row(row.name, row.where, row.admin, health, str(row.restarts or ""), Text(row.last_error))
    return Group(Text(title, style="bold"), table)


def lines(rows: Iterable[Row]) -> list[str]:
    """Return the same without a terminal."""
    return [
        f"{row.name:<20} {row.where:<16} admin {row.admin or '-':<6} {row.health}"
        + (f"  restarts {row.restarts}" if row.restarts else "")
        + (f"  last error: {row.last_error}" if row.last_error else "")
        for row in rows
    ]
