"""Distributed traces: W3C trace context in, out, exported by OTLP only when a collector is named."""

import random
from collections.abc import Iterable, MutableMapping
from typing import Any

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import (
    ALWAYS_OFF,
    Decision,
    ParentBased,
    Sampler,
    SamplingResult,
    TraceIdRatioBased,
)
from opentelemetry.trace import Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_W3C = TraceContextTextMapPropagator()
_HEADERS = ("traceparent", "tracestate")
_EMPTY = Context()
_NOT_SAMPLED = frozenset({"-00", "-02"})
"""Ends of a W3C traceparent whose trace is not recorded; the other bit says that its id is random."""
_DRAWN = otel_context.create_key("guild-drawn")
DRAWN = Context({_DRAWN: True})
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


def build_provider(service: str, otlp_endpoint: str | None, sample_ratio: float) -> TracerProvider:
    """Return a provider that exports a share of new traces, or only makes ids when there is no collector."""
    resource = Resource.create({SERVICE_NAME: service})
    if not otlp_endpoint:
        return TracerProvider(sampler=ALWAYS_OFF, resource=resource, shutdown_on_exit=False)
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # slow to import

    provider = TracerProvider(sampler=ParentBased(_Roots(sample_ratio)), resource=resource)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=_traces_url(otlp_endpoint))))
    return provider


class _Roots(Sampler):
    """Records what was drawn before it had an id, and of what else begins a share by its id."""

    def __init__(self, share: float) -> None:
        self._by_id = TraceIdRatioBased(share)

    def should_sample(self, parent_context: Context | None, trace_id: int, name: str, *more: Any, **named: Any) -> Any:
        """Decide over a span without a parent (called by the SDK)."""
        if parent_context is not None and _DRAWN in parent_context:
            return SamplingResult(Decision.RECORD_AND_SAMPLE)
        return self._by_id.should_sample(parent_context, trace_id, name, *more, **named)

    def get_description(self) -> str:
        """Return what the SDK shows of it."""
        return f"Roots{{{self._by_id.get_description()}}}"


def _traces_url(endpoint: str) -> str:
    base = endpoint.rstrip("/")
    return base if base.endswith("/v1/traces") else f"{base}/v1/traces"
