"""Permission hangs on the people in a conversation, whatever it is called."""

from datetime import timedelta
from typing import Any

import pytest

from guild.messaging.v1 import chat_pb2 as chat
from guild.messaging.v1 import message_pb2
from guild.messaging.v1 import messaging_service_pb2 as pb
from mesh.errors import Failure, InvalidArgument, NotFound, PermissionDenied, ResourceExhausted
from mesh.testing import wait_for
from tests.services.svc_messaging.network import Network, Relation, kinds, settled


async def test_two_people_with_a_title_are_two_people(network: Network) -> None:
    """After a removal neither writes in it, after a block neither exists for the other; strangers are charged."""
    ann, bob = network.friends()
    both = (await network.group(ann, bob)).id
    await network.send(ann, conversation_id=both)
    network.relate(ann, bob, Relation.SECOND)
    for sender in (ann, bob):
        with pytest.raises(PermissionDenied) as caught:
            await network.send(sender, conversation_id=both)
        assert "MESSAGING_NOT_ALLOWED" == caught.value.reason
    network.relate(ann, bob, Relation.BLOCKED)
    with pytest.raises(NotFound):
        await network.send(ann, conversation_id=both)
    network.relate(ann, bob, Relation.OPEN)
    await network.empty("message_stranger", ann)
    with pytest.raises(ResourceExhausted):
        await network.send(ann, conversation_id=both)
    await network.send(bob, conversation_id=both)


@pytest.mark.parametrize("bucket", ["message_send", "message_stranger"])
async def test_strangers_are_charged_whichever_way_they_are_written_to(network: Network, bucket: str) -> None:
    """By a first message, a conversation, a conversation with a title; and nothing is opened for who cannot pay."""
    ann, eve = network.member(), network.member()
    network.relate(ann, eve, Relation.OPEN)
    await network.empty(bucket, ann)
    ids = [str(eve.user_id)]
    for call in (
        network.send(ann, to=ids[0]),
        network.stub.CreateConversation(pb.CreateConversationRequest(participant_ids=ids), metadata=ann.metadata),
        network.group(ann, eve),
    ):
        with pytest.raises(ResourceExhausted) as caught:
            await call
        assert "RATE_LIMITED" == caught.value.reason
    listed = await network.stub.ListConversations(pb.ListConversationsRequest(), metadata=eve.metadata)
    assert [] == list(listed.conversations)
    network.relate(ann, eve, Relation.FIRST)
    await network.send(ann, to=ids[0])


async def test_a_repeat_costs_nothing(network: Network) -> None:
    """Who lost the answer to a message to a stranger learns it with an empty bucket, too."""
    ann, eve = network.member(), network.member()
    network.relate(ann, eve, Relation.OPEN)
    request = pb.SendMessageRequest(client_message_id="c", content="hello", to=str(eve.user_id))
    first = await network.stub.SendMessage(request, metadata=ann.metadata)
    await network.empty("message_stranger", ann)
    again = await network.stub.SendMessage(request, metadata=ann.metadata)
    assert (first.message.id, True) == (again.message.id, again.duplicate)


async def test_one_member_in_two_spellings_is_one(network: Network) -> None:
    """Ids are compared as ids: nobody is named twice, and a pair's conversation is opened once."""
    ann, bob = network.friends()
    name = str(bob.user_id)
    with pytest.raises(InvalidArgument) as caught:
        await network.stub.CreateConversation(
            pb.CreateConversationRequest(participant_ids=[name, name.upper()]), metadata=ann.metadata
        )
    assert ["participant_ids"] == [violation.field for violation in caught.value.violations]
    for spelt, created in ((name.upper(), True), (name, False)):
        request = pb.CreateConversationRequest(participant_ids=[spelt])
        reply = await network.stub.CreateConversation(request, metadata=ann.metadata)
        assert created == reply.created
        assert message_pb2.CONVERSATION_KIND_DIRECT == reply.conversation.kind
        assert sorted([str(ann.user_id), name]) == list(reply.conversation.participant_ids)


async def test_verdicts_are_paired_by_their_ids(network: Network) -> None:
    """Of several asked about together each gets their own: the one who takes nothing is named."""
    ann, *others = network.friends(5)
    network.relate(ann, others[2], Relation.SECOND)
    with pytest.raises(PermissionDenied) as caught:
        await network.group(ann, *others)
    assert {"userId": str(others[2].user_id)} == caught.value.metadata


async def test_among_several_a_block_hides_each_from_the_other(network: Network, chatting: Any) -> None:
    """The blocked get the place of a message and nothing of it, then and later; the third one sees both."""
    ann, bob, cat = network.friends(3)
    group = (await network.group(ann, bob, cat)).id
    at_bob, at_cat = await chatting(network.running, bob), await chatting(network.running, cat)
    network.relate(ann, bob, Relation.BLOCKED)
    hidden = await network.send(ann, "for cat", conversation_id=group)
    shown = await network.send(cat, "for both", conversation_id=group)

    place, text = await at_bob.read("message"), await at_bob.read("message")
    assert (1, "", "", message_pb2.MESSAGE_STATE_DELETED) == (
        place.sequence,
        place.sender_id,
        place.content,
        place.state,
    )
    assert (shown.id, "for both") == (text.id, text.content)
    assert "for cat" == (await at_cat.read("message")).content
    assert [place, text] == await network.listed(bob, group)
    assert ["for cat", "for both"] == [message.content for message in await network.listed(cat, group)]
    resumed = await chatting(network.running, bob, {group: 0})
    assert [place, text] == [await resumed.read("message") for _ in range(2)]
    assert [1, 1, 1] == [(await network.standing(member, group)).unread_count for member in (ann, bob, cat)]

    await network.stub.DeleteMessage(
        pb.DeleteMessageRequest(conversation_id=group, message_id=hidden.id), metadata=ann.metadata
    )
    assert "" == (await at_bob.read("changed")).message.sender_id
    assert [1, 1, 0] == [(await network.standing(member, group)).unread_count for member in (ann, bob, cat)]


async def test_among_several_a_block_hides_what_they_do(network: Network, chatting: Any) -> None:
    """Receipts and typing of the one do not reach the other, and reach the third."""
    ann, bob, cat = network.friends(3)
    group = (await network.group(cat, ann, bob)).id
    await network.send(cat, conversation_id=group)
    network.relate(ann, bob, Relation.BLOCKED)
    at_ann, at_bob, at_cat = [await chatting(network.running, member) for member in (ann, bob, cat)]
    await at_ann.write(delivered=chat.ChatDelivered(conversation_id=group, up_to_sequence=1))
    await at_ann.write(read=chat.ChatRead(conversation_id=group, up_to_sequence=1))
    await at_ann.write(typing=chat.ChatTyping(conversation_id=group))
    await settled(at_ann)
    shown, hidden = [kinds(await settled(client)) for client in (at_cat, at_bob)]
    assert ["receipt", "receipt", "typing"] == [kind for kind in shown if kind != "presence"]
    assert {"receipt", "typing"}.isdisjoint(hidden)


async def test_nobody_is_told_while_nothing_is_known_about_people(network: Network, chatting: Any) -> None:
    """Without verdicts a read is stored and reaches the reader's own devices alone."""
    ann, bob = network.friends()
    sent = await network.send(ann, to=str(bob.user_id))
    at_ann, at_bob, other = [await chatting(network.running, member) for member in (ann, bob, bob)]
    network.decisions.silent = True
    await at_bob.write(read=chat.ChatRead(conversation_id=sent.conversation_id, up_to_sequence=1))
    await settled(at_bob)
    network.decisions.silent = False
    assert "receipt" not in kinds(await settled(at_ann))
    assert 1 == (await other.read("receipt")).up_to_sequence
    assert 0 == (await network.standing(bob, sent.conversation_id)).unread_count


async def test_what_is_done_for_others_needs_no_member_signed_in(network: Network, chatting: Any) -> None:
    """A stream that outlived its token still says goodbye; the profile service is asked by messaging itself."""
    ann, bob = network.friends()
    await network.send(ann, to=str(bob.user_id))
    at_ann = await chatting(network.running, ann)
    brief = network.identity.sign_in(bob.user_id, ttl=timedelta(seconds=3))
    at_bob = await chatting(network.running, brief)

    async def over() -> bool:
        try:
            await network.stub.ListConversations(pb.ListConversationsRequest(), metadata=brief.metadata)
        except Failure as failure:
            return failure.reason == "TOKEN_EXPIRED"
        return False

    await wait_for(over, timeout=15)
    network.decisions.calls.clear()
    await at_bob.end()
    while (seen := await at_ann.read("presence")).online:
        pass
    assert (str(bob.user_id), True) == (seen.user_id, seen.HasField("last_seen_at"))
    assert network.decisions.calls
    assert all("authorization" not in call for call in network.decisions.calls)
