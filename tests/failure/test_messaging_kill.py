"""An instance of messaging is killed while members write: what was acknowledged is there, once, in order."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio

from guild.graph.v1 import connection_service_pb2 as graph
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceStub
from guild.messaging.v1 import chat_pb2 as chat
from guild.messaging.v1 import messaging_service_pb2 as pb
from guild.messaging.v1.messaging_service_pb2_grpc import MessagingServiceStub
from mesh.embedded import free_port
from mesh.errors import Failure
from mesh.settings import NatsSettings
from mesh.testing import TestIdentity, wait_for
from mesh.testing.serving import calling, serving
from svc_messaging.app import build as build_messaging
from svc_messaging.config import Config
from svc_profile.app import build as build_profile
from svc_profile.config import Config as ProfileConfig
from tests.failure.connections import Members, new_pairs
from tests.failure.processes import RoleProcess, environment

pytestmark = pytest.mark.timeout(300)  # processes start slowly on a machine that is busy
PAIRS = 4
WINDOW = 8  # sends of one client that are not acknowledged yet
BETWEEN_KILLS = 80
AFTERWARDS = 40


class StreamEnded(Exception):  # noqa: N818 - nothing of an error about it
    """The server ended the stream."""


@dataclass(eq=False)
class Device:
    """A member's client: writes without end, keeps what is not acknowledged, resumes where it was."""

    metadata: Any
    conversation: str
    channels: list[Any]
    stop: asyncio.Event
    written: int = 0
    unacknowledged: dict[str, None] = field(default_factory=dict)
    acknowledged: dict[str, tuple[int, str]] = field(default_factory=dict)
    seen: list[int] = field(default_factory=list)
    """The sequences of messages and of the acks that stand for the own ones, as they came."""
    refused: list[str] = field(default_factory=list)
    streams: int = 0

    @property
    def cursor(self) -> int:
        """The last sequence this device has."""
        return self.seen[-1] if self.seen else 0

    async def live(self) -> None:
        """Chat until told to stop, over whichever instance answers; then wait for the last acks."""
        while not self.stop.is_set() or self.unacknowledged:
            channel = self.channels[self.streams % len(self.channels)]
            self.streams += 1
            with contextlib.suppress(Failure, StreamEnded, asyncio.InvalidStateError):
                await self._chat(MessagingServiceStub(channel).Chat(metadata=self.metadata))
            await asyncio.sleep(0.05)

    async def listen(self, channel: Any, up_to: int) -> None:
        """Resume once more, to get everything up to a sequence."""
        stream = MessagingServiceStub(channel).Chat(metadata=self.metadata)
        await self.hello(stream)
        while self.cursor < up_to:
            await self.hear(stream)
        stream.cancel()

    async def _chat(self, stream: Any) -> None:
        try:
            await self.hello(stream)
            for content in [*self.unacknowledged]:
                await self._send(stream, content)
            while self.unacknowledged or not self.stop.is_set():
                while len(self.unacknowledged) < WINDOW and not self.stop.is_set():
                    self.unacknowledged[str(self.written)] = None
                    self.written += 1
                    await self._send(stream, str(self.written - 1))
                await self.hear(stream)
        finally:
            stream.cancel()

    async def hello(self, stream: Any) -> None:
        """Open a stream where this device is."""
        hello = chat.ChatHello(resume={self.conversation: self.cursor})
        await stream.write(chat.ChatRequest(hello=hello))

    async def _send(self, stream: Any, content: str) -> None:
        sent = chat.ChatSend(client_message_id=content, conversation_id=self.conversation, content=content)
        await stream.write(chat.ChatRequest(send=sent))

    async def hear(self, stream: Any) -> None:
        """Take one frame."""
        frame = await stream.read()
        match frame.WhichOneof("frame") if isinstance(frame, chat.ChatResponse) else "end":
            case "ack":
                ack = frame.ack
                self.unacknowledged.pop(ack.client_message_id, None)
                self.acknowledged[ack.client_message_id] = (ack.sequence, ack.message_id)
                if not ack.duplicate:
                    self.seen.append(ack.sequence)
            case "message":
                self.seen.append(frame.message.sequence)
            case "error":  # nothing is wrong with any frame: what is refused is refused for the time being
                self.refused.append(frame.error.status.message)
                raise StreamEnded
            case "end" | "goaway":
                raise StreamEnded
            case _:
                return


@dataclass(frozen=True)
class Messaging:
    """Two instances, their database seen from outside, devices of members who are connected."""

    config: Config
    instances: tuple[RoleProcess, RoleProcess]
    database: asyncpg.Connection
    devices: list[tuple[Device, Device]]
    stop: asyncio.Event

    def acknowledged(self) -> int:
        return sum(len(device.acknowledged) for pair in self.devices for device in pair)


@pytest_asyncio.fixture
async def messaging(ground: Any, identity: TestIdentity) -> AsyncIterator[Messaging]:
    profile_db, settings = await ground.database("svc_profile"), await ground.database("svc_messaging")
    async with AsyncExitStack() as stack:
        profile = await stack.enter_async_context(
            serving(build_profile(ProfileConfig(**ground.profile, database=profile_db)))
        )
        env = environment(ground, identity, settings.dsn, GUILD_PROFILE_ADDRESS=profile.address)
        instances = (
            RoleProcess("svc_messaging", env=env, ground=ground),
            RoleProcess("svc_messaging", env=env, ground=ground),
        )
        for instance in instances:
            stack.callback(instance.kill)
        await asyncio.gather(*(instance.start() for instance in instances))
        channels = [await stack.enter_async_context(calling(instance.address)) for instance in instances]
        outside = await asyncpg.connect(profile_db.dsn)
        pairs = await new_pairs(outside, identity, PAIRS)
        await outside.close()
        stop = asyncio.Event()
        devices = [await _devices(profile.channel, channels, members, stop) for members in pairs]
        database = await asyncpg.connect(settings.dsn)
        config = Config(**ground.common, database=settings, profile_address=profile.address)
        yield Messaging(config, instances, database, devices, stop)
        await database.close()


async def _devices(profile: Any, channels: list[Any], members: Members, stop: asyncio.Event) -> tuple[Device, Device]:
    """Connect two, open their conversation; each uses another instance first."""
    (one, asked), (other, accepting) = members.metadata.items()
    connections = ConnectionServiceStub(profile)
    await connections.RequestConnection(graph.RequestConnectionRequest(user_id=str(other)), metadata=asked)
    await connections.AcceptConnection(graph.AcceptConnectionRequest(user_id=str(one)), metadata=accepting)
    request = pb.CreateConversationRequest(participant_ids=[str(other)])
    reply = await MessagingServiceStub(channels[0]).CreateConversation(request, metadata=asked)
    conversation = reply.conversation.id
    return Device(asked, conversation, channels, stop), Device(accepting, conversation, channels[::-1], stop)


async def test_acknowledged_messages_survive_kills(messaging: Messaging) -> None:
    """Each instance is killed once; all sides end with the same messages, without gap, repeat or change of order."""
    first, second = messaging.instances

    async def more(count: int) -> None:
        before = messaging.acknowledged()
        await wait_for(lambda: messaging.acknowledged() >= before + count, timeout=30)

    async with asyncio.TaskGroup() as group:
        for pair in messaging.devices:
            for device in pair:
                group.create_task(device.live())
        await more(BETWEEN_KILLS)
        first.kill()
        await more(BETWEEN_KILLS)
        await first.start()
        second.kill()
        await more(AFTERWARDS)
        messaging.stop.set()

    for pair in messaging.devices:
        stored = await messaging.database.fetch(
            "SELECT sequence, message_id::text, sender_id, client_message_id, content FROM messages"
            " WHERE conversation_id = $1 ORDER BY sequence",
            UUID(pair[0].conversation),
        )
        in_order = list(range(1, len(stored) + 1))
        assert in_order == [row["sequence"] for row in stored]
        for device in pair:
            await device.listen(pair[0].channels[0], len(stored))  # the instance that lives
            mine = [row for row in stored if device.acknowledged.get(row["client_message_id"]) == tuple(row)[:2]]
            assert [str(number) for number in range(device.written)] == [row["content"] for row in mine]
            assert in_order == device.seen
            assert device.streams > 1
        assert len(stored) == sum(device.written for device in pair)
    told = await messaging.database.fetchval("SELECT count(*) FROM outbox WHERE subject LIKE 'guild.messages.%sent%'")
    assert sum(device.written for pair in messaging.devices for device in pair) == told


async def test_a_repeat_tells_what_a_killed_instance_could_not(
    ground: Any, identity: TestIdentity, messaging: Messaging
) -> None:
    """An instance that stored a message and told nobody: the repeat through another one reaches the recipient."""
    writer, reader = messaging.devices[0]
    mute = build_messaging(replace(messaging.config, nats=NatsSettings(f"nats://127.0.0.1:{free_port()}")))
    request = pb.SendMessageRequest(conversation_id=writer.conversation, client_message_id="1", content="hello")
    stream = MessagingServiceStub(reader.channels[0]).Chat(metadata=reader.metadata)
    await reader.hello(stream)
    await reader.hear(stream)  # the welcome

    async with serving(mute) as running:
        await MessagingServiceStub(running.channel).SendMessage(request, metadata=writer.metadata)
    repeat = await MessagingServiceStub(writer.channels[0]).SendMessage(request, metadata=writer.metadata)
    while not reader.seen:
        await reader.hear(stream)
    stream.cancel()

    assert [1] == reader.seen
    assert "hello" == repeat.message.content
