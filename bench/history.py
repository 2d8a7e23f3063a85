"""What earlier runs found, a line of JSON for each run, so that a figure that got worse is seen."""

import os
import platform
import statistics
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import orjson

from bench.budgets import shown
from bench.findings import Finding
from bench.show.table import Sheet

LAST = 5
"""Runs that are shown beside this one."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run: when, of which commit, on what kind of machine, and its figures by key."""

    at: str
    commit: str
    machine: str
    figures: dict[str, float] = field(default_factory=dict[str, float])

    @classmethod
    def now(cls, findings: Iterable[Finding]) -> Self:
        """Return this one."""
        at = datetime.now(UTC).strftime("%Y-%m-%d %H:%M")
        machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
        return cls(at, commit(), machine, {finding.key: finding.value for finding in findings})

    def line(self) -> bytes:
        """Return it as a line."""
        row = {"at": self.at, "commit": self.commit, "machine": self.machine, "figures": self.figures}
        return orjson.dumps(row) + b"\n"

    @classmethod
    def of(cls, line: bytes) -> Self:
        """Read a line; raises ValueError for what is none."""
        row: dict[str, Any] = orjson.loads(line)
        try:
            return cls(row["at"], row["commit"], row["machine"], row["figures"])
        except KeyError as missing:
            raise ValueError(f"a run without {missing}") from None


def read(file: Path) -> list[Run]:
    """Return the runs of a file, the oldest first; none where there is no file. Lines that are no runs are left out."""
    runs: list[Run] = []
    lines = file.read_bytes().splitlines() if file.exists() else []
    for line in lines:
        try:
            runs.append(Run.of(line))
        except (ValueError, TypeError):  # cut short by a full disk, or of another time
            continue
    return runs


def append(file: Path, run: Run) -> None:
    """Add a run to a file, which is made."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("ab") as out:
        out.write(run.line())


def sheet(earlier: Sequence[Run], findings: Sequence[Finding], machine: str) -> Sheet | None:
    """Return each figure of this run beside those of the last runs on such a machine; None when there were none."""
    last = [run for run in earlier if run.machine == machine][-LAST:]
    if not last:
        return None
    headings = ("what", *(f"{run.commit} {run.at[5:]}" for run in last), "now", "now / median")
    return Sheet("history", headings, [_row(finding, last) for finding in findings])


def _row(finding: Finding, last: Sequence[Run]) -> tuple[str, ...]:
    before = [run.figures.get(finding.key) for run in last]
    known = [value for value in before if value is not None]
    median = statistics.median(known) if known else 0.0
    cells = ("-" if value is None else shown(Finding(finding.key, value, unit=finding.unit)) for value in before)
    return (finding.key, *cells, shown(finding), f"{finding.value / median:.2f}" if median else "-")


def commit() -> str:
    """Return the commit of this checkout, with a plus where files differ from it; "unknown" outside of git."""
    root = Path(__file__).parents[1]
    told = subprocess.run(
        ["git", "describe", "--always", "--exclude=*", "--dirty=+"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    return told.stdout.strip() or "unknown"
