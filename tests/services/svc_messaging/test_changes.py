"""What happened to older messages reaches every device: live, after a lost signal, after an absence."""

from typing import Any

from guild.messaging.v1 import message_pb2
from guild.messaging.v1 import messaging_service_pb2 as pb
from guild.messaging.v1.messaging_service_pb2_grpc import MessagingServiceStub
from tests.services.svc_messaging.network import Network


async def delete(mesh: Any, member: Any, message: Any) -> None:
    await MessagingServiceStub(mesh.a.channel).DeleteMessage(
        pb.DeleteMessageRequest(conversation_id=message.conversation_id, message_id=message.id),
        metadata=member.metadata,
    )


async def send(mesh: Any, member: Any, content: str, **target: str) -> Any:
    request = pb.SendMessageRequest(client_message_id=content, content=content, **target)
    return (await MessagingServiceStub(mesh.a.channel).SendMessage(request, metadata=member.metadata)).message


async def test_a_deleted_message_goes_from_every_device(mesh: Any, chatting: Any) -> None:
    """The sender's own and the recipient's, at both instances, once however often it is deleted."""
    ann, bob = await mesh.friends()
    message = await send(mesh, ann, "oops", to=bob.id)
    devices = [await chatting(at, member) for at in (mesh.a, mesh.b) for member in (ann, bob)]
    for _ in range(2):
        await delete(mesh, ann, message)
    second = await send(mesh, ann, "better", conversation_id=message.conversation_id)
    for device in devices:
        changed = await device.read("changed")
        assert (message.id, 1, "", message_pb2.MESSAGE_STATE_DELETED) == (
            changed.message.id,
            changed.message.sequence,
            changed.message.content,
            changed.message.state,
        )
        assert second.id == (await device.read("message")).id


async def test_changes_during_an_absence_come_with_the_cursor(mesh: Any, chatting: Any) -> None:
    """Those since the cursor, in their order, once; without a cursor none, because nothing old is there to change."""
    ann, bob = await mesh.friends()
    first = await send(mesh, ann, "0", to=bob.id)
    here = first.conversation_id
    messages = [first, *[await send(mesh, ann, str(n), conversation_id=here) for n in range(1, 4)]]
    client = await chatting(mesh.b, bob)
    assert "0" == client.welcome.change_cursor
    await delete(mesh, ann, messages[2])
    cursor = (await client.read("changed")).change_cursor
    await client.end()
    for message in (messages[3], messages[0]):
        await delete(mesh, ann, message)

    again = await chatting(mesh.a, bob, {here: 4}, change_cursor=cursor)
    changes = [await again.read("changed") for _ in range(2)]
    assert [messages[3].id, messages[0].id] == [changed.message.id for changed in changes]
    assert again.welcome.change_cursor == changes[-1].change_cursor
    fresh = await chatting(mesh.a, bob)
    await send(mesh, ann, "4", conversation_id=here)
    assert [5, 5] == [(await device.read("message")).sequence for device in (again, fresh)]
    latest = await chatting(mesh.b, bob, change_cursor=again.welcome.change_cursor)
    await delete(mesh, ann, messages[1])
    assert messages[1].id == (await latest.read("changed")).message.id


async def test_a_lost_change_is_noticed_with_the_next_one(mesh: Any, chatting: Any) -> None:
    """The log has no gaps: what was not signalled is read from it first."""
    ann, bob = await mesh.friends()
    first = await send(mesh, ann, "0", to=bob.id)
    second = await send(mesh, ann, "1", conversation_id=first.conversation_id)
    client = await chatting(mesh.b, bob)
    signals = next(part for part in mesh.a.app.parts if part.name == "chat signals")
    publish, signals.publish = signals.publish, lambda *_: None
    await delete(mesh, ann, first)
    signals.publish = publish
    await delete(mesh, ann, second)
    assert [first.id, second.id] == [(await client.read("changed")).message.id for _ in range(2)]


async def test_a_cursor_of_nobody_is_refused(network: Network, chatting: Any) -> None:
    """What the service never gave out; one from the future waits for nothing."""
    (ann,) = network.friends(1)
    client = await chatting(network.running, ann, hello=False)
    await client.write(hello={"change_cursor": "first"})
    refused = await client.failure()
    assert ["hello.change_cursor"] == [violation.field for violation in refused.violations]
    assert "0" == (await chatting(network.running, ann, change_cursor="7")).welcome.change_cursor


async def test_a_deleted_message_is_not_unread(network: Network) -> None:
    """The count goes down for who had not read it, and for nobody else; reading counts none that is gone."""
    ann, bob = network.friends()
    messages = [await network.send(ann, to=str(bob.user_id)) for _ in range(4)]
    here = messages[0].conversation_id

    async def read(up_to: int) -> int:
        request = pb.MarkConversationReadRequest(conversation_id=here, up_to_sequence=up_to)
        return (await network.stub.MarkConversationRead(request, metadata=bob.metadata)).unread_count

    async def take_back(which: int) -> int:
        request = pb.DeleteMessageRequest(conversation_id=here, message_id=messages[which].id)
        await network.stub.DeleteMessage(request, metadata=ann.metadata)
        return (await network.standing(bob, here)).unread_count

    assert 3 == await read(1)
    assert 3 == await take_back(0)
    assert 2 == await take_back(3)
    assert 1 == await read(2)
    assert 0 == await take_back(2)
    assert 0 == await read(4)
    assert 0 == (await network.standing(ann, here)).unread_count


async def test_an_etag_tells_one_state_from_another(network: Network) -> None:
    """It changes with each change of what the caller has of a conversation, and with nothing else."""
    ann, bob = network.friends()
    here = (await network.send(ann, to=str(bob.user_id))).conversation_id
    mute = pb.MuteConversationRequest(conversation_id=here)
    read = pb.MarkConversationReadRequest(conversation_id=here, up_to_sequence=1)

    async def tag() -> str:
        return (await network.standing(bob, here)).etag

    seen = [await tag()]
    assert seen == [await tag()]
    await network.stub.MarkConversationRead(read, metadata=bob.metadata)
    seen.append(await tag())
    seen.append((await network.stub.MuteConversation(mute, metadata=bob.metadata)).conversation.etag)
    await network.send(ann, conversation_id=here)
    seen.append(await tag())
    assert len(seen) == len(set(seen))
