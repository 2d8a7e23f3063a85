"""Turn telemetry on when a process begins."""

import atexit

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from prometheus_client import Info

from mesh.settings import TelemetrySettings
from mesh.telemetry.logs import configure_logs
from mesh.telemetry.traces import build_provider
from mesh.telemetry.writer import LineWriter

_writer = LineWriter()
_build = Info("guild_service", "Which service this process is.")


def configure(settings: TelemetrySettings, *, service: str) -> None:
    """Set up logs and traces for `service`; a second call changes the logs only (OpenTelemetry allows one provider)."""
    configure_logs(settings.log_level, settings.log_format, service, _writer)
    _build.info({"service": service})
    if not isinstance(trace.get_tracer_provider(), TracerProvider):
        trace.set_tracer_provider(build_provider(service, settings.otlp_endpoint, settings.sample_ratio))


def shutdown() -> None:
    """Write the remaining log lines, export the remaining spans; call it last."""
    provider = trace.get_tracer_provider()
    if isinstance(provider, TracerProvider):
        provider.force_flush(timeout_millis=2000)
    _writer.flush()


atexit.register(_writer.flush)
