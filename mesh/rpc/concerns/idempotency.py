"""Idempotency: a repeated call with the same key gets the first reply, its work is not done again."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, ClassVar, NamedTuple, Protocol

from google.protobuf.message import Message

from mesh.contract import MethodSpec
from mesh.contract.secrets import without_secrets
from mesh.errors import Failure, InvalidArgument
from mesh.limits.local_bucket import LocalBuckets
from mesh.principal import Principal
from mesh.rpc.call import Call
from mesh.rpc.concern import Proceed
from mesh.rpc.concerns.sessions import SessionCheck, Sessions

KEY = "idempotency-key"
MAX_KEY_LENGTH = 128
REPLAYED = ("idempotency-replayed", "true")
"""Sent with a reply that was given before."""
LOOK_UPS = 60
"""Keys of one caller that are looked up at once ahead of its buckets; as many more in each minute."""


class IdempotencyStore(Protocol):
    """Keeps the replies, by caller, method, key."""

    async def find(self, caller: str, method: str, key: str, request_hash: bytes, /) -> bytes | None:
        """Give the bytes of an earlier reply, None when there is none; raises for a reused key."""
        ...

    async def run(
        self,
        caller: str,
        method: str,
        key: str,
        request_hash: bytes,
        handler: Callable[[], Awaitable[Message]],
        /,
        *,
        looked_up: bool,
    ) -> tuple[bytes | None, Message | None]:
        """Give the bytes of an earlier reply, or run `handler` and give its reply; raises for a reused key.

        With `looked_up` the reply was just asked for by `find` and was not there.
        """
        ...


class _Use(NamedTuple):
    """One caller's use of one key."""

    caller: str
    method: str
    key: str
    request_hash: bytes


@dataclass(frozen=True, slots=True)
class StoredAnswers:
    """Gives the answer of a completed call before anything is charged for it, as what was lost on its way.

    Comes after authorization and validation: an answer goes only to whoever may ask, for the request it belongs to. To
    look it up costs a read, so callers get a bounded number of them; past it their buckets decide first.
    """

    name: ClassVar[str] = "stored_answer"
    store: IdempotencyStore
    sessions: Sessions | None = None
    look_ups: LocalBuckets = field(default_factory=LocalBuckets)

    def applies(self, method: MethodSpec) -> bool:
        """Methods that honour a key."""
        return _takes_key(method)

    def around(self, _method: MethodSpec, proceed: Proceed) -> Proceed:
        """Answer from the store, or go on."""

        def run(call: Call) -> Awaitable[Any]:
            use = _use(call)
            if use is None or self.look_ups.take((use.caller, ""), LOOK_UPS, LOOK_UPS / 60)[0] is None:
                return proceed(call)
            return self._looked_up(use, call, proceed)

        return run

    async def _looked_up(self, use: _Use, call: Call, proceed: Proceed) -> Any:
        """Look into the store; that the session was ended is told before anything that is found.

        Where nothing is found the session is asked about with the charge: one trip to Redis either way.
        """
        try:
            stored = await self.store.find(*use)
        except Failure:
            await SessionCheck(call, self.sessions).passed()
            raise
        if stored is None:
            call.keyed = use
            return await proceed(call)
        await SessionCheck(call, self.sessions).passed()
        call.trailers.append(REPLAYED)
        return stored


@dataclass(frozen=True, slots=True)
class IdempotentReplies:
    """Innermost: the work, its reply and the key are kept together or not at all."""

    name: ClassVar[str] = "idempotency"
    store: IdempotencyStore

    def applies(self, method: MethodSpec) -> bool:
        """Methods that honour a key."""
        return _takes_key(method)

    def around(self, _method: MethodSpec, proceed: Proceed) -> Proceed:
        """Go on within the store's scope, where a repeat that is under way waits; without a key simply go on."""

        def run(call: Call) -> Awaitable[Any]:
            use: _Use | None = call.keyed or _use(call)
            return proceed(call) if use is None else self._kept(use, call, proceed)

        return run

    async def _kept(self, use: _Use, call: Call, proceed: Proceed) -> Any:
        replayed, reply = await self.store.run(*use, lambda: proceed(call), looked_up=call.keyed is not None)
        if replayed is None:
            return reply
        call.trailers.append(REPLAYED)
        return replayed


def _takes_key(method: MethodSpec) -> bool:
    one_each = not (method.client_streaming or method.server_streaming)
    return one_each and method.required_policy.idempotency.takes_key


def _use(call: Call) -> _Use | None:
    key = call.text(KEY)
    if not key:
        return None
    if len(key) > MAX_KEY_LENGTH:
        raise InvalidArgument(f"an idempotency key has 1 to {MAX_KEY_LENGTH} printable characters")
    return _Use(_caller(call.principal), call.method.full_name, key, _hash(call.request))


def _caller(caller: Principal) -> str:
    if caller.user_id is not None:
        return str(caller.user_id)
    if caller.is_service:
        return f"service:{caller.service}"
    if caller.operator is not None:
        return f"operator:{caller.operator}"
    return f"address:{caller.address}"


def _hash(request: Message) -> bytes:
    """What tells requests apart; it is stored, and a quick hash of a password would give the password away."""
    return blake2b(without_secrets(request).SerializeToString(deterministic=True), digest_size=32).digest()
