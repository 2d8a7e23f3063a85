"""The access log: one line a call."""

import logging
import time
from dataclasses import dataclass
from typing import Any, ClassVar

from mesh.contract import MethodSpec
from mesh.errors import Code
from mesh.rpc.call import Call
from mesh.rpc.concern import Proceed
from mesh.telemetry import get_logger

SLOW_SECONDS = 1.0
"""A call with one reply that takes longer is logged although it succeeded."""

_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class AccessLog:
    """Refusals, streams, slow calls at level info; the rest at debug, where it costs nothing unless it is wanted."""

    name: ClassVar[str] = "access_log"

    def applies(self, _method: MethodSpec) -> bool:
        """All methods."""
        return True

    async def __call__(self, call: Call, proceed: Proceed) -> Any:
        """Log the call when it is over."""
        try:
            return await proceed(call)
        finally:
            seconds = time.perf_counter() - call.started
            quiet = call.code == Code.OK and not call.method.server_streaming and seconds < SLOW_SECONDS
            if not quiet:
                _log.info("call", **_fields(call, seconds))
            elif _log.is_enabled_for(logging.DEBUG):
                _log.debug("call", **_fields(call, seconds))


def _fields(call: Call, seconds: float) -> dict[str, Any]:
    caller = call.principal
    fields: dict[str, Any] = {"method": call.method.full_name, "code": call.code.name, "ms": round(seconds * 1e3, 2)}
    if call.failure is not None:
        fields["reason"] = call.failure.reason
    if caller.user_id is not None:
        fields["user_id"] = str(caller.user_id)
    if caller.service is not None:
        fields["caller"] = caller.service
    return fields
