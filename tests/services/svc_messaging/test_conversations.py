"""Conversations, their messages and how far they are read, by single calls."""

import asyncio
from typing import Any

import pytest

from guild.messaging.v1 import message_pb2
from guild.messaging.v1 import messaging_service_pb2 as pb
from guild.messaging.v1.messaging_service_pb2_grpc import MessagingServiceStub
from mesh.errors import InvalidArgument, NotFound, PermissionDenied, Unimplemented
from mesh.ids import uuid7


async def send(instance: Any, member: Any, content: str, client_message_id: str = "", **target: str) -> Any:
    request = pb.SendMessageRequest(client_message_id=client_message_id or str(uuid7()), content=content, **target)
    return await MessagingServiceStub(instance.channel).SendMessage(request, metadata=member.metadata)


async def test_two_first_messages_at_once_meet_in_one_conversation(mesh: Any) -> None:
    """Both sides, both instances, several at a time."""
    stub = MessagingServiceStub(mesh.a.channel)
    for _ in range(5):
        ann, bob = await mesh.friends()
        replies = await asyncio.gather(
            *(send(at, one, "hi", to=other.id) for at in (mesh.a, mesh.b) for one, other in ((ann, bob), (bob, ann)))
        )
        assert 1 == len({reply.message.conversation_id for reply in replies})
        assert [1, 2, 3, 4] == sorted(reply.message.sequence for reply in replies)
        listed = await stub.ListConversations(pb.ListConversationsRequest(), metadata=ann.metadata)
        assert [4] == [conversation.last_sequence for conversation in listed.conversations]


async def test_concurrent_sends_are_numbered_without_gaps(mesh: Any) -> None:
    """Two hundred sends over two instances, every tenth one twice."""
    ann, bob = await mesh.friends()
    first = (await send(mesh.a, ann, "first", to=bob.id)).message
    together = asyncio.Semaphore(50)  # which a server takes at once, however slow the machine

    async def sent(at: Any, number: int) -> pb.SendMessageResponse:
        async with together:
            who = ann if number % 2 else bob
            return await send(at, who, str(number), f"c-{number}", conversation_id=first.conversation_id)

    replies = await asyncio.gather(
        *(sent(at, number) for number in range(200) for at in ((mesh.a, mesh.b) if number % 10 == 0 else (mesh.a,)))
    )
    assert set(range(2, 202)) == {reply.message.sequence for reply in replies}
    assert 20 == sum(reply.duplicate for reply in replies)
    assert 200 == len({reply.message.id for reply in replies})


async def test_conversations_are_listed_by_their_last_message(mesh: Any) -> None:
    """With what is unread and what was said last; pages have each once."""
    ann = await mesh.member()
    others = [await mesh.member() for _ in range(3)]
    ids = []
    for other in others:
        await mesh.connect(ann, other)
        ids.append((await send(mesh.a, other, "hello", to=ann.id)).message.conversation_id)
    await send(mesh.b, others[0], "again", conversation_id=ids[0])
    await send(mesh.b, ann, "mine", conversation_id=ids[0])
    stub = MessagingServiceStub(mesh.b.channel)
    seen: list[Any] = []
    token = ""
    for _ in range(2):
        page = await stub.ListConversations(
            pb.ListConversationsRequest(page_size=2, page_token=token), metadata=ann.metadata
        )
        seen += page.conversations
        token = page.next_page_token
    assert ([ids[0], ids[2], ids[1]], "") == ([conversation.id for conversation in seen], token)
    assert [(2, "mine", 3), (1, "hello", 1), (1, "hello", 1)] == [
        (c.unread_count, c.last_message.content, c.last_sequence) for c in seen
    ]
    read = await stub.MarkConversationRead(
        pb.MarkConversationReadRequest(conversation_id=ids[0], up_to_sequence=1), metadata=ann.metadata
    )
    assert (1, 1) == (read.last_read_sequence, read.unread_count)
    for up_to in (99, 1):
        read = await stub.MarkConversationRead(
            pb.MarkConversationReadRequest(conversation_id=ids[0], up_to_sequence=up_to), metadata=ann.metadata
        )
        assert (3, 0) == (read.last_read_sequence, read.unread_count)
    unread = await stub.ListConversations(pb.ListConversationsRequest(unread_only=True), metadata=ann.metadata)
    assert [ids[2], ids[1]] == [conversation.id for conversation in unread.conversations]
    with pytest.raises(InvalidArgument) as caught:
        await stub.ListConversations(pb.ListConversationsRequest(page_token="made-up"), metadata=ann.metadata)
    assert caught.value.reason == "PAGE_TOKEN_INVALID"


async def test_messages_are_listed_both_ways(mesh: Any) -> None:
    """Newest first, or oldest first behind a sequence; pages have each once."""
    ann, bob = await mesh.friends()
    conversation = (await send(mesh.a, ann, "1", to=bob.id)).message.conversation_id
    for number in range(2, 8):
        await send(mesh.a, ann, str(number), conversation_id=conversation)
    stub = MessagingServiceStub(mesh.b.channel)

    async def listed(**which: Any) -> list[int]:
        sequences: list[int] = []
        token = ""
        while True:
            page = await stub.ListMessages(
                pb.ListMessagesRequest(conversation_id=conversation, page_size=3, page_token=token, **which),
                metadata=bob.metadata,
            )
            sequences += [message.sequence for message in page.messages]
            token = page.next_page_token
            if not token:
                return sequences

    assert [7, 6, 5, 4, 3, 2, 1] == await listed()
    assert [4, 5, 6, 7] == await listed(after_sequence=3)
    assert [1, 2, 3, 4, 5, 6, 7] == await listed(after_sequence=0)


async def test_a_group_needs_permission_for_everybody(mesh: Any) -> None:
    """Then all of them read and write; a repeat with the same key gets the same group."""
    ann, bob = await mesh.friends()
    cat, eve = await mesh.member(), await mesh.member()
    await mesh.connect(ann, cat)
    stub = MessagingServiceStub(mesh.a.channel)
    with pytest.raises(PermissionDenied) as caught:
        await stub.CreateConversation(
            pb.CreateConversationRequest(participant_ids=[bob.id, eve.id], title="four"), metadata=ann.metadata
        )
    assert caught.value.reason == "MESSAGING_NOT_ALLOWED"
    request = pb.CreateConversationRequest(participant_ids=[bob.id, cat.id], title="three")
    keyed = (*ann.metadata, ("idempotency-key", "group-1"))
    created = await stub.CreateConversation(request, metadata=keyed)
    again = await stub.CreateConversation(request, metadata=keyed)
    group = created.conversation
    assert created == again
    assert (sorted([ann.id, bob.id, cat.id]), message_pb2.CONVERSATION_KIND_GROUP, "three", True) == (
        list(group.participant_ids),
        group.kind,
        group.title,
        created.created,
    )
    for member in (cat, bob):
        await send(mesh.b, member, "hi", conversation_id=group.id)
    found = await stub.GetConversation(pb.GetConversationRequest(conversation_id=group.id), metadata=cat.metadata)
    assert (2, 1) == (found.conversation.last_sequence, found.conversation.unread_count)


async def test_a_pair_has_one_conversation(mesh: Any) -> None:
    """Creating it again finds it."""
    ann, bob = await mesh.friends()
    replies = [
        await MessagingServiceStub(at.channel).CreateConversation(
            pb.CreateConversationRequest(participant_ids=[other.id]), metadata=one.metadata
        )
        for at, one, other in ((mesh.a, ann, bob), (mesh.b, bob, ann))
    ]
    assert [True, False] == [reply.created for reply in replies]
    assert 1 == len({reply.conversation.id for reply in replies})


async def test_a_conversation_does_not_exist_for_others(mesh: Any) -> None:
    """Every method answers as if it were made up."""
    ann, bob = await mesh.friends()
    eve = await mesh.member()
    message = (await send(mesh.a, ann, "secret", to=bob.id)).message
    stub = MessagingServiceStub(mesh.a.channel)
    for conversation_id in (message.conversation_id, str(uuid7())):
        here = {"conversation_id": conversation_id}
        for call in (
            stub.GetConversation(pb.GetConversationRequest(**here), metadata=eve.metadata),
            stub.ListMessages(pb.ListMessagesRequest(**here), metadata=eve.metadata),
            stub.MarkConversationRead(pb.MarkConversationReadRequest(**here, up_to_sequence=1), metadata=eve.metadata),
            stub.DeleteMessage(pb.DeleteMessageRequest(**here, message_id=message.id), metadata=eve.metadata),
            send(mesh.a, eve, "hi", conversation_id=conversation_id),
        ):
            with pytest.raises(NotFound) as caught:
                await call
            assert caught.value.reason == "CONVERSATION_NOT_FOUND"


async def test_a_deleted_message_keeps_its_place(mesh: Any) -> None:
    """Only its sender may take the text away, and may do so twice."""
    ann, bob = await mesh.friends()
    message = (await send(mesh.a, ann, "oops", to=bob.id)).message
    stub = MessagingServiceStub(mesh.a.channel)
    request = pb.DeleteMessageRequest(conversation_id=message.conversation_id, message_id=message.id)
    with pytest.raises(PermissionDenied) as caught:
        await stub.DeleteMessage(request, metadata=bob.metadata)
    assert caught.value.reason == "NOT_THE_SENDER"
    for _ in range(2):
        deleted = (await stub.DeleteMessage(request, metadata=ann.metadata)).message
        assert (1, "", message_pb2.MESSAGE_STATE_DELETED) == (deleted.sequence, deleted.content, deleted.state)
    with pytest.raises(NotFound) as missing:
        await stub.DeleteMessage(
            pb.DeleteMessageRequest(conversation_id=message.conversation_id, message_id=str(uuid7())),
            metadata=ann.metadata,
        )
    assert missing.value.reason == "MESSAGE_NOT_FOUND"


async def test_text_that_cannot_be_stored_is_refused(mesh: Any) -> None:
    """U+0000 names its field; neighbours in the same batch are stored."""
    ann, bob = await mesh.friends()
    bad, good = await asyncio.gather(
        send(mesh.a, ann, "a\0b", to=bob.id), send(mesh.a, ann, "ab", to=bob.id), return_exceptions=True
    )
    assert isinstance(bad, InvalidArgument)
    assert ["content"] == [violation.field for violation in bad.violations]
    assert "ab" == good.message.content


async def test_what_is_not_built_says_so(mesh: Any) -> None:
    """Search is in the contract."""
    ann = await mesh.member()
    with pytest.raises(Unimplemented):
        await MessagingServiceStub(mesh.a.channel).SearchMessages(
            pb.SearchMessagesRequest(q="x"), metadata=ann.metadata
        )
