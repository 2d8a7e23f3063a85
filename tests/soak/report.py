"""What a run has shown, in a screen or two."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from tests.soak.ledger import Ledger
from tests.soak.memory import Sample

ROWS = 16
"""Moments of rest that are shown."""
_MIB = 1024 * 1024


def progress(ledger: Ledger, sample: Sample) -> str:
    """Return how things are at a moment of rest."""
    memory = f"PSS {sample.client.pss / _MIB:.1f} and {sample.server.pss / _MIB:.1f} MiB"
    return f"{sample.seconds:6,.0f} s  {sample.calls:9,} calls  {ledger.fault_count} faults  {memory}"


def lines(ledger: Ledger, samples: Sequence[Sample], seconds: float, disturbances: dict[str, int]) -> Iterator[str]:
    """Return the report."""
    calls = ledger.calls.total()
    yield ""
    yield f"{calls:,} calls in {seconds:,.0f} s, {calls / max(seconds, 1):,.0f} a second"
    yield ""
    kinds = Counter[tuple[str, str]]()
    for (kind, _, outcome), count in ledger.calls.items():
        kinds[kind, outcome] += count
    fates = Counter[tuple[str, str]]()
    for (_, fate, outcome), count in ledger.calls.items():
        fates[fate, outcome] += count
    for title, counts in (("kind", kinds), ("fate", fates), ("place", ledger.places)):
        yield from _matrix(title, counts)
        yield ""
    yield ", ".join(f"{count:,} {name}" for name, count in (disturbances | ledger.events).items())
    yield ""
    yield from _memory(samples)


def _matrix(title: str, counts: Counter[tuple[str, str]]) -> Iterator[str]:
    outcomes = sorted({outcome for _, outcome in counts})
    rows = [[title, *outcomes]]
    for name in sorted({name for name, _ in counts}):
        cells = (counts[name, outcome] for outcome in outcomes)
        rows.append([name, *(f"{cell:,}" if cell else "-" for cell in cells)])
    yield from _table(rows)


def _memory(samples: Sequence[Sample]) -> Iterator[str]:
    step = max(1, -(-len(samples) // ROWS))
    shown = [*samples[:-1:step], *samples[-1:]]
    rows = [["at rest after", "calls", "", "PSS MiB", "RSS MiB", "heap MiB", "blocks", "tasks", "files", "connections"]]
    for sample in shown:
        for side, one in (("client", sample.client), ("server", sample.server)):
            rows.append(
                [
                    f"{sample.seconds:,.0f} s" if side == "client" else "",
                    f"{sample.calls:,}" if side == "client" else "",
                    side,
                    f"{one.pss / _MIB:.1f}",
                    f"{one.rss / _MIB:.1f}",
                    f"{one.heap / _MIB:.2f}",
                    f"{one.blocks:,}",
                    str(one.tasks),
                    str(one.files),
                    str(one.connections),
                ]
            )
    yield from _table(rows)


def _table(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    rows = list(rows)
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        yield "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
