"""Prometheus metrics of this process: the registry, the bucket scales everyone shares."""

from collections.abc import Sequence

from prometheus_client import REGISTRY
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

__all__ = ["BATCH_BUCKETS", "LATENCY_BUCKETS", "REGISTRY", "SIZE_BUCKETS", "exposition"]

LATENCY_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds; a call that hits a cache answers in the first, a write's deadline ends in the last."""

SIZE_BUCKETS = tuple(float(256 * 4**n) for n in range(8))
"""Bytes, 256 B to 4 MiB, the largest message a server takes."""

BATCH_BUCKETS = tuple(float(2**n) for n in range(11))
"""Items gathered into one statement, pipeline or publish window: 1 to 1024."""


def exposition(names: Sequence[str] = ()) -> tuple[bytes, str]:
    """Return all metrics, or some, as text for Prometheus, with the content type to send.

    The registry holds the collectors of prometheus-client too: CPU, memory, descriptors, garbage collection.
    """
    registry = REGISTRY.restricted_registry(names) if names else REGISTRY
    return generate_latest(registry), CONTENT_TYPE_LATEST
