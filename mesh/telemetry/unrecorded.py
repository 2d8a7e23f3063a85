"""Spans of a process that has no collector: they have ids, for the logs and for those it calls, and record nothing."""

import random
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext, TraceFlags, Tracer, TracerProvider

_ids = random.Random(random.SystemRandom().getrandbits(128))  # noqa: S311 - ids need to differ, not to be secret


class UnrecordedProvider(TracerProvider):
    """What OpenTelemetry's own provider does with a sampler that is off, without its SDK."""

    def get_tracer(self, *_: Any, **__: Any) -> Tracer:
        """Return the one tracer there is."""
        return _TRACER


class _UnrecordedTracer(Tracer):
    def start_span(self, name: str, context: Context | None = None, *_: Any, **__: Any) -> Span:  # noqa: ARG002
        """Return a span of the trace it is begun in, else of a new one (`name` is for those that record)."""
        above = trace.get_current_span(context).get_span_context()
        trace_id = above.trace_id if above.is_valid else _ids.getrandbits(128) | 1
        state = above.trace_state if above.is_valid else None
        return NonRecordingSpan(
            SpanContext(trace_id, _ids.getrandbits(64) | 1, is_remote=False, trace_flags=_OFF, trace_state=state)
        )

    @contextmanager
    def start_as_current_span(  # pyright: ignore[reportIncompatibleMethodOverride] - a context manager is one that also decorates
        self, name: str, context: Context | None = None, *_: Any, **__: Any
    ) -> Generator[Span]:
        """Give a span that is the current one while the block runs."""
        with trace.use_span(self.start_span(name, context)) as span:
            yield span


_OFF = TraceFlags(TraceFlags.DEFAULT)
_TRACER = _UnrecordedTracer()
