"""Idempotency: a repeated call with the same key gets the first reply, its work is not done again."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, ClassVar, Protocol

from google.protobuf.message import Message

from mesh.contract import MethodSpec
from mesh.errors import InvalidArgument
from mesh.principal import Principal
from mesh.rpc.call import Call
from mesh.rpc.concern import Proceed
from mesh.rpc.concerns.rate_limit import EDGE

KEY = "idempotency-key"
MAX_KEY_LENGTH = 128
REPLAYED = ("idempotency-replayed", "true")
"""Sent with a reply that was given before."""


class IdempotencyStore(Protocol):
    """Keeps the replies, by caller, method, key."""

    async def run(
        self, caller: str, method: str, key: str, request_hash: bytes, handler: Callable[[], Awaitable[Message]], /
    ) -> tuple[bytes | None, Message | None]:
        """Give the bytes of an earlier reply, or run `handler` and give its reply; raises for a reused key."""
        ...


@dataclass(frozen=True, slots=True)
class IdempotentReplies:
    """Innermost, so that a replayed reply has passed everything a first one passes."""

    name: ClassVar[str] = "idempotency"
    store: IdempotencyStore

    def applies(self, method: MethodSpec) -> bool:
        """Methods with one request, one reply, whose policy is KEYED."""
        one_each = not (method.client_streaming or method.server_streaming)
        return one_each and method.required_policy.idempotency.takes_key

    async def __call__(self, call: Call, proceed: Proceed) -> Any:
        """Answer from the store, or go on within its scope; without a key simply go on."""
        key = call.text(KEY)
        if not key:
            return await proceed(call)
        if len(key) > MAX_KEY_LENGTH or not key.isprintable():
            raise InvalidArgument(f"an idempotency key has 1 to {MAX_KEY_LENGTH} printable characters")

        replayed, reply = await self.store.run(
            _caller(call.principal), call.method.full_name, key, _hash(call.request), lambda: proceed(call)
        )
        if replayed is None:
            return reply
        call.trailers.append(REPLAYED)
        return replayed


def _caller(caller: Principal) -> str:
    if caller.user_id is not None:
        return str(caller.user_id)
    if caller.service is not None and caller.service != EDGE:
        return f"service:{caller.service}"
    return f"address:{caller.address}"


def _hash(request: Message) -> bytes:
    return blake2b(request.SerializeToString(deterministic=True), digest_size=32).digest()
