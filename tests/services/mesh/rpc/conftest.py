"""A probe service with every kind of method, on both engines, over a real socket."""

import asyncio
import importlib
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import grpc
import grpc_tools
import pytest_asyncio
from grpc_tools import protoc

from mesh import principal
from mesh.auth import SessionRevoked, TokenExpired
from mesh.contract import validate
from mesh.errors import Failure, NotFound, Unauthenticated, Unavailable
from mesh.ids import UserId
from mesh.principal import Principal
from mesh.rpc import engine as engines
from mesh.rpc.call import current_call
from mesh.rpc.client import Peer
from mesh.rpc.client.retries import RetryPolicy
from mesh.rpc.concerns.tracing import trusts_nobody
from mesh.rpc.pipeline import Pipeline, standard_pipeline
from mesh.rpc.server import RpcServer
from mesh.settings import MAX_MESSAGE_BYTES, Engine, ServerSettings

HERE = Path(__file__).parent
ROOT = HERE.parents[3]
WELL_KNOWN = Path(grpc_tools.__file__).parent / "_proto"
ANN = UUID("018f0000-0000-7000-8000-000000000001")


def _generate() -> tuple[Any, Any]:
    with tempfile.TemporaryDirectory() as out:
        includes = [f"-I{HERE}", f"-I{ROOT / 'proto'}", f"-I{ROOT / 'third_party'}", f"-I{WELL_KNOWN}"]
        assert protoc.main(["protoc", *includes, f"--python_out={out}", f"--grpc_python_out={out}", "probe.proto"]) == 0
        sys.path.insert(0, out)
        try:
            return importlib.import_module("probe_pb2"), importlib.import_module("probe_pb2_grpc")
        finally:
            sys.path.remove(out)


PB, GRPC = _generate()


class ProbeNotFound(NotFound):
    reason = "PROBE_NOT_FOUND"


def _fault(text: str) -> Exception | None:
    """What a request with such a text comes to."""
    match text:
        case "missing":
            return ProbeNotFound("no such probe", metadata={"probe_id": "7"})
        case "timeout":
            return TimeoutError("of something within")
        case "bug":
            return RuntimeError("the password is hunter2")
        case "revoked":
            return SessionRevoked("that session was ended")
        case _:
            return None


class Probe(GRPC.ProbeServiceServicer):
    """Answers what the text of a request asks for."""

    def __init__(self) -> None:
        self.calls = 0
        self.cancelled = asyncio.Event()
        self.entered = asyncio.Event()
        self.capacity = asyncio.Semaphore(4)
        """How many calls with the text "work" are worked on at once; each takes 80 ms, whatever the machine."""
        self.late = 0
        """How many of those were begun when nobody waited any more."""
        self.unavailable = 0
        """How many calls to refuse before one is answered."""
        self.behind: Any = None
        """A stub of another service, where calls with the text "behind" write, and read afterwards."""

    async def Echo(self, request: Any, _context: Any) -> Any:
        self.calls += 1
        if self.unavailable:
            self.unavailable -= 1
            raise Unavailable("not now")
        return await (self._work() if request.text == "work" else self._answer(request))

    Mine = Open = Internal = Operate = Keyed = Unsafe = Echo
    Ambient = Urgent = Delicate = Appeal = Write = Read = Echo

    async def Hurry(self, _request: Any, _context: Any) -> Any:
        await self._wait()

    async def Count(self, request: Any, _context: Any) -> AsyncIterator[Any]:
        try:
            self.calls += 1
            if self.unavailable:
                self.unavailable -= 1
                raise Unavailable("not now")
            for number in range(request.number):
                yield PB.EchoReply(number=number, text=await self._text())
            if request.text:
                yield await self._answer(request)
        except (asyncio.CancelledError, GeneratorExit):
            self.cancelled.set()
            raise

    async def Collect(self, requests: AsyncIterator[Any], _context: Any) -> Any:
        received = [request async for request in requests]
        if any(request.text == "missing" for request in received):
            raise ProbeNotFound("no such probe")
        numbers = [request.number for request in received]
        return PB.EchoReply(number=sum(numbers), text=await self._text())

    async def Converse(self, requests: AsyncIterator[Any], context: Any) -> None:
        async for request in requests:
            if request.text == "abort":
                await context.abort(grpc.StatusCode.ABORTED, "ended by hand")
            try:
                validate(request)
            except Failure as failure:
                await context.write(PB.EchoReply(text=failure.reason))
            else:
                await context.write(await self._answer(request))

    async def _answer(self, request: Any) -> Any:
        if error := _fault(request.text):
            raise error
        match request.text:
            case "behind":
                await self.behind.Write(PB.EchoRequest())
                await self.behind.Read(PB.EchoRequest())
            case "group":
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._answer(PB.EchoRequest(text="missing")))
            case "wait":
                await self._wait()
            case "slow":
                self.entered.set()
                await asyncio.sleep(0.2)
            case "bytes":
                return PB.EchoReply(text="as bytes").SerializeToString()
            case "large":
                return PB.EchoReply(text="x" * 20_000)
            case "deadline" | "metadata" as what:
                return PB.EchoReply(text=_about_call(what))
            case _:
                pass
        return PB.EchoReply(text=request.text or await self._text(), number=request.number)

    async def _work(self) -> Any:
        call = current_call.get()
        self.late += call is not None and call.remaining() == 0.0
        async with self.capacity:
            await asyncio.sleep(0.08)
        return PB.EchoReply()

    async def _wait(self) -> None:
        self.entered.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.cancelled.set()
            raise

    async def _text(self) -> str:
        user = principal.current().user_id
        return str(user) if user else "nobody"


def _about_call(what: str) -> str:
    call = current_call.get()
    assert call is not None
    return f"{call.remaining():.3f}" if what == "deadline" else repr(sorted(call.metadata.items()))


async def authenticate(pairs: Any) -> Principal:
    """Believe what the metadata says."""
    given = dict(pairs)
    if given.get("authorization") == "stale":
        raise TokenExpired("that token is over")
    if given.get("authorization") == "wrong" or given.get("x-guild-service-token") == "forged":
        raise Unauthenticated("that token is not valid")
    return Principal(
        user_id=UserId(UUID(given["authorization"])) if "authorization" in given else None,
        service=given.get("x-guild-service-token"),
        operator=given.get("x-admin-token"),
        address=given.get("x-guild-client-address"),
        session_id=UUID(given["x-session"]) if "x-session" in given else None,
        suspended="x-suspended" in given,
        stepped_up="x-stepped-up" in given,
    )


Serve = Callable[..., Awaitable[SimpleNamespace]]


@pytest_asyncio.fixture(loop_scope="module")
async def serve(engine: Engine) -> AsyncIterator[Serve]:
    """A factory: await it for a running server with a raw stub and a peer's stub."""
    closing: list[Callable[[], Awaitable[None]]] = []

    async def serve_(
        *,
        limiter: Any = None,
        store: Any = None,
        max_calls: int = 100,
        trusts: Any = trusts_nobody,
        consistency: Any = None,
        sessions: Any = None,
        retry: RetryPolicy | None = None,
        credentials: Any = None,
        pipeline: Pipeline | None = None,
        grace: float = 2.0,
        client: Engine | None = None,
        **settings: Any,
    ) -> SimpleNamespace:
        probe = Probe()
        pipeline = pipeline or standard_pipeline(
            authenticate,
            limiter,
            store,
            max_reply_bytes=settings.get("max_message_bytes", MAX_MESSAGE_BYTES),
            trusts=trusts,
            consistency=consistency,
            sessions=sessions,
        )
        server = RpcServer(
            ServerSettings(max_calls=max_calls, **settings),
            [(GRPC.add_ProbeServiceServicer_to_server, probe)],
            pipeline,
            engine=engine,
            grace=grace,
        )
        await server.start()
        channel = engines.channel(engine, server.address)
        peer = Peer(server.address, name="probe", engine=client or engine, retry=retry, credentials=credentials)
        await peer.start()
        closing.extend((peer.stop, channel.close, server.stop))
        return SimpleNamespace(
            server=server,
            probe=probe,
            channel=channel,
            peer=peer,
            stub=GRPC.ProbeServiceStub(channel),
            typed=GRPC.ProbeServiceStub(peer.channel),
        )

    yield serve_
    for close in closing:
        await close()
