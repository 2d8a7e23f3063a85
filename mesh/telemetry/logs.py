"""Structured logs: one JSON object a line, with the ids that join it to its request."""

import logging
from typing import Any, cast

import orjson
from opentelemetry import trace

from mesh.telemetry.context import current_request_id
from mesh.telemetry.plain_structlog import EventDict, FilteringBoundLogger, Processor, WrappedLogger, structlog
from mesh.telemetry.redaction import redact
from mesh.telemetry.writer import LineWriter

_CHATTY = ("asyncio", "h11", "hpack", "httpcore", "httpx", "nats", "opentelemetry", "uvicorn.access", "websockets")
"""Libraries whose INFO lines repeat what our access log says, or print whole URLs."""


def get_logger(name: str) -> FilteringBoundLogger:
    """Return the logger of a module; cheap, lazy, safe to call at import."""
    return cast("FilteringBoundLogger", structlog.get_logger(module=name))


def configure_logs(level: str, form: str, service: str, writer: LineWriter) -> None:
    """Send structlog and stdlib records of at least `level` to `writer` (`form`: "json" or "console")."""
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=_processors(form, service),
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=lambda *_: _Output(writer),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(handlers=[_ToStructlog()], level=number, force=True)
    logging.captureWarnings(capture=True)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(number, logging.WARNING))


def _processors(form: str, service: str) -> list[Processor]:
    def add_service(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        event["service"] = service
        return event

    shared: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        add_service,
        add_request_ids,
        structlog.processors.format_exc_info,
        redact,
    ]
    if form == "console":
        return [*shared, structlog.dev.ConsoleRenderer(colors=False, timestamp_key="time"), _encode]
    return [*shared, _render_json]


def add_request_ids(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Add request_id, trace_id and span_id of the running task when it has them (a structlog processor)."""
    if request_id := current_request_id():
        event["request_id"] = request_id
    span = trace.get_current_span().get_span_context()
    if span.is_valid:
        event["trace_id"] = f"{span.trace_id:032x}"
        event["span_id"] = f"{span.span_id:016x}"
    return event


def _render_json(_logger: WrappedLogger, _method: str, event: EventDict) -> bytes:
    return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS)


def _encode(_logger: WrappedLogger, _method: str, event: EventDict) -> bytes:
    return str(event).encode()


class _Output:
    """Where structlog's rendered lines end; errors are on the stream before the call returns."""

    def __init__(self, writer: LineWriter) -> None:
        self._writer = writer
        self.debug = self.info = self.warning = self.msg = self.log = writer.write

    def error(self, line: bytes) -> None:
        self._writer.write(line)
        self._writer.flush()

    critical = exception = fatal = error


class _ToStructlog(logging.Handler):
    """Pass the records of libraries that use the standard library on to structlog."""

    def emit(self, record: logging.LogRecord) -> None:
        extra: dict[str, Any] = {"exc_info": record.exc_info} if record.exc_info else {}
        try:
            get_logger(record.name).log(max(record.levelno // 10 * 10, logging.DEBUG), record.getMessage(), **extra)
        except Exception:  # noqa: BLE001 -- a broken log call of a library must not break its caller
            self.handleError(record)
