"""Distributed traces: W3C trace context in, out, exported by OTLP only when a collector is named."""

from collections.abc import Iterable, MutableMapping

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ParentBased, TraceIdRatioBased
from opentelemetry.trace import Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_W3C = TraceContextTextMapPropagator()
_HEADERS = ("traceparent", "tracestate")
_EMPTY = Context()


def tracer(name: str) -> Tracer:
    """Return the tracer of a module; safe to call at import, before the provider exists."""
    return trace.get_tracer(name)


def current_traceparent() -> str:
    """Return the W3C `traceparent` of the current span, or an empty string outside any trace."""
    span = trace.get_current_span().get_span_context()
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

    provider = TracerProvider(sampler=ParentBased(TraceIdRatioBased(sample_ratio)), resource=resource)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=_traces_url(otlp_endpoint))))
    return provider


def _traces_url(endpoint: str) -> str:
    base = endpoint.rstrip("/")
    return base if base.endswith("/v1/traces") else f"{base}/v1/traces"
