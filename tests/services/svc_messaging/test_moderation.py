"""What moderation decides in the profile service takes effect on messages, on every open device."""

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from guild.common.v1.content_ref_pb2 import CONTENT_KIND_MESSAGE, ContentRef
from guild.messaging.v1 import message_pb2
from guild.messaging.v1 import messaging_service_pb2 as pb
from guild.messaging.v1.messaging_service_pb2_grpc import MessagingServiceStub
from guild.notification.v1 import notification_service_pb2 as notification
from guild.notification.v1.notification_service_pb2_grpc import NotificationServiceStub
from guild.trust.v1 import moderation_pb2 as moderation
from guild.trust.v1 import trust_service_pb2 as trust
from guild.trust.v1.trust_service_pb2_grpc import TrustServiceStub
from mesh.testing import TestIdentity, wait_for
from svc_messaging.app import build_notification_worker


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def worker(mesh: Any) -> AsyncIterator[None]:
    """The worker runs."""
    async with build_notification_worker(mesh.config):
        yield


async def send(mesh: Any, member: Any, content: str, **target: str) -> Any:
    request = pb.SendMessageRequest(client_message_id=content, content=content, **target)
    return (await MessagingServiceStub(mesh.a.channel).SendMessage(request, metadata=member.metadata)).message


async def listed(mesh: Any, member: Any, conversation_id: str) -> tuple[list[tuple[str, int]], int]:
    """Texts and states, and how many are unread."""
    stub = MessagingServiceStub(mesh.b.channel)
    page = await stub.ListMessages(pb.ListMessagesRequest(conversation_id=conversation_id), metadata=member.metadata)
    conversations = await stub.ListConversations(pb.ListConversationsRequest(), metadata=member.metadata)
    [unread] = [one.unread_count for one in conversations.conversations if one.id == conversation_id]
    return [(message.content, message.state) for message in page.messages], unread


async def notices(mesh: Any, member: Any, count: int) -> list[notification.Notification]:
    """What a member is told of moderation, once there is so much of it."""
    found = list[notification.Notification]()

    async def there() -> bool:
        request = notification.ListNotificationsRequest()
        page = await NotificationServiceStub(mesh.a.channel).ListNotifications(request, metadata=member.metadata)
        found[:] = [one for one in page.notifications if one.kind == notification.NOTIFICATION_KIND_MODERATION]
        return len(found) == count

    await wait_for(there)
    return found


async def test_a_message_is_taken_down_and_shown_again(
    mesh: Any, worker: None, chatting: Any, identity: TestIdentity
) -> None:
    """Open devices hear of both at once; who had not read it has one message less to read."""
    ann, bob = await mesh.friends()
    message = await send(mesh, ann, "click here", to=bob.id)
    here = message.conversation_id
    devices = [await chatting(mesh.a, bob), await chatting(mesh.b, ann)]
    stub, admin = TrustServiceStub(mesh.profile.channel), identity.admin_metadata()
    ref = ContentRef(kind=CONTENT_KIND_MESSAGE, id=message.id, parent_id=here, author_id=ann.id)
    suspicion = trust.RaiseFlagRequest(kind=trust.FLAG_KIND_CONTENT, score=90, evidence="malware", content=ref)
    flag = (await stub.RaiseFlag(suspicion, metadata=identity.service_metadata("messaging"))).flag

    verdict = trust.ResolveFlagRequest(
        flag_id=flag.id, resolution=trust.FLAG_RESOLUTION_CONTENT_REMOVED, note="malware"
    )
    await stub.ResolveFlag(verdict, metadata=admin)

    removed = message_pb2.MESSAGE_STATE_REMOVED
    for device in devices:
        changed = (await device.read("changed")).message
        assert (message.id, "", removed) == (changed.id, changed.content, changed.state)
    assert ([("", removed)], 0) == await listed(mesh, bob, here)

    [told] = await notices(mesh, ann, 1)
    assert [] == await notices(mesh, bob, 0)

    mine = await stub.ListMyDecisions(moderation.ListMyDecisionsRequest(), metadata=ann.metadata)
    assert ([], 0, mine.decisions[0].id) == ([*told.actor_ids], told.actor_count, told.subject_id)
    assert "Something you wrote was removed" in told.text
    appeal = moderation.CreateAppealRequest(decision_id=mine.decisions[0].id, text="it is my page")
    await stub.CreateAppeal(appeal, metadata=ann.metadata)
    lifted = moderation.ResolveAppealRequest(
        user_id=ann.id, decision_id=appeal.decision_id, outcome=moderation.APPEAL_STATE_LIFTED, answer="so it is"
    )
    await stub.ResolveAppeal(lifted, metadata=admin)

    for device in devices:
        assert "click here" == (await device.read("changed")).message.content
    await notices(mesh, ann, 0)
    texts, _ = await listed(mesh, bob, here)
    assert [("click here", message_pb2.MESSAGE_STATE_SENT)] == texts
