"""Admission: a server with as many open calls as it can hold refuses more at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from prometheus_client import Counter, Gauge

from mesh.contract import MethodSpec, Priority
from mesh.errors import Unavailable
from mesh.rpc.call import Call
from mesh.rpc.concern import Proceed

RETRY_AFTER_SECONDS = 1.0
SHARES: Mapping[Priority, float] = {Priority.LOW: 0.8, Priority.NORMAL: 0.95, Priority.HIGH: 1.0}
"""Of the open calls a server takes: what nobody waits for is refused first, sign-in and permission checks last."""

_shed = Counter("guild_rpc_server_shed_total", "Calls refused because the server was full.", ("priority",))
_open = Gauge("guild_rpc_server_open", "Calls being served, open streams included.")


class Overloaded(Unavailable):
    """This instance is full; another one may not be."""

    reason = "OVERLOADED"


@dataclass(slots=True)
class Admission:
    """Counts the open calls of one server over all its methods."""

    name: ClassVar[str] = "admission"
    max_calls: int
    open: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        """Show the count as a metric."""
        _open.set_function(lambda: self.open)

    def applies(self, _method: MethodSpec) -> bool:
        """All methods."""
        return True

    async def __call__(self, call: Call, proceed: Proceed) -> Any:
        """Let the call in, or raise Overloaded."""
        priority = call.method.required_policy.priority
        if self.open >= self.max_calls * SHARES[priority]:
            _shed.labels(priority.name.lower()).inc()
            raise Overloaded("this server is busy: try again in a moment", retry_after=RETRY_AFTER_SECONDS)
        self.open += 1
        try:
            return await proceed(call)
        finally:
            self.open -= 1
