import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry import trace

from mesh.telemetry import current_traceparent, extract, inject
from mesh.telemetry.spans import _traces_url, build_provider
from mesh.telemetry.unrecorded import UnrecordedProvider

TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_outside_a_trace_there_is_nothing_to_send() -> None:
    """No span, no header."""
    carrier: dict[str, str] = {}

    inject(carrier)

    assert {} == carrier
    assert "" == current_traceparent()


def test_a_trace_crosses_processes() -> None:
    """What one side injects the other side goes on with."""
    tracer = UnrecordedProvider().get_tracer("x")
    carrier: dict[str, str] = {}
    with tracer.start_as_current_span("client") as client:
        inject(carrier)

    with tracer.start_as_current_span("server", context=extract(carrier.items())) as server:
        inside = current_traceparent()

    assert client.get_span_context().trace_id == server.get_span_context().trace_id
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}", inside)


def test_a_callers_context_is_read_from_metadata() -> None:
    """The pair is found among others; binary values are left alone."""
    context = extract([("user-agent", "x"), ("x-bin", b"\x00"), ("traceparent", TRACEPARENT)])

    span = trace.get_current_span(context).get_span_context()

    assert 0x0AF7651916CD43DD8448EB211C80319C == span.trace_id
    assert span.is_remote


@given(value=st.one_of(st.text(max_size=80), st.binary(max_size=80)))
def test_nonsense_is_no_context(value: str | bytes) -> None:
    """A broken header is ignored, never an error."""
    context = extract([("traceparent", value)])

    assert not trace.get_current_span(context).get_span_context().is_valid


def test_without_a_collector_nothing_is_recorded() -> None:
    """A span has an id of its own, in the trace of its caller or a new one, for the logs; nothing is kept."""
    tracer = UnrecordedProvider().get_tracer("x")

    root, child = tracer.start_span("root"), tracer.start_span("child", extract([("traceparent", TRACEPARENT)]))

    ids = [span.get_span_context() for span in (root, child)]
    assert not root.is_recording()
    assert not child.is_recording()
    assert all(one.is_valid and not one.trace_flags.sampled for one in ids)
    assert ids[0].trace_id != ids[1].trace_id
    assert (0x0AF7651916CD43DD8448EB211C80319C, False) == (ids[1].trace_id, ids[1].span_id == 0xB7AD6B7169203331)


@pytest.mark.parametrize(("ratio", "recorded"), [(0.0, False), (1.0, True)])
def test_with_a_collector_a_share_is_recorded(ratio: float, *, recorded: bool) -> None:
    """New traces are sampled by ratio; a caller's decision is kept."""
    provider = build_provider("a", "http://127.0.0.1:9", ratio)
    tracer = provider.get_tracer("x")

    span = tracer.start_span("root")
    child = tracer.start_span("child", context=extract([("traceparent", TRACEPARENT)]))

    assert [recorded, True] == [span.is_recording(), child.is_recording()]


@pytest.mark.parametrize("endpoint", ["http://c:4318", "http://c:4318/", "http://c:4318/v1/traces"])
def test_a_collectors_base_address_is_enough(endpoint: str) -> None:
    """The path of the protocol is added once."""
    assert "http://c:4318/v1/traces" == _traces_url(endpoint)
