"""Two instances of the messaging service on one database and one bus, beside the real profile service."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from guild.auth.v1 import auth_service_pb2 as auth
from guild.auth.v1.auth_service_pb2_grpc import AuthServiceStub
from guild.graph.v1 import connection_service_pb2 as graph
from guild.graph.v1.connection_service_pb2_grpc import (
    ConnectionServiceStub,
    add_ConnectionServiceServicer_to_server,
)
from guild.messaging.v1 import chat_pb2 as chat
from guild.messaging.v1.messaging_service_pb2_grpc import MessagingServiceStub
from mesh.errors import Failure
from mesh.ids import uuid7
from mesh.rpc.pipeline import Pipeline
from mesh.rpc.server import RpcServer
from mesh.settings import RedisSettings
from mesh.testing import TestIdentity
from mesh.testing.databases import Databases
from svc_messaging.app import build
from svc_messaging.config import Config
from tests.services.svc_messaging.network import Decisions, Network

Metadata = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Member:
    id: str
    metadata: Metadata


@dataclass(frozen=True)
class Mesh:
    """The profile service with two instances of messaging."""

    profile: Any
    a: Any
    b: Any
    config: Config

    async def member(self) -> Member:
        reply = await AuthServiceStub(self.profile.channel).Register(
            auth.RegisterRequest(email=f"{uuid7()}@example.com", password="correct horse", name="Some One")
        )
        return Member(reply.user.id, (("authorization", f"Bearer {reply.access_token}"),))

    async def connect(self, one: Member, other: Member) -> None:
        stub = ConnectionServiceStub(self.profile.channel)
        await stub.RequestConnection(graph.RequestConnectionRequest(user_id=other.id), metadata=one.metadata)
        await stub.AcceptConnection(graph.AcceptConnectionRequest(user_id=one.id), metadata=other.metadata)

    async def remove(self, one: Member, other: Member) -> None:
        stub = ConnectionServiceStub(self.profile.channel)
        await stub.RemoveConnection(graph.RemoveConnectionRequest(user_id=other.id), metadata=one.metadata)

    async def friends(self) -> tuple[Member, Member]:
        one, other = await self.member(), await self.member()
        await self.connect(one, other)
        return one, other


class Client:
    """One chat stream as a test speaks it."""

    def __init__(self, instance: Any, member: Any) -> None:
        self._stream = MessagingServiceStub(instance.channel).Chat(metadata=member.metadata)

    async def hello(self, resume: dict[str, int] | None = None, change_cursor: str = "") -> chat.ChatWelcome:
        await self.write(hello=chat.ChatHello(resume=resume or {}, change_cursor=change_cursor))
        self.welcome = await self.read("welcome")
        return self.welcome

    async def write(self, **frame: Any) -> None:
        await self._stream.write(chat.ChatRequest(**frame))

    async def send(self, content: str, client_message_id: str | None = None, **target: str) -> None:
        sent = chat.ChatSend(client_message_id=client_message_id or str(uuid7()), content=content, **target)
        await self.write(send=sent)

    async def read(self, kind: str) -> Any:
        """The next frame of a kind; presence is passed over, anything else is a surprise."""
        while True:
            frame = await self._stream.read()
            found = frame.WhichOneof("frame") if isinstance(frame, chat.ChatResponse) else "EOF"
            if found == "presence" and kind != "presence":
                continue
            assert kind == found, f"{kind} was expected, got {frame}"
            return getattr(frame, kind) if found != "EOF" else None

    async def failure(self) -> Failure:
        """What the stream ends with."""
        with pytest.raises(Failure) as caught:
            await self.raw()
        return caught.value

    async def raw(self) -> Any:
        return await self._stream.read()

    async def end(self) -> None:
        await self._stream.done_writing()
        await self.read("EOF")

    def cancel(self) -> None:
        self._stream.cancel()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def mesh(
    common: dict[str, Any], profile: Any, serve: Callable[..., Any], database_of: Databases
) -> AsyncIterator[Mesh]:
    config = Config(**common, database=await database_of("svc_messaging"), profile_address=profile.address)
    async with AsyncExitStack() as stack:
        a = await stack.enter_async_context(serve(build(config)))
        b = await stack.enter_async_context(serve(build(config)))
        yield Mesh(profile, a, b, config)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def network(
    common: dict[str, Any],
    serve: Callable[..., Any],
    database_of: Databases,
    identity: TestIdentity,
    other_redis_settings: RedisSettings,
) -> AsyncIterator[Network]:
    """Messaging beside a profile service of the test's own, which vouches for nothing that it says."""
    decisions = Decisions()
    servicers = [(add_ConnectionServiceServicer_to_server, decisions)]
    profile = RpcServer(common["server"], servicers, Pipeline(), engine=common["rpc"].engine)
    await profile.start()
    settings: dict[str, Any] = {**common, "redis": other_redis_settings, "profile_address": profile.address}
    config = Config(**settings, database=await database_of("svc_messaging"))
    async with serve(build(config)) as running, Redis.from_url(config.redis.url) as redis:
        yield Network(running, decisions, identity, redis)
    await profile.stop()


@pytest.fixture
async def chatting() -> AsyncIterator[Callable[..., Any]]:
    """Opens clients that are gone when the test is over."""
    clients: list[Client] = []

    async def open_client(
        instance: Any,
        member: Any,
        resume: dict[str, int] | None = None,
        *,
        change_cursor: str = "",
        hello: bool = True,
    ) -> Client:
        client = Client(instance, member)
        clients.append(client)
        if hello:
            await client.hello(resume, change_cursor)
        return client

    yield open_client
    for client in clients:
        client.cancel()
