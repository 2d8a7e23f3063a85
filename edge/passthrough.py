"""Public gRPC: calls go to the service that answers them, as bytes, within the bounds that hold outside."""

import asyncio

from edge.abuse import ResetBudget
from edge.addresses import ClientAddresses
from edge.metrics import open_streams
from edge.stream_quota import StreamQuota
from edge.trace_ids import Tracing
from edge.upstreams import Upstreams
from mesh.rpc.client.raw_streams import RawStream
from mesh.rpc.raw_call import RawCall

_PASSED_ON = frozenset({"authorization", "idempotency-key", "x-admin-token", "tracestate"})
_MAX_USER_AGENT = 200

Metadata = list[tuple[str, str | bytes]]


class Passthrough:
    """Forwards calls of all four kinds; statuses, their details and trailers come back as they are."""

    def __init__(
        self,
        upstreams: Upstreams,
        *,
        quota: StreamQuota,
        resets: ResetBudget,
        addresses: ClientAddresses,
        tracing: Tracing,
    ) -> None:
        self._upstreams = upstreams
        self._quota = quota
        self._resets = resets
        self._addresses = addresses
        self._tracing = tracing

    async def unary(self, call: RawCall, request: bytes) -> bytes:
        """Answer a method with one request, one reply; raises Ended, TooManyResets."""
        address = self._address(call)
        self._resets.check(address)
        with self._tracing.begin(call.method.full_name, call.text("traceparent")) as trace:
            metadata = _metadata(call, address, trace.traceparent)
            try:
                reply = await self._upstreams.unary(call.method)(request, metadata, self._timeout(call))
            except asyncio.CancelledError:
                self._resets.abandoned(address)
                raise
            call.trailers = reply.trailers
            return reply.body

    async def stream(self, call: RawCall) -> None:
        """Answer a method of any other kind; raises Ended, TooManyResets, TooManyStreams."""
        address = self._address(call)
        self._resets.check(address)
        with (
            self._quota.take(address),
            open_streams.labels("grpc").track_inprogress(),
            self._tracing.begin(call.method.full_name, call.text("traceparent")) as trace,
        ):
            metadata = _metadata(call, address, trace.traceparent)
            upstream = self._upstreams.peer(call.method).stream(call.method.full_name, metadata, self._timeout(call))
            upward = asyncio.create_task(_upward(call, upstream))
            try:
                while (message := await upstream.read()) is not None:
                    await call.write(message)
                call.trailers = await upstream.trailers()
            except asyncio.CancelledError:
                self._resets.abandoned(address)
                raise
            finally:
                upward.cancel()
                upstream.cancel()

    def _address(self, call: RawCall) -> str:
        return self._addresses.of(call.address(), call.text("x-forwarded-for"))

    @staticmethod
    def _timeout(call: RawCall) -> float | None:
        """Return the client's deadline, never later than the policy's."""
        left, policy = call.remaining(), call.method.required_policy.deadline
        given = [seconds for seconds in (left, policy) if seconds is not None]
        return min(given) if given else None


def _metadata(call: RawCall, address: str, traceparent: str) -> Metadata:
    told: Metadata = [("x-request-id", call.request_id), ("traceparent", traceparent)]
    if address:
        told.append(("x-guild-client-address", address))
    # Repeated keys are passed on repeated: the services refuse them, as two proofs prove nothing.
    told += [(key, value) for key, value in call.pairs if key in _PASSED_ON]
    if agent := call.text("user-agent"):
        told.append(("x-guild-user-agent", agent[:_MAX_USER_AGENT]))
    return told


async def _upward(call: RawCall, upstream: RawStream) -> None:
    while (message := await call.read()) is not None:
        if not await upstream.write(message):
            return
    await upstream.done_writing()
