"""Tracing: each call is a span of its caller's trace, each log line of it carries the request id."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import SpanKind, StatusCode

from mesh.contract import MethodSpec
from mesh.errors import Code
from mesh.rpc.call import Call, Pairs
from mesh.rpc.concern import Proceed
from mesh.telemetry import bind_request_id, extract, tracer

_NOT_SAMPLED = "-00"
"""The end of a W3C traceparent whose trace is not recorded: calls to peers pass it on as it is."""

_tracer = tracer(__name__)
_OURS = frozenset({Code.UNKNOWN, Code.INTERNAL, Code.UNAVAILABLE, Code.DATA_LOSS, Code.DEADLINE_EXCEEDED})
"""Codes that are a fault of the server; the others are answers."""


def trusts_nobody(_pairs: Pairs) -> bool:
    """Every caller is a stranger."""
    return False


@dataclass(frozen=True, slots=True)
class Tracing:
    """Outermost, so that everything else happens within the span.

    Services of ours decide whether a trace is recorded; a stranger may only say that it is not. Otherwise any client
    could make every service of the mesh write spans.
    """

    name: ClassVar[str] = "tracing"
    trusts: Callable[[Pairs], bool]
    """Tells whether a call comes from a service of ours."""

    def applies(self, _method: MethodSpec) -> bool:
        """All methods."""
        return True

    async def __call__(self, call: Call, proceed: Proceed) -> Any:
        """Run the call in a span, of a trace of its own for a stranger, unless its caller said not to record it.

        Neither the span nor the request id is taken back: the task ends with the call.
        """
        bind_request_id(call.request_id)
        if call.text("traceparent").endswith(_NOT_SAMPLED):
            return await proceed(call)
        known = "traceparent" in call.metadata and self.trusts(call.pairs)
        parent = extract(call.metadata.items()) if known else Context()
        span = _tracer.start_span(call.method.full_name[1:], context=parent, kind=SpanKind.SERVER)
        otel_context.attach(trace.set_span_in_context(span))
        try:
            return await proceed(call)
        finally:
            if span.is_recording():
                span.set_attribute("rpc.system", "grpc")
                span.set_attribute("rpc.service", call.method.service)
                span.set_attribute("rpc.method", call.method.name)
                span.set_attribute("rpc.grpc.status_code", int(call.code))
                if call.code in _OURS:
                    span.set_status(StatusCode.ERROR)
            span.end()
