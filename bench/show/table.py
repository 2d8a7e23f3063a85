"""The budgets beside what was measured, at the end of a run."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

HEADINGS = ("what", "ship", "aim", "measured", "floor", "ratio", "verdict")
_COLOURS = {"reaches the aim": "green", "good to ship": "cyan", "below ship": "red"}


def print_table(rows: Sequence[tuple[str, ...]], console: Console) -> None:
    """Print it: drawn on a terminal, as aligned columns elsewhere."""
    if console.is_terminal:
        table = Table(title="budgets")
        for at, heading in enumerate(HEADINGS):
            table.add_column(heading, justify="left" if at in {0, 6} else "right")
        for row in rows:
            table.add_row(*row, style=_COLOURS.get(row[-1]))
        console.print(table)
        return
    widths = [max(len(row[at]) for row in (HEADINGS, *rows)) for at in range(len(HEADINGS))]
    for row in (HEADINGS, *rows):
        cells = (
            cell.ljust(width) if at in {0, 6} else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        console.print("  ".join(cells).rstrip(), markup=False)
