import subprocess
import sys

import orjson

from mesh.telemetry import BATCH_BUCKETS, LATENCY_BUCKETS, SIZE_BUCKETS, exposition

PROGRAM = """
from mesh.settings import TelemetrySettings
from mesh.telemetry import configure, exposition, get_logger, shutdown, tracer
log = get_logger("early")
configure(TelemetrySettings(), service="jobs")
configure(TelemetrySettings(log_level="warning"), service="jobs")
configure(TelemetrySettings(), service="jobs")
with tracer("x").start_as_current_span("work"):
    log.info("hello")
assert b'guild_service_info{service="jobs"} 1.0' in exposition()[0]
if END: shutdown()
"""


def _lines_of(program: str) -> list[dict[str, str]]:
    done = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, check=True, timeout=60)
    assert b"" == done.stderr
    return [orjson.loads(line) for line in done.stdout.splitlines()]


def test_a_process_logs_to_standard_output_with_trace_ids() -> None:
    """Configured once or thrice, a process writes JSON to stdout and nothing to stderr."""
    (line,) = _lines_of(PROGRAM.replace("END", "True"))

    assert ("hello", "jobs", "early") == (line["event"], line["service"], line["module"])
    assert 32 == len(line["trace_id"])


def test_a_process_that_just_ends_loses_no_line() -> None:
    """Lines still in the buffer are written at exit."""
    assert ["hello"] == [line["event"] for line in _lines_of(PROGRAM.replace("END", "False"))]


def test_the_exposition_is_for_prometheus() -> None:
    """Process metrics are in it, in the text format."""
    text, content_type = exposition()

    assert b"process_resident_memory_bytes" in text
    assert b"python_gc_collections_total" in text
    assert content_type.startswith("text/plain")


def test_bucket_scales_rise() -> None:
    """Every scale is strictly rising, as Prometheus wants it."""
    for scale in (LATENCY_BUCKETS, SIZE_BUCKETS, BATCH_BUCKETS):
        assert list(scale) == sorted(set(scale))
