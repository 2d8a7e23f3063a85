"""What the edge counts: requests by route and status, calls by method and code, open streams by kind."""

from functools import cache

from prometheus_client import Counter, Gauge

from mesh.telemetry import LATENCY_BUCKETS, Histogram
from mesh.telemetry.histogram import Series

_seconds = Histogram(
    "guild_edge_http_seconds", "Seconds a REST request took.", ("route", "status"), buckets=LATENCY_BUCKETS
)
_call_seconds = Histogram(
    "guild_edge_grpc_seconds", "Seconds a public gRPC call took.", ("method", "code"), buckets=LATENCY_BUCKETS
)
open_streams = Gauge("guild_edge_open_streams", "Streams open to clients.", ("kind",))
loop_lag = Gauge("guild_edge_loop_lag_seconds", "How late the event loop is while there are requests.")
refused = Counter("guild_edge_refused_total", "Requests the edge refused by itself.", ("why",))


@cache
def request_seconds(route: str, status: int) -> Series:
    """Return the series of one route with one status; both come from small sets."""
    return _seconds.labels(route, str(status))


@cache
def call_seconds(method: str, code: str) -> Series:
    """Return the series of one method with one status code."""
    return _call_seconds.labels(method, code)
