"""Our histograms beside those of prometheus_client."""

import re

import prometheus_client
import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, generate_latest

from mesh.telemetry import LATENCY_BUCKETS, Histogram

_CREATED = re.compile(rb"(_created\S*) \S+")
AMOUNTS = st.one_of(st.floats(min_value=0, max_value=100), st.sampled_from(LATENCY_BUCKETS))


def exposed(registry: CollectorRegistry) -> bytes:
    return _CREATED.sub(rb"\1", generate_latest(registry))


@given(st.lists(st.tuples(st.sampled_from(["OK", 'a"b\\c']), st.sampled_from(["feed", "jobs"]), AMOUNTS)))
def test_what_is_exposed_is_what_prometheus_client_exposes(observed: list[tuple[str, str, float]]) -> None:
    """Names, labels, bounds, counts and sums, to the byte; an amount that is a bound counts within it."""
    theirs, ours = CollectorRegistry(), CollectorRegistry()
    labels = ("code", "caller")
    reference = prometheus_client.Histogram("x_seconds", "How long.", labels, buckets=LATENCY_BUCKETS, registry=theirs)
    histogram = Histogram("x_seconds", "How long.", labels, buckets=LATENCY_BUCKETS, registry=ours)

    for code, caller, amount in observed:
        reference.labels(code, caller).observe(amount)
        histogram.labels(code, caller).observe(amount)

    assert exposed(theirs) == exposed(ours)


def test_a_series_is_kept() -> None:
    """Whoever looked a series up goes on counting in the same."""
    histogram = Histogram("x", "X.", ("a",), buckets=(1.0,), registry=CollectorRegistry())

    assert histogram.labels("1") is histogram.labels("1")


def test_names_are_taken_once() -> None:
    """Two metrics of one name are a mistake that shows at import."""
    registry = CollectorRegistry()
    Histogram("x", "X.", buckets=(1.0,), registry=registry)

    with pytest.raises(ValueError, match="Duplicated"):
        Histogram("x", "X.", buckets=(1.0,), registry=registry)


def test_labels_are_all_given() -> None:
    """A series with fewer labels than the metric has would be exposed wrongly."""
    histogram = Histogram("x", "X.", ("a", "b"), buckets=(1.0,), registry=CollectorRegistry())

    with pytest.raises(ValueError, match="a, b"):
        histogram.labels("1")
