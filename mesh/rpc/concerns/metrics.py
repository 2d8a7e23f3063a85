"""Metrics: how many calls of each method, how they ended, how long they took."""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from mesh.contract import MethodSpec
from mesh.errors import Code
from mesh.principal import Principal
from mesh.rpc.call import Call
from mesh.rpc.concern import Proceed
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

    async def __call__(self, call: Call, proceed: Proceed) -> Any:
        """Observe the call."""
        try:
            return await proceed(call)
        finally:
            _series(call.method, call.code, _kind(call.principal)).observe(time.perf_counter() - call.started)


@cache
def _series(method: MethodSpec, code: Code, caller: str) -> Series:
    return _seconds.labels(method.service, method.name, code.name, caller)


def _kind(caller: Principal) -> str:
    if caller.service is not None:
        return caller.service
    if caller.admin:
        return "operator"
    return "anonymous" if caller.user_id is None else "member"
