"""The trace a request belongs to: its client's, or one that begins here."""

import random
import re
from types import TracebackType
from typing import Any, Self

from opentelemetry.trace import SpanKind

from mesh.telemetry import extract, tracer

_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}", re.ASCII)
_NOT_SAMPLED = "-00"
_tracer = tracer(__name__)
_random = random.SystemRandom().getrandbits(128)
_ids = random.Random(_random)  # noqa: S311 - ids need to differ, not to be secret


class Tracing:
    """Gives each request a `traceparent`.

    Spans are made only where a collector is told of them and the client's trace is recorded; otherwise a request costs
    two random numbers.
    """

    def __init__(self, *, recording: bool) -> None:
        self._recording = recording

    def begin(self, name: str, traceparent: str) -> "Trace":
        """Begin the part of a trace that happens here; `traceparent` is what the client sent, or empty."""
        if not _TRACEPARENT.fullmatch(traceparent):
            traceparent = ""
        if traceparent.endswith(_NOT_SAMPLED) or (traceparent and not self._recording):
            return Trace(traceparent, None)
        if not self._recording:
            return Trace(f"00-{_ids.getrandbits(128):032x}-{_ids.getrandbits(64):016x}-00", None)
        given = [("traceparent", traceparent)] if traceparent else []
        span = _tracer.start_span(name, context=extract(given), kind=SpanKind.SERVER)
        ids = span.get_span_context()
        return Trace(f"00-{ids.trace_id:032x}-{ids.span_id:016x}-{int(ids.trace_flags):02x}", span)


class Trace:
    """Ends its span when its block is left."""

    __slots__ = ("_span", "traceparent")

    def __init__(self, traceparent: str, span: Any) -> None:
        self.traceparent = traceparent
        self._span = span

    def note(self, **attributes: str | int) -> None:
        """Put attributes on the span, when there is one that is recorded."""
        if self._span is not None and self._span.is_recording():
            self._span.set_attributes(attributes)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _: TracebackType | None
    ) -> None:
        if self._span is not None:
            self._span.end()
