"""The standard interoperability cases, for any channel with the interface of grpc.aio.Channel.

What each must show is laid down in gRPC's description of its interoperability tests. Where that asks whether a single
message was compressed, which the interface does not tell, the octets on the wire are counted instead.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import grpc
import pytest

from tests.interop.servicer import ECHO_INITIAL, ECHO_TRAILING
from tests.interop.stubs import pb, rpc
from tests.interop.tap import Tap

REQUEST_SIZES = (27_182, 8, 1_828, 45_904)
RESPONSE_SIZES = (31_415, 9, 2_653, 58_979)
LARGE_REQUEST = 271_828
LARGE_RESPONSE = 314_159
SQUEEZED = 20_000
"""More octets than any of the messages here needs once it is compressed, fewer than its plain form has."""
AT_ONCE = 20
SPECIAL_MESSAGE = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n"

Connect = Callable[[str], AbstractAsyncContextManager[Any]]
"""Opens a channel to an address."""


@dataclass(frozen=True, slots=True)
class Target:
    """A server, and how the client under test reaches it."""

    address: str
    connect: Connect
    channel: Any

    @property
    def stub(self) -> Any:
        """The generated stub on the channel that all cases share."""
        return rpc.TestServiceStub(self.channel)


async def empty_unary(target: Target) -> None:
    """A call without payload."""
    assert pb.Empty() == await target.stub.EmptyCall(pb.Empty())


async def large_unary(target: Target) -> None:
    """A call whose messages are larger than the first windows."""
    await _large(target.stub)


async def concurrent_large_unary(target: Target) -> None:
    """Many such calls share the window of one connection."""
    await asyncio.gather(*(_large(target.stub) for _ in range(AT_ONCE)))


async def _large(stub: Any, **options: Any) -> None:
    request = pb.SimpleRequest(response_size=LARGE_RESPONSE, payload=_payload(LARGE_REQUEST))
    assert bytes(LARGE_RESPONSE) == (await stub.UnaryCall(request, **options)).payload.body


async def client_streaming(target: Target) -> None:
    """Several requests, one answer."""
    assert sum(REQUEST_SIZES) == await _aggregated(target.stub)


async def _aggregated(stub: Any, **options: Any) -> int:
    async def requests() -> AsyncIterator[Any]:
        for size in REQUEST_SIZES:
            yield pb.StreamingInputCallRequest(payload=_payload(size))

    return (await stub.StreamingInputCall(requests(), **options)).aggregated_payload_size


async def server_streaming(target: Target) -> None:
    """One request, several answers."""
    call = target.stub.StreamingOutputCall(_wanting(*RESPONSE_SIZES))
    assert list(RESPONSE_SIZES) == [len(response.payload.body) async for response in call]


async def ping_pong(target: Target) -> None:
    """Each request is answered before the next is sent."""
    call = target.stub.FullDuplexCall()
    for request_size, response_size in zip(REQUEST_SIZES, RESPONSE_SIZES, strict=True):
        await call.write(_wanting(response_size, payload=request_size))
        assert response_size == len((await call.read()).payload.body)
    await call.done_writing()
    assert await call.read() is grpc.aio.EOF
    assert grpc.StatusCode.OK == await call.code()


async def empty_stream(target: Target) -> None:
    """A stream may end before it had a message."""
    call = target.stub.FullDuplexCall()
    await call.done_writing()
    assert await call.read() is grpc.aio.EOF
    assert grpc.StatusCode.OK == await call.code()


async def cancel_after_begin(target: Target) -> None:
    """A call that is cancelled before it sent a message ends as cancelled."""
    call = target.stub.StreamingInputCall()
    assert call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert grpc.StatusCode.CANCELLED == await call.code()


async def cancel_after_first_response(target: Target) -> None:
    """A stream that is cancelled midway ends as cancelled."""
    call = target.stub.FullDuplexCall()
    await call.write(_wanting(31_415, payload=27_182))
    assert 31_415 == len((await call.read()).payload.body)
    assert call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call.read()
    assert grpc.StatusCode.CANCELLED == await call.code()


async def timeout_on_sleeping_server(target: Target) -> None:
    """A deadline ends a call that nobody answers."""
    call = target.stub.FullDuplexCall(timeout=0.001)
    with suppress(grpc.aio.AioRpcError, asyncio.InvalidStateError):  # it may have passed by now
        await call.write(_wanting(payload=27_182))
    assert grpc.StatusCode.DEADLINE_EXCEEDED == await call.code()


async def custom_metadata(target: Target) -> None:
    """Metadata of both kinds comes back before and after the answer."""
    initial, trailing = "test_initial_metadata_value", b"\xab\xab\xab"
    metadata = ((ECHO_INITIAL, initial), (ECHO_TRAILING, trailing))
    unary = target.stub.UnaryCall(pb.SimpleRequest(response_size=1, payload=_payload(1)), metadata=metadata)
    assert 1 == len((await unary).payload.body)
    stream = target.stub.FullDuplexCall(metadata=metadata)
    await stream.write(_wanting(1, payload=1))
    assert 1 == len((await stream.read()).payload.body)
    await stream.done_writing()
    assert await stream.read() is grpc.aio.EOF
    for call in (unary, stream):
        assert initial == dict(await call.initial_metadata())[ECHO_INITIAL]
        assert trailing == dict(await call.trailing_metadata())[ECHO_TRAILING]


async def status_code_and_message(target: Target) -> None:
    """The client hears the server's own code and words, on both kinds of call."""
    status = pb.EchoStatus(code=2, message="test status message")
    expected = (grpc.StatusCode.UNKNOWN, "test status message")
    assert expected == await _status(target.stub.UnaryCall(pb.SimpleRequest(response_status=status)))
    stream = target.stub.FullDuplexCall()
    await stream.write(pb.StreamingOutputCallRequest(response_status=status))
    await stream.done_writing()
    assert expected == (await stream.code(), await stream.details())


async def special_status_message(target: Target) -> None:
    """Whitespace and every plane of Unicode survive in a message."""
    status = pb.EchoStatus(code=2, message=SPECIAL_MESSAGE)
    call = target.stub.UnaryCall(pb.SimpleRequest(response_status=status))
    assert (grpc.StatusCode.UNKNOWN, SPECIAL_MESSAGE) == await _status(call)


async def unimplemented_method(target: Target) -> None:
    """A method that the service lacks."""
    assert grpc.StatusCode.UNIMPLEMENTED == await _code(target, "/grpc.testing.TestService/UnimplementedCall")


async def unimplemented_service(target: Target) -> None:
    """A service that the server lacks."""
    assert grpc.StatusCode.UNIMPLEMENTED == await _code(target, "/grpc.testing.UnimplementedService/UnimplementedCall")


async def client_compressed_unary(target: Target) -> None:
    """A request is compressed when its call asks for it, and only then."""
    async with _tapped(target) as (stub, tap):
        await _large(stub)
        assert LARGE_REQUEST < tap.take().sent
        await _large(stub, compression=grpc.Compression.Gzip)
        assert SQUEEZED > tap.take().sent


async def client_compressed_streaming(target: Target) -> None:
    """Each message of a stream is compressed by itself."""
    async with _tapped(target) as (stub, tap):
        assert sum(REQUEST_SIZES) == await _aggregated(stub)
        assert sum(REQUEST_SIZES) < tap.take().sent
        assert sum(REQUEST_SIZES) == await _aggregated(stub, compression=grpc.Compression.Gzip)
        assert SQUEEZED > tap.take().sent


async def server_compressed_unary(target: Target) -> None:
    """An answer is compressed when the server chose so, and read all the same."""
    async with _tapped(target) as (stub, tap):
        for compressed in (False, True):
            request = pb.SimpleRequest(
                response_size=LARGE_RESPONSE, response_compressed=pb.BoolValue(value=compressed), payload=_payload(1)
            )
            assert LARGE_RESPONSE == len((await stub.UnaryCall(request)).payload.body)
            assert compressed == (tap.take().received < SQUEEZED)


async def server_compressed_streaming(target: Target) -> None:
    """A server may compress one message of a stream and leave the next as it is."""
    async with _tapped(target) as (stub, tap):
        wanted = [
            pb.ResponseParameters(size=31_415, compressed=pb.BoolValue(value=True)),
            pb.ResponseParameters(size=92_653, compressed=pb.BoolValue(value=False)),
        ]
        call = stub.StreamingOutputCall(pb.StreamingOutputCallRequest(response_parameters=wanted))
        assert [31_415, 92_653] == [len(response.payload.body) async for response in call]
        assert 92_653 < tap.take().received < 92_653 + SQUEEZED


@asynccontextmanager
async def _tapped(target: Target) -> AsyncIterator[tuple[Any, Tap]]:
    """Open a channel of its own whose octets are counted."""
    async with Tap(target.address) as tap, target.connect(tap.address) as channel:
        yield rpc.TestServiceStub(channel), tap


def _payload(size: int) -> Any:
    return pb.Payload(body=bytes(size))


def _wanting(*sizes: int, payload: int = 0) -> Any:
    parameters = [pb.ResponseParameters(size=size) for size in sizes]
    return pb.StreamingOutputCallRequest(response_parameters=parameters, payload=_payload(payload))


async def _status(call: Awaitable[Any]) -> tuple[grpc.StatusCode, str | None]:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    return caught.value.code(), caught.value.details()


async def _code(target: Target, method: str) -> grpc.StatusCode:
    call = target.channel.unary_unary(
        method, request_serializer=pb.Empty.SerializeToString, response_deserializer=pb.Empty.FromString
    )
    return (await _status(call(pb.Empty())))[0]


CASES: tuple[Callable[[Target], Awaitable[None]], ...] = (
    empty_unary,
    large_unary,
    concurrent_large_unary,
    client_streaming,
    server_streaming,
    ping_pong,
    empty_stream,
    cancel_after_begin,
    cancel_after_first_response,
    timeout_on_sleeping_server,
    custom_metadata,
    status_code_and_message,
    special_status_message,
    unimplemented_method,
    unimplemented_service,
    client_compressed_unary,
    client_compressed_streaming,
    server_compressed_unary,
    server_compressed_streaming,
)
