"""The standard test service, written once for both engines with what generated servicers use of a context."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import grpc

from tests.interop.stubs import pb, rpc

ECHO_INITIAL = "x-grpc-test-echo-initial"
ECHO_TRAILING = "x-grpc-test-echo-trailing-bin"
_CODES = {code.value[0]: code for code in grpc.StatusCode}


class TestService(rpc.TestServiceServicer):
    """Answers as the request says; knows how many of its calls are still running."""

    __test__ = False  # a service, not a test

    def __init__(self) -> None:
        self._open = 0
        self._none_open = asyncio.Event()
        self._none_open.set()

    async def idle(self) -> None:
        """Wait until no call is running: each ended, or heard that it was cancelled."""
        await self._none_open.wait()

    async def EmptyCall(self, request: Any, context: Any) -> Any:  # noqa: ARG002
        with self._running():
            return pb.Empty()

    async def UnaryCall(self, request: Any, context: Any) -> Any:
        with self._running():
            await _echo_metadata(context)
            await _answer_with_status(request, context)
            if request.response_compressed.value:
                context.set_compression(grpc.Compression.Gzip)
                await context.send_initial_metadata(())  # without which grpcio leaves a single answer as it is
            return pb.SimpleResponse(payload=_payload(request.response_size))

    async def StreamingOutputCall(self, request: Any, context: Any) -> AsyncIterator[Any]:
        with self._running():
            if any(wanted.compressed.value for wanted in request.response_parameters):
                context.set_compression(grpc.Compression.Gzip)
            for wanted in request.response_parameters:
                if not wanted.compressed.value:
                    context.disable_next_message_compression()
                yield await _message(wanted)

    async def StreamingInputCall(self, requests: AsyncIterator[Any], context: Any) -> Any:  # noqa: ARG002
        with self._running():
            size = 0
            async for request in requests:
                size += len(request.payload.body)
            return pb.StreamingInputCallResponse(aggregated_payload_size=size)

    async def FullDuplexCall(self, requests: AsyncIterator[Any], context: Any) -> AsyncIterator[Any]:
        with self._running():
            await _echo_metadata(context)
            async for request in requests:
                await _answer_with_status(request, context)
                for wanted in request.response_parameters:
                    yield await _message(wanted)

    @contextmanager
    def _running(self) -> Iterator[None]:
        self._open += 1
        self._none_open.clear()
        try:
            yield
        finally:
            self._open -= 1
            if not self._open:
                self._none_open.set()


async def _message(wanted: Any) -> Any:
    if wanted.interval_us:
        await asyncio.sleep(wanted.interval_us / 1e6)
    return pb.StreamingOutputCallResponse(payload=_payload(wanted.size))


def _payload(size: int) -> Any:
    return pb.Payload(body=bytes(size))


async def _answer_with_status(request: Any, context: Any) -> None:
    if code := request.response_status.code:
        await context.abort(_CODES[code], request.response_status.message)


async def _echo_metadata(context: Any) -> None:
    received = dict(context.invocation_metadata())
    if (initial := received.get(ECHO_INITIAL)) is not None:
        await context.send_initial_metadata(((ECHO_INITIAL, initial),))
    if (trailing := received.get(ECHO_TRAILING)) is not None:
        context.set_trailing_metadata(((ECHO_TRAILING, trailing),))
