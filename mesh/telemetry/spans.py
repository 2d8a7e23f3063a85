"""Records spans and exports them by OTLP: imported only where a collector is named, for the SDK is large."""

from typing import Any

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import Decision, ParentBased, Sampler, SamplingResult, TraceIdRatioBased

from mesh.telemetry.traces import DRAWN_KEY


def build_provider(service: str, otlp_endpoint: str, sample_ratio: float) -> TracerProvider:
    """Return a provider that exports a share of new traces, and what a caller's trace asks for."""
    resource = Resource.create({SERVICE_NAME: service})
    provider = TracerProvider(sampler=ParentBased(_Roots(sample_ratio)), resource=resource)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=_traces_url(otlp_endpoint))))
    return provider


class _Roots(Sampler):
    """Records what was drawn before it had an id, and of what else begins a share by its id."""

    def __init__(self, share: float) -> None:
        self._by_id = TraceIdRatioBased(share)

    def should_sample(self, parent_context: Context | None, trace_id: int, name: str, *more: Any, **named: Any) -> Any:
        """Decide over a span without a parent (called by the SDK)."""
        if parent_context is not None and DRAWN_KEY in parent_context:
            return SamplingResult(Decision.RECORD_AND_SAMPLE)
        return self._by_id.should_sample(parent_context, trace_id, name, *more, **named)

    def get_description(self) -> str:
        """Return what the SDK shows of it."""
        return f"Roots{{{self._by_id.get_description()}}}"


def _traces_url(endpoint: str) -> str:
    base = endpoint.rstrip("/")
    return base if base.endswith("/v1/traces") else f"{base}/v1/traces"
