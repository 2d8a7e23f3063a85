"""The budgets beside what was measured, at the end of a run."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

HEADINGS = ("what", "floor", "ship", "aim", "measured", "verdict")
_COLOURS = {"reaches the aim": "green", "good to ship": "cyan", "below ship": "red"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table; the first column names a figure, the last one judges it."""

    title: str
    headings: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


def markdown(sheet: Sheet) -> str:
    """Return it as a section of a page."""
    lines = [sheet.headings, tuple("---" for _ in sheet.headings), *sheet.rows]
    return f"## {sheet.title}\n\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines)


def print_table(sheet: Sheet, console: Console) -> None:
    """Print it: drawn on a terminal, as aligned columns elsewhere."""
    words = {0, len(sheet.headings) - 1}
    if console.is_terminal:
        table = Table(title=sheet.title)
        for at, heading in enumerate(sheet.headings):
            table.add_column(heading, justify="left" if at in words else "right")
        for row in sheet.rows:
            table.add_row(*row, style=_COLOURS.get(row[-1]))
        console.print(table)
        return
    console.print(f"\n{sheet.title}", markup=False)
    lines = (sheet.headings, *sheet.rows)
    widths = [max(len(row[at]) for row in lines) for at in range(len(sheet.headings))]
    for row in lines:
        cells = (
            cell.ljust(width) if at in words else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        console.print("  ".join(cells).rstrip(), markup=False)
