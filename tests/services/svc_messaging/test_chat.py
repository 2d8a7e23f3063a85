"""The chat stream across two instances."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from google.rpc import error_details_pb2
from redis.asyncio import Redis

from guild.auth.v1 import auth_service_pb2 as auth
from guild.auth.v1.auth_service_pb2_grpc import AuthServiceStub
from guild.messaging.v1 import chat_pb2 as chat
from guild.messaging.v1 import messaging_service_pb2 as pb
from guild.messaging.v1.messaging_service_pb2_grpc import MessagingServiceStub
from mesh.errors import InvalidArgument, ResourceExhausted, Unauthenticated
from mesh.ids import uuid7
from mesh.settings import RedisSettings
from svc_messaging.domain.ids import UserId


def reason(error: chat.ChatError) -> str:
    info = error_details_pb2.ErrorInfo()
    assert error.status.details[0].Unpack(info)
    return info.reason


async def test_a_message_sent_at_one_instance_is_received_at_the_other(mesh: Any, chatting: Any) -> None:
    """The sender gets an ack, the recipient the message, each once."""
    ann, bob = await mesh.friends()
    at_a, at_b = await chatting(mesh.a, ann), await chatting(mesh.b, bob)
    await at_a.send("hello", "c-1", to=bob.id)
    ack = await at_a.read("ack")
    message = await at_b.read("message")
    assert ("c-1", 1, False) == (ack.client_message_id, ack.sequence, ack.duplicate)
    assert (ack.message_id, ack.conversation_id, ann.id, 1, "hello", "") == (
        message.id,
        message.conversation_id,
        message.sender_id,
        message.sequence,
        message.content,
        message.client_message_id,
    )
    await at_b.send("hi", conversation_id=ack.conversation_id)
    answer = await at_a.read("message")
    assert (2, "hi") == (answer.sequence, answer.content)
    assert 2 == (await at_b.read("ack")).sequence


async def test_the_senders_other_devices_get_the_message(mesh: Any, chatting: Any) -> None:
    """On both instances, with the sender's own id for it."""
    ann, bob = await mesh.friends()
    first, same, other = [await chatting(at, ann) for at in (mesh.a, mesh.a, mesh.b)]
    await first.send("hello", "c-1", to=bob.id)
    await first.read("ack")
    assert ["c-1", "c-1"] == [(await client.read("message")).client_message_id for client in (same, other)]


async def test_pipelined_sends_keep_their_order(mesh: Any, chatting: Any) -> None:
    """Two hundred sends written without waiting are numbered as they were written, and arrive so."""
    ann, bob = await mesh.friends()
    at_a, at_b = await chatting(mesh.a, ann), await chatting(mesh.b, bob)
    for number in range(200):
        await at_a.send(str(number), to=bob.id)
    acks = [await at_a.read("ack") for _ in range(200)]
    received = [await at_b.read("message") for _ in range(200)]
    assert list(range(1, 201)) == [ack.sequence for ack in acks]
    assert [(n + 1, str(n)) for n in range(200)] == [(m.sequence, m.content) for m in received]


async def test_both_sides_see_one_order(mesh: Any, chatting: Any) -> None:
    """Two members who write at once through two instances see the same sequence, acks and messages together."""
    ann, bob = await mesh.friends()
    at_a, at_b = await chatting(mesh.a, ann), await chatting(mesh.b, bob)
    await at_a.send("first", to=bob.id)
    conversation = (await at_a.read("ack")).conversation_id
    await at_b.read("message")

    async def talk(client: Any) -> list[int]:
        for number in range(50):
            await client.send(str(number), conversation_id=conversation)
        seen: list[int] = []
        while len(seen) < 100:
            frame = await client.raw()
            seen.append(getattr(frame, frame.WhichOneof("frame")).sequence)
        return seen

    in_order = list(range(2, 102))
    assert [in_order, in_order] == await asyncio.gather(talk(at_a), talk(at_b))


async def test_resume_replays_what_was_missed_once_and_in_order(mesh: Any, chatting: Any) -> None:
    """Five hundred messages come while the client is away; live ones follow without a gap."""
    ann, bob = await mesh.friends()
    at_a = await chatting(mesh.a, ann)
    at_b = await chatting(mesh.b, bob)
    await at_a.send("0", to=bob.id)
    conversation = (await at_a.read("ack")).conversation_id
    await at_b.read("message")
    await at_b.end()
    for number in range(1, 501):
        await at_a.send(str(number), conversation_id=conversation)
    writing = asyncio.create_task(at_a.send("live", conversation_id=conversation))
    again = await chatting(mesh.b, bob, {conversation: 1})
    await writing
    received = [await again.read("message") for _ in range(501)]
    assert list(range(2, 503)) == [message.sequence for message in received]
    assert "live" == received[-1].content
    assert list(range(1, 503)) == [1] + [(await at_a.read("ack")).sequence for _ in range(501)]


async def test_a_repeated_send_gets_the_first_ack(mesh: Any, chatting: Any) -> None:
    """Over another stream, or over SendMessage, or twice at once: one message."""
    ann, bob = await mesh.friends()
    at_a, at_b = await chatting(mesh.a, ann), await chatting(mesh.b, ann)
    await at_a.send("hello", "c-1", to=bob.id)
    first = await at_a.read("ack")
    await at_b.read("message")
    await at_b.send("hello", "c-1", to=bob.id)
    second = await at_b.read("ack")
    third = await MessagingServiceStub(mesh.a.channel).SendMessage(
        pb.SendMessageRequest(to=bob.id, client_message_id="c-1", content="hello"), metadata=ann.metadata
    )
    assert (False, True, True) == (first.duplicate, second.duplicate, third.duplicate)
    assert {first.message_id} == {second.message_id, third.message.id}
    await at_a.send("twice", "c-2", to=bob.id)
    await at_a.send("twice", "c-2", to=bob.id)
    acks = [await at_a.read("ack"), await at_a.read("ack")]
    assert [(2, False), (2, True)] == sorted((ack.sequence, ack.duplicate) for ack in acks)


async def test_a_refused_send_is_an_error_frame(mesh: Any, chatting: Any) -> None:
    """The stream stays open: after the error a good send is acknowledged."""
    ann, bob = await mesh.friends()
    stranger = await mesh.member()
    client = await chatting(mesh.a, ann)
    refused = []
    for target in ({"to": stranger.id}, {"to": str(uuid7())}, {"to": ann.id}, {"conversation_id": str(uuid7())}):
        await client.send("hello", "c-1", **target)
        error = await client.read("error")
        refused.append((error.client_message_id, reason(error)))
    reasons = ["MESSAGING_NOT_ALLOWED", "USER_NOT_FOUND", "CANNOT_MESSAGE_SELF", "CONVERSATION_NOT_FOUND"]
    assert [("c-1", why) for why in reasons] == refused
    await client.send("hello", "c-1", to=bob.id)
    assert not (await client.read("ack")).duplicate


async def test_a_removed_connection_ends_the_conversation(mesh: Any, chatting: Any) -> None:
    """The next send is refused on both sides; a repeat of what was stored before still gets its ack."""
    ann, bob = await mesh.friends()
    at_a, at_b = await chatting(mesh.a, ann), await chatting(mesh.b, bob)
    await at_a.send("hello", "c-1", to=bob.id)
    ack = await at_a.read("ack")
    await at_b.read("message")
    await mesh.remove(bob, ann)
    await at_a.send("still there?", "c-2", conversation_id=ack.conversation_id)
    await at_b.send("no", "c-3", conversation_id=ack.conversation_id)
    assert ["MESSAGING_NOT_ALLOWED"] * 2 == [reason(await client.read("error")) for client in (at_a, at_b)]
    await at_a.send("hello", "c-1", conversation_id=ack.conversation_id)
    assert (await at_a.read("ack")).duplicate


async def test_receipts_and_typing_reach_the_other_side(mesh: Any, chatting: Any) -> None:
    """Delivered, read and typing are told, none of a message that is not there; reading twice tells once."""
    ann, bob = await mesh.friends()
    at_a, at_b = await chatting(mesh.a, ann), await chatting(mesh.b, bob)
    await at_a.send("hello", to=bob.id)
    conversation = (await at_a.read("ack")).conversation_id
    await at_b.read("message")
    await at_b.write(delivered=chat.ChatDelivered(conversation_id=conversation, up_to_sequence=2**60))
    for _ in range(2):
        await at_b.write(read=chat.ChatRead(conversation_id=conversation, up_to_sequence=7))
    await at_b.write(typing=chat.ChatTyping(conversation_id=conversation))
    delivered, read = await at_a.read("receipt"), await at_a.read("receipt")
    assert (chat.RECEIPT_KIND_DELIVERED, 1, bob.id) == (delivered.kind, delivered.up_to_sequence, delivered.user_id)
    assert (chat.RECEIPT_KIND_READ, 1, bob.id) == (read.kind, read.up_to_sequence, read.user_id)
    assert bob.id == (await at_a.read("typing")).user_id


async def test_frames_are_charged(mesh: Any, chatting: Any, redis_settings: RedisSettings) -> None:
    """An empty bucket is an error frame that says when to try again; pings are free."""
    ann, bob = await mesh.friends()
    client = await chatting(mesh.a, ann)
    async with Redis.from_url(redis_settings.url) as redis:
        seconds, micros = await redis.time()
        empty = {"tokens": -1000, "at": seconds * 1_000_000 + micros}
        await redis.hset(f"mesh:limit:chat_send:{ann.id}", mapping=empty)
    await client.send("hello", "c-1", to=bob.id)
    error = await client.read("error")
    retry = error_details_pb2.RetryInfo()
    assert ("c-1", "RATE_LIMITED", True) == (
        error.client_message_id,
        reason(error),
        any(detail.Unpack(retry) for detail in error.status.details),
    )
    assert 5 < retry.retry_delay.seconds <= 11
    await client.write(ping=chat.ChatPing())
    await client.read("pong")


async def test_hello_is_the_first_frame_or_none(mesh: Any, chatting: Any) -> None:
    """A stream that begins with something else gets its welcome and its answer; a later hello is refused."""
    client = await chatting(mesh.a, await mesh.member(), hello=False)
    await client.write(ping=chat.ChatPing())
    await client.read("welcome")
    await client.read("pong")
    await client.write(hello=chat.ChatHello())
    assert "HELLO_REPEATED" == reason(await client.read("error"))


async def test_who_says_nothing_hears_all_the_same(mesh: Any, chatting: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stream of a client that only listens begins after a moment."""
    monkeypatch.setattr("svc_messaging.live.session.HELLO_SECONDS", 0.05)
    ann, bob = await mesh.friends()
    silent, client = await chatting(mesh.a, ann, hello=False), await chatting(mesh.b, bob)
    await silent.read("welcome")
    await client.send("hello", to=ann.id)
    assert "hello" == (await silent.read("message")).content


async def test_invalid_frames_are_refused_until_there_are_too_many(mesh: Any, chatting: Any) -> None:
    """Each is answered; the thirty-third ends the stream."""
    client = await chatting(mesh.a, await mesh.member())
    for _ in range(32):
        await client.write(send=chat.ChatSend(to="nobody", content="x", client_message_id="c"))
        assert "INVALID_ARGUMENT" == reason(await client.read("error"))
    await client.write()
    await client.read("error")
    with pytest.raises(InvalidArgument) as caught:
        await client.raw()
    assert caught.value.reason == "TOO_MANY_INVALID_FRAMES"


async def test_a_member_has_ten_streams_at_most(mesh: Any, chatting: Any) -> None:
    """While all of them say something the eleventh is refused; closing one makes room."""
    ann = await mesh.member()
    clients = [await chatting(mesh.a, ann) for _ in range(10)]
    with pytest.raises(ResourceExhausted) as caught:
        await chatting(mesh.a, ann)
    assert caught.value.reason == "TOO_MANY_STREAMS"
    await clients[0].end()
    await chatting(mesh.a, ann)


async def test_the_longest_silent_stream_makes_room(mesh: Any, chatting: Any) -> None:
    """The eleventh is taken, the one that said nothing for the longest time is told, the others stay."""
    ann = await mesh.member()
    clients = [await chatting(mesh.a, ann) for _ in range(10)]
    hub = next(part for part in mesh.a.app.parts if part.name == "chat hub")
    for stream in hub._switchboard.of(UserId(UUID(ann.id))):
        if str(stream.id) in {clients[3].welcome.session, clients[7].welcome.session}:
            stream.heard_at -= 60 if str(stream.id) == clients[7].welcome.session else 30
    eleventh = await chatting(mesh.a, ann)
    gone = clients.pop(7)
    assert chat.GOAWAY_REASON_REPLACED == (await gone.read("goaway")).reason
    await gone.read("EOF")
    for client in (*clients, eleventh):
        await client.write(ping=chat.ChatPing())
        await client.read("pong")


async def test_signing_out_ends_the_streams_of_the_session(mesh: Any, chatting: Any) -> None:
    """Goaway says so, then the stream ends unauthenticated."""
    ann = await mesh.member()
    client = await chatting(mesh.b, ann)
    await AuthServiceStub(mesh.profile.channel).Logout(auth.LogoutRequest(), metadata=ann.metadata)
    assert chat.GOAWAY_REASON_SIGNED_OUT == (await client.read("goaway")).reason
    with pytest.raises(Unauthenticated) as caught:
        await client.raw()
    assert caught.value.reason == "SESSION_REVOKED"


async def test_nobody_chats_unsigned(mesh: Any, chatting: Any) -> None:
    """Deny by default."""
    ann = await mesh.member()
    with pytest.raises(Unauthenticated):
        await chatting(mesh.a, type(ann)(ann.id, ()))


async def test_presence_is_shown_to_connections(mesh: Any, chatting: Any) -> None:
    """Who talks with a member learns when they come and go, and who comes learns who is here."""
    ann, bob = await mesh.friends()
    await MessagingServiceStub(mesh.a.channel).SendMessage(
        pb.SendMessageRequest(to=bob.id, client_message_id="c-1", content="hello"), metadata=ann.metadata
    )
    at_a = await chatting(mesh.a, ann)
    at_b = await chatting(mesh.b, bob)
    here, came = await at_b.read("presence"), await at_a.read("presence")
    assert [(ann.id, True), (bob.id, True)] == [(seen.user_id, seen.online) for seen in (here, came)]
    await at_b.end()
    while (went := await at_a.read("presence")).online:
        pass
    assert (bob.id, False, True) == (went.user_id, went.online, went.HasField("last_seen_at"))
