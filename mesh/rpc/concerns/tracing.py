"""Tracing: each call is a span of its caller's trace, each log line of it carries the request id."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind, StatusCode

from mesh.contract import MethodSpec
from mesh.errors import Code
from mesh.rpc.call import Call, Pairs
from mesh.rpc.concern import Proceed
from mesh.telemetry import DRAWN, bind_request, drawn, extract, is_unsampled, tracer

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
    could make every service of the mesh write spans. What is not recorded has no span: its peers are told so by
    `call.traceparent`.
    """

    name: ClassVar[str] = "tracing"
    trusts: Callable[[Pairs], bool]
    """Tells whether a call comes from a service of ours."""
    share: float
    """How many of the traces that begin here are recorded; with 1.0 whoever made the tracer provider decides."""

    def applies(self, _method: MethodSpec) -> bool:
        """All methods."""
        return True

    def around(self, _method: MethodSpec, proceed: Proceed) -> Proceed:
        """Run calls, in a span where they are recorded.

        Neither the span nor the request id is taken back: the task ends with the call.
        """
        begins_none = self.share <= 0.0

        def run(call: Call) -> Awaitable[Any]:
            bind_request(call)
            sent = call.text("traceparent") if "traceparent" in call.metadata else ""
            span = None if begins_none and not sent else self._span(call, sent)
            return proceed(call) if span is None else _within(span, call, proceed)

        return run

    def _span(self, call: Call, sent: str) -> Span | None:
        if is_unsampled(sent):
            return None
        if sent and self.trusts(call.pairs):
            context = extract(call.pairs)
        elif drawn(self.share):
            context = DRAWN
        else:
            return None
        return _tracer.start_span(call.method.full_name[1:], context=context, kind=SpanKind.SERVER)


async def _within(span: Span, call: Call, proceed: Proceed) -> Any:
    otel_context.attach(trace.set_span_in_context(span))
    try:
        return await proceed(call)
    finally:
        _end(span, call)


def _end(span: Span, call: Call) -> None:
    if span.is_recording():
        span.set_attribute("rpc.system", "grpc")
        span.set_attribute("rpc.service", call.method.service)
        span.set_attribute("rpc.method", call.method.name)
        span.set_attribute("rpc.grpc.status_code", int(call.code))
        if call.code in _OURS:
            span.set_status(StatusCode.ERROR)
    span.end()
