"""Public gRPC: calls go to the service that answers them, as bytes, within the bounds that hold outside."""

import asyncio
import time
from collections.abc import Generator
from contextlib import contextmanager

from edge.abuse import ResetBudget
from edge.access_log import SLOW_SECONDS, AccessLog
from edge.addresses import ClientAddresses
from edge.incoming import PASSED_ON, Metadata, told
from edge.metrics import call_seconds, open_streams
from edge.stream_quota import StreamQuota
from edge.trace_ids import Tracing
from edge.upstreams import Upstreams
from mesh.errors import Code, Failure
from mesh.limits.door import Door
from mesh.rpc.client import MARGIN, RawStream
from mesh.rpc.ended import Ended
from mesh.rpc.raw_call import RawCall

_FAULTS = frozenset({Code.UNKNOWN, Code.INTERNAL, Code.UNAVAILABLE, Code.DATA_LOSS, Code.DEADLINE_EXCEEDED})
"""Codes that are a fault of ours; the others are answers."""


class Passthrough:
    """Forwards calls of all four kinds; statuses, their details and trailers come back as they are."""

    def __init__(
        self,
        upstreams: Upstreams,
        *,
        quota: StreamQuota,
        door: Door,
        addresses: ClientAddresses,
        tracing: Tracing,
        access_log: AccessLog,
    ) -> None:
        self._upstreams = upstreams
        self._quota = quota
        self._door = door
        self._resets = ResetBudget()
        self._addresses = addresses
        self._tracing = tracing
        self._access_log = access_log

    async def unary(self, call: RawCall, request: bytes) -> bytes:
        """Answer a method with one request, one reply; raises Ended or a Failure."""
        with self._observed(call) as metadata:
            reply = await self._upstreams.unary(call.method)(request, metadata, _timeout(call))
            call.trailers = reply.trailers
            return reply.body

    async def stream(self, call: RawCall) -> None:
        """Answer a method of any other kind; raises Ended or a Failure."""
        with (
            self._observed(call) as metadata,
            self._quota.take(self._address(call)),
            open_streams.labels("grpc").track_inprogress(),
        ):
            request = None if call.method.client_streaming else await call.read() or b""
            peer = self._upstreams.peer(call.method)
            upstream = peer.stream(call.method.full_name, metadata, _timeout(call), request)
            upward = asyncio.create_task(_upward(call, upstream)) if request is None else None
            try:
                while (message := await upstream.read()) is not None:
                    await call.write(message)
                call.trailers = await upstream.trailers()
            finally:
                if upward is not None:
                    upward.cancel()
                upstream.cancel()

    @contextmanager
    def _observed(self, call: RawCall) -> Generator[Metadata]:
        """Hold a call open: traced, counted and logged as it ends; gives what its service is told."""
        allowed = call.remaining()
        code, reason = Code.OK, ""
        with self._tracing.begin(call.method.full_name, call.text("traceparent")) as trace:
            try:
                self._resets.check(call.connection)
                yield self._metadata(call, trace.traceparent)
            except asyncio.CancelledError:
                code = Code.CANCELLED
                if not self._door.is_overloaded():
                    self._resets.abandoned(call.connection, time.perf_counter() - call.started, allowed)
                raise
            except Ended as ended:
                code, reason = ended.code, ended.failure.reason
                raise
            except Failure as failure:
                code, reason = failure.code, failure.reason
                raise
            except Exception:
                code = Code.INTERNAL
                raise
            finally:
                trace.note(**{"rpc.grpc.status_code": int(code)})
                self._note(call, code, reason, time.perf_counter() - call.started)

    def _note(self, call: RawCall, code: Code, reason: str, seconds: float) -> None:
        method = call.method
        call_seconds(method.full_name, code.name).observe(seconds)
        streams = method.client_streaming or method.server_streaming
        if code in _FAULTS or (seconds >= SLOW_SECONDS and not streams):
            self._access_log.fault(method.full_name, reason or code.name, seconds)
        elif code != Code.OK:
            self._access_log.refusal(method.full_name, reason or code.name)

    def _metadata(self, call: RawCall, traceparent: str) -> Metadata:
        passed_on = [(key, value) for key, value in call.pairs if key in PASSED_ON]
        return told(call.request_id, traceparent, self._address(call), passed_on, call.text("user-agent"))

    def _address(self, call: RawCall) -> str:
        return self._addresses.of(call.address(), call.text("x-forwarded-for"))


def _timeout(call: RawCall) -> float | None:
    """Return the client's deadline, less what is needed to tell of it; never later than the policy's."""
    left, policy = call.remaining(), call.method.required_policy.deadline
    given = [policy] if left is None else [left - MARGIN] if policy is None else [left - MARGIN, policy]
    return min((seconds for seconds in given if seconds is not None), default=None)


async def _upward(call: RawCall, upstream: RawStream) -> None:
    while (message := await call.read()) is not None:
        if not await upstream.write(message):
            return
    await upstream.done_writing()
