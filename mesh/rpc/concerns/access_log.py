"""The access log: one line a call."""

import logging
from dataclasses import dataclass, field
from typing import Any, ClassVar

from mesh.contract import MethodSpec
from mesh.errors import Code
from mesh.rpc.call import Call
from mesh.rpc.concern import Watch
from mesh.telemetry import get_logger

SLOW_SECONDS = 1.0
"""A call with one reply that takes longer is logged although it succeeded."""

LINES_A_SECOND = 5
"""Of one method with one outcome; how often it comes beyond that is in the next line, and in the metrics."""
MAX_KINDS = 2_000

_log = get_logger(__name__)


@dataclass(slots=True)
class AccessLog:
    """Refusals, streams, slow calls at level info; the rest at debug, where it costs nothing unless it is wanted.

    A client decides how many of its calls are refused, so it must not decide how much is logged.
    """

    name: ClassVar[str] = "access_log"
    _written: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict, init=False)
    """By method and outcome: the second of the last line, and how many calls came in it."""

    def applies(self, _method: MethodSpec) -> bool:
        """All methods."""
        return True

    def watching(self, method: MethodSpec) -> Watch:
        """Return what logs calls; whether quiet ones are wanted is decided now."""
        streams, all_are_wanted = method.server_streaming, _log.is_enabled_for(logging.DEBUG)

        def watch(call: Call, seconds: float) -> None:
            if streams or call.code is not Code.OK or seconds >= SLOW_SECONDS:
                self._tell(call, seconds)
            elif all_are_wanted:
                _log.debug("call", **_fields(call, seconds))

        return watch

    def _tell(self, call: Call, seconds: float) -> None:
        kind = call.method.full_name, call.code.name if call.failure is None else call.failure.reason
        now = int(call.started + seconds)
        second, calls = self._written.get(kind, (now, 0))
        beyond = max(0, calls - LINES_A_SECOND) if second != now else 0
        calls = calls + 1 if second == now else 1
        if kind not in self._written and len(self._written) >= MAX_KINDS:
            self._written.clear()
        self._written[kind] = now, calls
        if calls <= LINES_A_SECOND:
            unlogged = {"unlogged": beyond} if beyond else {}
            _log.info("call", **_fields(call, seconds), **unlogged)


def _fields(call: Call, seconds: float) -> dict[str, Any]:
    caller = call.principal
    fields: dict[str, Any] = {"method": call.method.full_name, "code": call.code.name, "ms": round(seconds * 1e3, 2)}
    if call.failure is not None:
        fields["reason"] = call.failure.reason
    if caller.user_id is not None:
        fields["user_id"] = str(caller.user_id)
    if caller.service is not None:
        fields["caller"] = caller.service
    if caller.operator is not None:
        fields["operator"] = caller.operator
    return fields
