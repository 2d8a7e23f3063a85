"""Distributed traces: W3C trace context in and out; `mesh.telemetry.spans` records and exports, where asked to."""

import random
from collections.abc import Iterable, MutableMapping

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_W3C = TraceContextTextMapPropagator()
_HEADERS = ("traceparent", "tracestate")
_EMPTY = Context()
_NOT_SAMPLED = frozenset({"-00", "-02"})
"""Ends of a W3C traceparent whose trace is not recorded; the other bit says that its id is random."""
DRAWN_KEY = otel_context.create_key("guild-drawn")
DRAWN = Context({DRAWN_KEY: True})
"""The context of a trace that begins, of which was decided that it is recorded."""
_ids = random.Random(random.SystemRandom().getrandbits(128))  # noqa: S311 - ids need to differ, not to be secret


def tracer(name: str) -> Tracer:
    """Return the tracer of a module; safe to call at import, before the provider exists."""
    return trace.get_tracer(name)


def drawn(share: float) -> bool:
    """Tell, for a trace that begins, whether it is among the `share` of all that are recorded."""
    return share > 0.0 and _ids.random() < share


def is_unsampled(traceparent: str) -> bool:
    """Tell whether a W3C `traceparent` says that nobody is to record its trace."""
    return traceparent[-3:] in _NOT_SAMPLED


def unsampled_traceparent() -> str:
    """Return the `traceparent` of a new trace that nobody is to record."""
    return f"00-{_ids.getrandbits(128) | 1:032x}-{_ids.getrandbits(64) | 1:016x}-00"  # no id may be zero


def current_traceparent() -> str:
    """Return the W3C `traceparent` of the current span, or an empty string outside any trace."""
    current = trace.get_current_span()
    if current is trace.INVALID_SPAN:
        return ""
    span = current.get_span_context()
    if not span.is_valid:
        return ""
    return f"00-{span.trace_id:032x}-{span.span_id:016x}-{int(span.trace_flags):02x}"


def inject(carrier: MutableMapping[str, str]) -> None:
    """Write the current trace context into `carrier` (headers of an event or a call)."""
    if traceparent := current_traceparent():
        carrier["traceparent"] = traceparent


def extract(metadata: Iterable[tuple[str, str | bytes]]) -> Context:
    """Return the trace context a caller sent; empty when it sent none or nonsense."""
    found = {key: value for key, value in metadata if key in _HEADERS and isinstance(value, str)}
    return _W3C.extract(found, _EMPTY) if found else _EMPTY
