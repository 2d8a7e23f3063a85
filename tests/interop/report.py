"""A pytest plugin that prints the matrix: `make interop` asks for it."""

import json
import re
from importlib.metadata import version
from typing import Any

import pytest

from tests.interop.matrix import NAMES, PAIRS
from tests.interop.toolchains import GO_SOURCE, JS_SOURCE

_SIGNS = {"passed": "ok", "failed": "FAILED", "skipped": "skipped"}
_LACKING = "-"
_outcomes: dict[tuple[str, str, str], str] = {}
_notes: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Keep how each case ended, and what other tools said."""
    if report.when != "call":
        return
    for name, value in report.user_properties:
        if name == "interop":
            case, client, server = _list(value)
            _outcomes[case, client, server] = _SIGNS[report.outcome]
        elif name == "h2spec":
            _notes.append(f"h2spec: {value}")
        elif name == "ghz":
            *what, rate = _list(value)
            _notes.append(f"ghz: {' '.join(what)}: {_SIGNS[report.outcome]}, {rate} calls/s on this machine now")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print rows of cases and columns of client and server."""
    terminalreporter.section("interoperability")
    for line in (*_table(), "", *_notes, "", _versions()):
        terminalreporter.write_line(line)


def _table() -> list[str]:
    heads = [("client", "server"), *((pair.client, pair.server) for pair in PAIRS)]
    widths = [max(map(len, NAMES)), *(max(map(len, head)) for head in heads[1:])]
    rows = [[head[end] for head in heads] for end in (0, 1)]
    rows += [[case, *(_outcomes.get((case, *head), _LACKING) for head in heads[1:])] for case in NAMES]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return [*lines[:2], "  ".join("-" * width for width in widths), *lines[2:]]


def _versions() -> str:
    go = dict(re.findall(r"^\s*(?:require )?(\S+) v(\S+)", (GO_SOURCE / "go.mod").read_text(), re.MULTILINE))
    js = json.loads((JS_SOURCE / "package.json").read_text())["dependencies"]
    known = {
        "grpcio": version("grpcio"),
        "grpc-go": go["google.golang.org/grpc"],
        "grpc-js": js["@grpc/grpc-js"],
        "h2spec": go["github.com/summerwind/h2spec"],
        "grpcurl": go["github.com/fullstorydev/grpcurl"],
        "ghz": go["github.com/bojand/ghz"],
    }
    return ", ".join(f"{name} {number}" for name, number in known.items())


def _list(value: Any) -> list[Any]:
    assert isinstance(value, list)
    return value
