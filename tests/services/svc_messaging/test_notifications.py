"""The notification worker: what happens becomes a notification, once."""

from typing import Any
from uuid import UUID

from guild.graph.v1 import connection_service_pb2 as graph
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceStub
from guild.messaging.v1 import messaging_service_pb2 as pb
from guild.messaging.v1.messaging_service_pb2_grpc import MessagingServiceStub
from guild.notification.v1 import notification_service_pb2 as notes
from guild.notification.v1.notification_service_pb2_grpc import NotificationServiceStub
from mesh.clock import SystemClock
from mesh.ids import uuid7
from mesh.testing import wait_for
from svc_messaging.app import build_notification_worker
from svc_messaging.domain.ids import UserId
from svc_messaging.domain.notification import Happening, NotificationKind
from svc_messaging.store.notifications import NotificationRepository
from svc_messaging.usecases.notify import Notify


async def test_members_are_told_what_happened_while_they_were_away(mesh: Any) -> None:
    """A request, an acceptance and messages: three kinds, the messages of one conversation gathered."""
    ann, bob = await mesh.member(), await mesh.member()
    stub = NotificationServiceStub(mesh.a.channel)

    async def listed(member: Any, count: int) -> list[Any] | None:
        reply = await stub.ListNotifications(notes.ListNotificationsRequest(), metadata=member.metadata)
        settled = count == reply.unseen_count == len(reply.notifications)
        return list(reply.notifications) if settled else None

    async with build_notification_worker(mesh.config):
        connections = ConnectionServiceStub(mesh.profile.channel)
        await connections.RequestConnection(graph.RequestConnectionRequest(user_id=bob.id), metadata=ann.metadata)
        (asked,) = await wait_for(lambda: listed(bob, 1), timeout=20)
        assert (
            notes.NOTIFICATION_KIND_CONNECTION_REQUESTED,
            ann.id,
            [ann.id],
            "Somebody wants to connect with you",
        ) == (
            asked.kind,
            asked.subject_id,
            list(asked.actor_ids),
            asked.text,
        )
        await connections.AcceptConnection(graph.AcceptConnectionRequest(user_id=ann.id), metadata=bob.metadata)
        (accepted,) = await wait_for(lambda: listed(ann, 1), timeout=20)
        assert (notes.NOTIFICATION_KIND_CONNECTION_ACCEPTED, f"/api/v1/users/{bob.id}") == (
            accepted.kind,
            accepted.link,
        )
        for number in range(3):
            await MessagingServiceStub(mesh.a.channel).SendMessage(
                pb.SendMessageRequest(to=bob.id, client_message_id=f"c-{number}", content="hello"),
                metadata=ann.metadata,
            )
        received, _ = await wait_for(lambda: listed(bob, 2), timeout=20)
        assert (notes.NOTIFICATION_KIND_MESSAGE_RECEIVED, [ann.id], 1) == (
            received.kind,
            list(received.actor_ids),
            received.actor_count,
        )


async def test_a_repeated_event_changes_nothing(mesh: Any) -> None:
    """The inbox knows it; twelve different actors leave the latest ten, counted all."""
    ann = await mesh.member()
    db = next(part for part in mesh.a.app.parts if part.name == "database")
    clock = SystemClock()
    repository = NotificationRepository()
    notify = Notify(db, repository)
    me, subject = UserId(UUID(ann.id)), uuid7()
    events = [(uuid7(), UserId(uuid7())) for _ in range(12)]
    for event_id, actor in (*events, *events):
        happening = Happening(NotificationKind.MESSAGE_RECEIVED, actor, subject, clock.now())
        await notify(event_id, [me], happening)
    (found,) = await repository.page(db, me, unseen=True, size=5, after=None)
    assert ([actor for _, actor in reversed(events)][:10], 12) == (list(found.actors), found.actor_count)
