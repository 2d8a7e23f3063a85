"""The trace a request belongs to: its client's, or one that begins here; whether it is recorded is decided here."""

import re
from types import TracebackType
from typing import Any, Self

from opentelemetry.trace import SpanKind

from mesh.telemetry import drawn, extract, is_unsampled, tracer, unsampled_traceparent

_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}", re.ASCII)
_NOT_SAMPLED, _SAMPLED = "-00", "-01"
_tracer = tracer(__name__)


class Tracing:
    """Gives each request a `traceparent`.

    A client may name its trace, and may ask that it is not recorded. That it is recorded nobody outside can ask for:
    a share of the requests is drawn, by a number of ours, as a client could choose ids that a rule on ids records.
    Otherwise a request costs three random numbers.
    """

    def __init__(self, share: float) -> None:
        """Record so many of all requests, 0 where there is no collector."""
        self._share = share

    def begin(self, name: str, traceparent: str) -> "Trace":
        """Begin the part of a trace that happens here; `traceparent` is what the client sent, or empty."""
        if not _TRACEPARENT.fullmatch(traceparent):
            traceparent = ""
        known = (traceparent or unsampled_traceparent())[:-3]
        if is_unsampled(traceparent) or not drawn(self._share):
            return Trace(known + _NOT_SAMPLED, None)
        span = _tracer.start_span(name, context=extract([("traceparent", known + _SAMPLED)]), kind=SpanKind.SERVER)
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

    def end(self) -> None:
        """End the span, when there is one."""
        if self._span is not None:
            self._span.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.end()
