"""The report of a run as one HTML file that needs nothing else."""

import math
import platform
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from bench.load.result import Result
from bench.load.worker import TICK_SECONDS
from bench.run import Measurement
from bench.show.svg import Series, Ticks, chart, linear
from bench.show.table import Sheet
from bench.show.words import cores, cost, duration, failures

_PERCENTILES = (50.0, 90.0, 99.0, 99.9, 100.0)
_STYLE = """
body{font:14px/1.45 system-ui,sans-serif;max-width:1360px;margin:2rem auto;padding:0 1rem;color:#111}
table{border-collapse:collapse;margin:1rem 0}
td,th{border-bottom:1px solid #ddd;padding:.25rem .6rem;text-align:right}
td:first-child,th:first-child,td:last-child,th:last-child{text-align:left}
svg{width:640px;max-width:100%;font:11px system-ui,sans-serif}
.grid{stroke:#e5e7eb}.tick{fill:#555}.title{font-weight:600}
"""


def write(path: Path, measurements: Sequence[Measurement], sheets: Sequence[Sheet], charts: Sequence[str] = ()) -> Path:
    """Write `report.html` into a folder, which is made; `charts` are SVG. Returns the file."""
    path.mkdir(parents=True, exist_ok=True)
    file = path / "report.html"
    file.write_text("".join(_document(measurements, sheets, charts)), encoding="utf-8")
    return file


def _document(measurements: Sequence[Measurement], sheets: Sequence[Sheet], charts: Sequence[str]) -> Iterator[str]:
    when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    yield f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Guild bench</title><style>{_STYLE}</style>'
    yield f"<h1>Guild bench</h1><p>{when}, {escape(platform.platform())}, Python {platform.python_version()}</p>"
    for sheet in sheets:
        yield f"<h2>{escape(sheet.title.capitalize())}</h2>" + _table(sheet.headings, sheet.rows)
    yield from charts
    for workload in dict.fromkeys(each.workload for each in measurements):
        own = [each for each in measurements if each.workload == workload]
        yield f"<h2>{escape(workload)}</h2>"
        yield _table(
            ("load", "answers/s", *(f"p{p:g}" for p in _PERCENTILES), "CPU of who serves", "late p99", "", "failures"),
            [_row(each) for each in own],
        )
        for each in own:
            yield f"<h3>{escape(each.name)}</h3>" + curves(each.result) + over_time(each.result)
    yield "</html>\n"


def _row(each: Measurement) -> tuple[str, ...]:
    result = each.result
    cpu = cost(each.cost) if each.cost.total else "-"
    late = duration(result.late.percentile(99)) if each.rate else "-"
    return (
        each.name,
        f"{result.rate:,.0f}",
        *(duration(result.p(percent)) for percent in _PERCENTILES),
        cpu,
        late,
        cores(result.generator_cpu),
        failures(result.failures),
    )


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(cell)}</th>" for cell in headings)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"


def curves(result: Result) -> str:
    """Return latency by percentile, on the scale of HDR plots: each step right is one nine more."""
    lines = {**result.kinds, **result.observed} if len(result.kinds) + len(result.observed) > 1 else result.kinds
    nines = Ticks(range(5), lambda at: f"{100 - 100 / 10**at:g} %")
    series = [
        Series(name, [(_nines(percent), seconds * 1000) for percent, seconds in latencies.curve()])
        for name, latencies in list(lines.items())[:4]
    ]
    highest = max((y for line in series for _, y in line.points), default=1.0)
    return chart("latency by percentile, ms", series, nines, linear(highest, lambda value: f"{value:g}"))


def over_time(result: Result) -> str:
    """Return answers and failures per second, half second by half second."""
    moments = result.timeline.moments
    at = [(number + 1) * TICK_SECONDS for number in range(len(moments))]
    done = [(x, moment.done / TICK_SECONDS) for x, moment in zip(at, moments, strict=True)]
    failed = [(x, moment.failed / TICK_SECONDS) for x, moment in zip(at, moments, strict=True)]
    highest = max((y for _, y in done + failed), default=1.0)
    return chart(
        "per second, over time",
        [Series("answers", done), Series("failures", failed)],
        linear(at[-1] if at else 1.0, lambda value: f"{value:g} s"),
        linear(highest, lambda value: f"{value:,.0f}"),
    )


def _nines(percent: float) -> float:
    return -math.log10(max(1 - percent / 100, 1e-4))
