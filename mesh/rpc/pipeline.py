"""The concerns around every method, in one order that is data."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from mesh.contract import MethodSpec
from mesh.limits.charges import Limiter
from mesh.rpc.call import Call, Pairs
from mesh.rpc.concern import Concern, Observer, Proceed, Watch
from mesh.rpc.concerns.access_log import AccessLog
from mesh.rpc.concerns.authentication import Authenticate, Authentication
from mesh.rpc.concerns.authorization import Authorization
from mesh.rpc.concerns.consistency import Consistency, Tokens
from mesh.rpc.concerns.deadline import Deadline
from mesh.rpc.concerns.errors import Errors
from mesh.rpc.concerns.idempotency import IdempotencyStore, IdempotentReplies, StoredAnswers
from mesh.rpc.concerns.metadata import Metadata
from mesh.rpc.concerns.metrics import Metrics
from mesh.rpc.concerns.rate_limit import RateLimits
from mesh.rpc.concerns.reply_size import ReplySize
from mesh.rpc.concerns.sessions import Sessions
from mesh.rpc.concerns.tracing import Tracing, trusts_nobody
from mesh.rpc.concerns.validation import Validation
from mesh.settings import MAX_MESSAGE_BYTES


@dataclass(frozen=True, slots=True)
class Pipeline:
    """An ordered tuple of concerns, outermost first."""

    concerns: tuple[Concern | Observer, ...] = ()

    def around(self, method: MethodSpec, innermost: Proceed) -> Proceed:
        """Return the chain of `method`: made once, awaited for each call."""
        step = innermost
        observers: list[Observer] = []
        for concern in reversed([concern for concern in self.concerns if concern.applies(method)]):
            if isinstance(concern, Observer):
                observers.append(concern)
            else:
                step = concern.around(method, _observed([each.watching(method) for each in observers], step))
                observers = []
        return _observed([each.watching(method) for each in observers], step)


def _observed(watches: Sequence[Watch], proceed: Proceed) -> Proceed:
    if not watches:
        return proceed

    async def run(call: Call) -> Any:
        try:
            return await proceed(call)
        finally:
            seconds = time.perf_counter() - call.started
            for watch in watches:
                watch(call, seconds)

    return run


def standard_pipeline(
    authenticate: Authenticate,
    limiter: Limiter | None,
    idempotency_store: IdempotencyStore | None = None,
    *,
    max_reply_bytes: int = MAX_MESSAGE_BYTES,
    trusts: Callable[[Pairs], bool] = trusts_nobody,
    recorded_share: float = 1.0,
    consistency: Tokens | None = None,
    sessions: Sessions | None = None,
) -> Pipeline:
    """Return the pipeline of a service; without a limiter, a store, consistency tokens their concerns are left out.

    `trusts` tells by the metadata that a call comes from a service of ours, whose decision about traces counts; of the
    traces that begin here `recorded_share` are recorded. `sessions` knows which sessions were ended; without it none
    were.
    """
    return Pipeline(
        (
            Tracing(trusts, recorded_share),
            AccessLog(),
            Metrics(),
            Errors(),
            ReplySize(max_reply_bytes),
            Metadata(),
            Deadline(),
            Authentication(authenticate, sessions, charged=limiter is not None),
            Authorization(),
            Validation(),
            *([Consistency(consistency)] if consistency else []),
            *([StoredAnswers(idempotency_store, sessions)] if idempotency_store else []),
            *([RateLimits(limiter, sessions)] if limiter else []),
            *([IdempotentReplies(idempotency_store)] if idempotency_store else []),
        )
    )
