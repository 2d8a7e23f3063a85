"""What the chat stream does when a reader, a server or the bus fails."""

import asyncio
import dataclasses
import io
from collections.abc import AsyncIterator, Callable
from typing import Any

from rich.console import Console

from guild.messaging.v1 import chat_pb2 as chat
from guild.messaging.v1 import messaging_service_pb2 as pb
from guild.messaging.v1.messaging_service_pb2_grpc import MessagingServiceStub
from guildctl.chat.account import Account
from guildctl.chat.room import Room
from mesh.embedded import free_port
from mesh.testing import wait_for
from svc_messaging.app import build
from svc_messaging.config import Config


def part(running: Any, name: str) -> Any:
    return next(found for found in running.app.parts if found.name == name)


async def test_a_slow_reader_is_told_to_come_back(mesh: Any, chatting: Any) -> None:
    """Past its buffer the stream ends with goaway; resume gives the rest without a gap."""
    ann, bob = await mesh.friends()
    at_a, slow = await chatting(mesh.a, ann), await chatting(mesh.b, bob)
    text = "🙂" * 8000  # 32 KB: more than the transport takes in advance
    await at_a.send(text, to=bob.id)
    conversation = (await at_a.read("ack")).conversation_id
    streams = part(mesh.b, "chat hub")._switchboard

    def is_closing() -> bool:
        return all(stream.closing for stream in streams.all() if str(stream.user_id) == bob.id)

    sent = 1
    while sent < 300 and not is_closing():  # from then on a reader has so many seconds to hear of it
        await at_a.send(text, conversation_id=conversation)
        await at_a.read("ack")
        sent += 1
    await wait_for(is_closing)
    seen: list[int] = []
    while (frame := await slow.raw()).WhichOneof("frame") != "goaway":
        seen.append(frame.message.sequence)
    assert chat.GOAWAY_REASON_SLOW_READER == frame.goaway.reason
    await slow.read("EOF")
    assert list(range(1, len(seen) + 1)) == seen
    assert len(seen) < sent
    again = await chatting(mesh.b, bob, {conversation: len(seen)})
    rest = [(await again.read("message")).sequence for _ in range(sent - len(seen))]
    assert list(range(len(seen) + 1, sent + 1)) == rest


async def test_without_the_bus_sends_are_acknowledged_and_streams_catch_up(mesh: Any, chatting: Any) -> None:
    """What the other instance could not signal is read from the store when the bus is back."""
    ann, bob = await mesh.friends()
    at_a, at_b = await chatting(mesh.a, ann), await chatting(mesh.b, bob)
    await at_a.send("0", to=bob.id)
    conversation = (await at_a.read("ack")).conversation_id
    await at_b.read("message")
    bus = part(mesh.b, "bus")
    deaf = [subscription for subscription in bus._subscriptions if bob.id in subscription._subject]
    await deaf[0]._live.unsubscribe()  # the bus forgot this instance
    await bus.nc.flush()
    for number in range(1, 6):
        await at_a.send(str(number), conversation_id=conversation)
        ack = await at_a.read("ack")
        assert number + 1 == ack.sequence
    await MessagingServiceStub(mesh.a.channel).DeleteMessage(
        pb.DeleteMessageRequest(conversation_id=conversation, message_id=ack.message_id), metadata=ann.metadata
    )
    for listener in tuple(bus._listeners):
        listener()  # it reconnected
    missed = [await at_b.raw() for _ in range(6)]
    assert [2, 3, 4, 5, 6] == [frame.message.sequence for frame in missed if frame.HasField("message")]
    assert [6] == [frame.changed.message.sequence for frame in missed if frame.HasField("changed")]


async def test_a_gap_is_filled_before_what_comes_after_it(mesh: Any, chatting: Any) -> None:
    """A lost signal is noticed with the next one."""
    ann, bob = await mesh.friends()
    at_a, at_b = await chatting(mesh.a, ann), await chatting(mesh.b, bob)
    await at_a.send("0", to=bob.id)
    conversation = (await at_a.read("ack")).conversation_id
    await at_b.read("message")
    signals = part(mesh.a, "chat signals")
    publish, signals.publish = signals.publish, lambda *_: None
    for number in range(1, 4):
        await at_a.send(str(number), conversation_id=conversation)
        await at_a.read("ack")
    signals.publish = publish
    await at_a.send("4", conversation_id=conversation)
    assert [2, 3, 4, 5] == [(await at_b.read("message")).sequence for _ in range(4)]


async def test_the_terminal_client_survives_a_restart_of_its_server(mesh: Any, serve: Callable[..., Any]) -> None:
    """Goaway, reconnect, resume: what was typed is stored once, what was sent or deleted meanwhile is shown."""
    ann, bob = await mesh.friends()
    port = free_port()
    config: Config = dataclasses.replace(mesh.config, server=dataclasses.replace(mesh.config.server, port=port))
    typed: asyncio.Queue[str] = asyncio.Queue()

    async def lines() -> AsyncIterator[str]:
        while line := await typed.get():
            yield line

    out = io.StringIO()
    account = Account(mesh.profile.channel)
    await account.use(ann.metadata[0][1].removeprefix("Bearer "))

    async def write(text: str) -> Any:
        return await MessagingServiceStub(mesh.b.channel).SendMessage(
            pb.SendMessageRequest(to=ann.id, client_message_id=text, content=text), metadata=bob.metadata
        )

    async with serve(build(config)) as first:
        channel = first.channel
        room = Room(channel, account, Console(file=out, width=200))
        chatting = asyncio.create_task(room.run(lines(), bob.id))
        await typed.put("before")
        await wait_for(lambda: "stored as number 1" in out.getvalue(), timeout=15)
        answer = (await write("answer")).message
        conversation = answer.conversation_id
        await wait_for(lambda: "answer" in out.getvalue(), timeout=15)
        await first.app.drain()
        await wait_for(lambda: "connect again" in out.getvalue(), timeout=15)
        await first.app.stop()
        await typed.put("during")
        await write("meanwhile")
        await MessagingServiceStub(mesh.b.channel).DeleteMessage(
            pb.DeleteMessageRequest(conversation_id=conversation, message_id=answer.id), metadata=bob.metadata
        )
        async with serve(build(config)):
            await wait_for(lambda: "meanwhile" in out.getvalue() and "stored as number 4" in out.getvalue(), timeout=30)
            await wait_for(lambda: "deleted number 2" in out.getvalue(), timeout=30)
            await typed.put("/history")
            await typed.put("/quit")
            await chatting
    listed = await MessagingServiceStub(mesh.b.channel).ListMessages(
        pb.ListMessagesRequest(conversation_id=conversation), metadata=bob.metadata
    )
    assert ["during", "meanwhile", "", "before"] == [message.content for message in listed.messages]
