"""Turn telemetry on when a process begins."""

import atexit
from collections.abc import Callable

from opentelemetry import trace
from prometheus_client import Info

from mesh.settings import TelemetrySettings
from mesh.telemetry.logs import configure_logs
from mesh.telemetry.unrecorded import UnrecordedProvider
from mesh.telemetry.writer import LineWriter

_writer = LineWriter()
_build = Info("guild_service", "Which service this process is.")
_exports: list[Callable[[], bool]] = []


def configure(settings: TelemetrySettings, *, service: str) -> None:
    """Set up logs and traces for `service`; a second call changes the logs only (OpenTelemetry allows one provider)."""
    configure_logs(settings.log_level, settings.log_format, service, _writer)
    _build.info({"service": service})
    if isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider):
        trace.set_tracer_provider(_provider(settings, service))


def _provider(settings: TelemetrySettings, service: str) -> trace.TracerProvider:
    if not settings.otlp_endpoint:
        return UnrecordedProvider()
    from mesh.telemetry.spans import build_provider  # the SDK is large, and slow to import

    provider = build_provider(service, settings.otlp_endpoint, settings.sample_ratio)
    _exports.append(lambda: provider.force_flush(timeout_millis=2000))
    return provider


def shutdown() -> None:
    """Write the remaining log lines, export the remaining spans; call it last."""
    for export in _exports:
        export()
    _writer.flush()


atexit.register(_writer.flush)
