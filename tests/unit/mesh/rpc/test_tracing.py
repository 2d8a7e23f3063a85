"""Whether a call is recorded, and what its peers are told."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry.context import Context, attach, detach
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from guild.profile.v1 import profile_service_pb2 as pb
from mesh.contract import spec
from mesh.rpc.call import Call
from mesh.rpc.client.outgoing import prepare
from mesh.rpc.concerns import tracing
from mesh.rpc.concerns.tracing import Tracing
from mesh.rpc.interceptor import current_call
from mesh.telemetry import current_request_id, is_unsampled
from mesh.telemetry.spans import build_provider

METHOD = spec(f"/{pb.DESCRIPTOR.package}.ProfileService/GetUser")
IDS = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331"


class Answered:
    """A transport's context, with the metadata of the call."""

    def __init__(self, *pairs: tuple[str, str]) -> None:
        self.pairs = pairs

    def invocation_metadata(self) -> tuple[tuple[str, str], ...]:
        return self.pairs

    def time_remaining(self) -> None:
        return None


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    """The spans of a provider as roles have it, which records none of what it is left to decide about itself."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider(sampler=build_provider("test", "http://127.0.0.1:9", 0.0).sampler)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(tracing, "_tracer", provider.get_tracer("test"))
    empty = attach(Context())
    yield exporter
    detach(empty)


async def told(share: float, *pairs: tuple[str, str], trusted: bool = True) -> str:
    """Run a call that calls a peer; return the traceparent the peer gets."""
    sent: dict[str, Any] = {}

    async def call_a_peer(_call: Call) -> None:
        sent.update(prepare("peer", METHOD.policy, None, None, None).metadata)

    call = Call(METHOD, b"", Answered(*pairs))
    current_call.set(call)
    await Tracing(lambda _pairs: trusted, share).around(METHOD, call_a_peer)(call)
    return sent["traceparent"]


def parent(span: ReadableSpan) -> str | None:
    return None if span.parent is None else f"{span.parent.trace_id:032x}"


@pytest.mark.parametrize("flags", ["00", "02"])
@pytest.mark.parametrize("trusted", [True, False])
async def test_what_is_not_to_be_recorded_is_not(ended: InMemorySpanExporter, flags: str, *, trusted: bool) -> None:
    """Anybody may say so; it is passed on as it came."""
    assert f"{IDS}-{flags}" == await told(1.0, ("traceparent", f"{IDS}-{flags}"), trusted=trusted)
    assert () == ended.get_finished_spans()


async def test_trace_of_ours_goes_on(ended: InMemorySpanExporter) -> None:
    """A service of ours has decided: the share that is drawn here has no say."""
    passed_on = await told(0.0, ("traceparent", f"{IDS}-01"))

    (span,) = ended.get_finished_spans()
    ids = span.get_span_context()
    assert ids is not None
    assert IDS.split("-")[1] == parent(span)
    assert f"00-{ids.trace_id:032x}-{ids.span_id:016x}-01" == passed_on


@pytest.mark.parametrize("pairs", [(), (("traceparent", f"{IDS}-01"),), (("traceparent", "nonsense"),)])
async def test_a_drawn_trace_is_recorded_from_its_root(ended: InMemorySpanExporter, pairs: Any) -> None:
    """What a stranger sends plays no part, and the provider does not draw a second time."""
    passed_on = await told(1.0, *pairs, trusted=False)

    (span,) = ended.get_finished_spans()
    assert parent(span) is None
    assert not is_unsampled(passed_on)


@pytest.mark.parametrize("pairs", [(), (("traceparent", f"{IDS}-01"),), (("traceparent", "nonsense"),)])
async def test_a_trace_that_was_not_drawn_makes_nothing(ended: InMemorySpanExporter, pairs: Any) -> None:
    """Peers are told that it is not recorded, under ids of our own: they would draw again."""
    passed_on = await told(0.0, *pairs, trusted=False)

    assert () == ended.get_finished_spans()
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-00", passed_on)
    assert not passed_on.startswith(IDS)


async def test_all_peers_of_a_call_are_told_the_same() -> None:
    """The ids of an unrecorded trace are made once."""
    call = Call(METHOD, b"", Answered())

    assert call.traceparent == call.traceparent


async def test_what_is_logged_has_the_id_of_the_call(ended: InMemorySpanExporter) -> None:
    """The id that was sent, or one that is made when it is first asked for."""
    seen: list[str] = []

    async def log(_call: Call) -> None:
        seen.extend((current_request_id(), current_request_id()))

    await Tracing(lambda _pairs: False, 0.0).around(METHOD, log)(Call(METHOD, b"", Answered(("x-request-id", "r-1"))))
    await Tracing(lambda _pairs: False, 0.0).around(METHOD, log)(Call(METHOD, b"", Answered()))

    assert ["r-1", "r-1"] == seen[:2]
    assert seen[2] == seen[3] != ""
    assert () == ended.get_finished_spans()
