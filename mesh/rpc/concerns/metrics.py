"""Metrics: how many calls of each method, how they ended, how long they took."""

from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from mesh.contract import MethodSpec
from mesh.errors import Code
from mesh.principal import Principal
from mesh.rpc.call import Call
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

    def ended(self, call: Call, seconds: float) -> None:
        """Observe the call."""
        _series(call.method.full_name, call.code, _kind(call.principal)).observe(seconds)


@cache
def _series(path: str, code: Code, caller: str) -> Series:
    _, service, method = path.split("/")
    return _seconds.labels(service, method, code.name, caller)


def _kind(caller: Principal) -> str:
    if caller.service is not None:
        return caller.service
    if caller.admin:
        return "operator"
    return "anonymous" if caller.user_id is None else "member"
