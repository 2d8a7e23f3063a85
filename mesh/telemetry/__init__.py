"""What a process tells its operators: logs, traces, metrics."""

from mesh.telemetry.context import bind_request, bind_request_id, current_request_id
from mesh.telemetry.histogram import Histogram
from mesh.telemetry.logs import get_logger
from mesh.telemetry.metrics import BATCH_BUCKETS, LATENCY_BUCKETS, REGISTRY, SIZE_BUCKETS, exposition
from mesh.telemetry.setup import configure, shutdown
from mesh.telemetry.traces import (
    DRAWN,
    current_traceparent,
    drawn,
    extract,
    inject,
    is_unsampled,
    tracer,
    unsampled_traceparent,
)

__all__ = [
    "BATCH_BUCKETS",
    "DRAWN",
    "LATENCY_BUCKETS",
    "REGISTRY",
    "SIZE_BUCKETS",
    "Histogram",
    "bind_request",
    "bind_request_id",
    "configure",
    "current_request_id",
    "current_traceparent",
    "drawn",
    "exposition",
    "extract",
    "get_logger",
    "inject",
    "is_unsampled",
    "shutdown",
    "tracer",
    "unsampled_traceparent",
]
