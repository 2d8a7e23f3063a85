"""Reply size: a reply that no transport would carry is a fault of ours, and is told as one."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any, ClassVar

from mesh.contract import MethodSpec
from mesh.rpc.call import Call
from mesh.rpc.concern import Proceed
from mesh.rpc.status import ReplyTooLarge
from mesh.telemetry import get_logger

_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ReplySize:
    """Transports would refuse the reply with RESOURCE_EXHAUSTED, which reads as the caller's quota.

    Turns replies into bytes, once; a servicer may give bytes itself, as a cache keeps them.
    """

    name: ClassVar[str] = "reply_size"
    max_bytes: int

    def applies(self, _method: MethodSpec) -> bool:
        """All methods."""
        return True

    def around(self, method: MethodSpec, proceed: Proceed) -> Proceed:
        """Give replies as bytes, or raise ReplyTooLarge; each message of a stream is checked as it is written."""
        return self._around_stream(method, proceed) if method.server_streaming else self._around_one(method, proceed)

    def _around_one(self, method: MethodSpec, proceed: Proceed) -> Proceed:
        async def run(call: Call) -> bytes:
            return self.checked(await proceed(call), method)

        return run

    def _around_stream(self, method: MethodSpec, proceed: Proceed) -> Proceed:
        def run(call: Call) -> Awaitable[Any]:
            call.context = _Checked(call.context, self, method)
            return proceed(call)

        return run

    def checked(self, reply: Any, method: MethodSpec) -> bytes:
        """Return the serialised reply; raises ReplyTooLarge, or TypeError for something else than a reply."""
        if type(reply) is not bytes:
            if not isinstance(reply, method.output):
                raise TypeError(f"{method.full_name} must answer with {method.output.DESCRIPTOR.full_name}")
            reply = reply.SerializeToString()
        if len(reply) > self.max_bytes:
            _log.error("reply too large", method=method.full_name, reply_bytes=len(reply), limit_bytes=self.max_bytes)
            raise ReplyTooLarge("the answer is larger than can be sent: ask for less at once")
        return reply


class _Checked:
    """The transport's context, whose `write` checks first."""

    def __init__(self, context: Any, size: ReplySize, method: MethodSpec) -> None:
        self._context = context
        self._size = size
        self._method = method

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    def write(self, message: Any) -> Awaitable[None]:
        return self._context.write(self._size.checked(message, self._method))
