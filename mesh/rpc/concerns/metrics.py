"""Metrics: how many calls of each method, how they ended, how long they took."""

from dataclasses import dataclass
from typing import ClassVar

from mesh.contract import MethodSpec
from mesh.errors import Code
from mesh.principal import Principal
from mesh.rpc.call import Call
from mesh.rpc.concern import Watch
from mesh.telemetry import LATENCY_BUCKETS, Histogram
from mesh.telemetry.histogram import Series

_seconds = Histogram(
    "guild_rpc_server_seconds",
    "Seconds a served call took.",
    ("service", "method", "code", "caller"),
    buckets=LATENCY_BUCKETS,
)


@dataclass(frozen=True, slots=True)
class Metrics:
    """Counts outside the errors concern, so that a call is counted with the code its caller gets."""

    name: ClassVar[str] = "metrics"

    def applies(self, _method: MethodSpec) -> bool:
        """All methods."""
        return True

    def watching(self, method: MethodSpec) -> Watch:
        """Return what counts calls."""
        known: dict[tuple[Code, str | None, bool, bool], Series] = {}

        def watch(call: Call, seconds: float) -> None:
            caller = call.principal
            key = call.code, caller.service, caller.operator is None, caller.user_id is None
            series = known.get(key)
            if series is None:
                series = _seconds.labels(method.service, method.name, call.code.name, _kind(caller))
                known[key] = series
            series.observe(seconds)

        return watch


def _kind(caller: Principal) -> str:
    if caller.service is not None:
        return caller.service
    if caller.admin:
        return "operator"
    return "anonymous" if caller.user_id is None else "member"
