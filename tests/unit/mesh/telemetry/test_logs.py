import io
import logging
import warnings
from collections.abc import Callable, Iterator
from contextvars import copy_context
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
import structlog
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

from mesh.telemetry import bind_request_id, current_request_id, get_logger
from mesh.telemetry.logs import configure_logs
from mesh.telemetry.writer import LineWriter

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def stream() -> io.BytesIO:
    return io.BytesIO()


@pytest.fixture
def writer(stream: io.BytesIO) -> Iterator[LineWriter]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield LineWriter(stream)
    structlog.reset_defaults()
    logging.captureWarnings(capture=False)
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def lines(stream: io.BytesIO, writer: LineWriter) -> Lines:
    configure_logs("info", "json", "feed", writer)

    def read() -> list[dict[str, Any]]:
        writer.flush()
        return [orjson.loads(line) for line in stream.getvalue().splitlines()]

    return read


def test_a_line_is_a_json_object(lines: Lines) -> None:
    """A line has its event, level, module, service, and the time in UTC."""
    get_logger("mesh.x").info("served", method="/a.B/C", milliseconds=1.5)

    (line,) = lines()

    assert ("served", "info", "mesh.x", "feed") == tuple(line[key] for key in ("event", "level", "module", "service"))
    assert ("/a.B/C", 1.5) == (line["method"], line["milliseconds"])
    assert line["time"].endswith("Z")
    assert abs((datetime.now(UTC) - datetime.fromisoformat(line["time"])).total_seconds()) < 60


def test_a_line_names_its_request(lines: Lines) -> None:
    """The request id is on every line of its context, and on none outside of it."""

    def serve() -> None:
        bind_request_id("req-1")
        get_logger("x").info("inside")

    copy_context().run(serve)
    get_logger("x").info("outside")

    assert ["req-1", None] == [line.get("request_id") for line in lines()]
    assert "" == current_request_id()


def test_a_line_names_its_trace(lines: Lines) -> None:
    """Within a span a line carries the ids that find it in the traces."""
    with TracerProvider(shutdown_on_exit=False).get_tracer("x").start_as_current_span("work") as span:
        get_logger("x").info("inside")
    context = span.get_span_context()

    (line,) = lines()

    assert (trace.format_trace_id(context.trace_id), trace.format_span_id(context.span_id)) == (
        line["trace_id"],
        line["span_id"],
    )


def test_secrets_do_not_reach_a_line(lines: Lines) -> None:
    """Private keys and texts are masked, in exceptions too."""
    try:
        int("ada@example.org")
    except ValueError:
        get_logger("x").exception("failed", password="hunter2", headers={"authorization": "Bearer abc"})

    (line,) = lines()

    assert ("***", {"authorization": "***"}) == (line["password"], line["headers"])
    assert "ValueError: invalid literal for int() with base 10: '***'" in line["exception"]
    assert "hunter2" not in str(line)


def test_libraries_end_in_the_same_stream(lines: Lines) -> None:
    """Records of the standard library become lines; chatty libraries and low levels do not."""
    logging.getLogger("asyncpg").warning("lost %s of %d", "one", 2)
    logging.getLogger("httpx").info("HTTP Request: GET https://x/?token=1")
    logging.getLogger("asyncpg").debug("noise")

    (line,) = lines()

    assert ("lost one of 2", "warning", "asyncpg") == (line["event"], line["level"], line["module"])


def test_an_exception_of_a_library_keeps_its_traceback(lines: Lines) -> None:
    """`logging.exception` of a library shows where it happened."""
    try:
        int("x")
    except ValueError:
        logging.getLogger("nats").exception("callback failed")

    (line,) = lines()

    assert "ValueError: invalid literal" in line["exception"]


def test_warnings_become_lines(lines: Lines) -> None:
    """Python's warnings are logged instead of printed."""
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=False)
        logging.captureWarnings(capture=True)
        warnings.warn("old way", DeprecationWarning, stacklevel=1)

    assert any("old way" in line["event"] for line in lines())


def test_a_level_that_is_not_written_costs_no_line(stream: io.BytesIO, writer: LineWriter) -> None:
    """Below the level nothing is formatted."""
    configure_logs("error", "json", "feed", writer)

    get_logger("x").info("served", argument=Unprintable())
    writer.flush()

    assert b"" == stream.getvalue()


class Unprintable:
    def __str__(self) -> str:
        raise AssertionError("nobody should ask")

    __repr__ = __str__


def test_values_json_does_not_know_are_written_as_text(lines: Lines) -> None:
    """Whatever a caller logs, the line is written."""
    get_logger("x").info("odd", when=object, pair={1: 2}, raw=b"x")

    (line,) = lines()

    assert {"1": 2} == line["pair"]
    assert "class 'object'" in line["when"]


def test_the_console_is_for_people(stream: io.BytesIO, writer: LineWriter) -> None:
    """The other format is one readable line."""
    configure_logs("info", "console", "feed", writer)

    get_logger("x").info("served", password="p")
    writer.flush()

    text = stream.getvalue().decode()
    assert "served" in text
    assert "password=***" in text
