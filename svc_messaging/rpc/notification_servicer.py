"""The NotificationService of the contract."""

from dataclasses import dataclass
from typing import Any

from guild.notification.v1 import notification_service_pb2 as pb
from guild.notification.v1.notification_service_pb2_grpc import NotificationServiceServicer
from mesh.principal import current_user
from svc_messaging.domain.notification import Notification, NotificationKind
from svc_messaging.rpc.messages import moment
from svc_messaging.usecases.list_notifications import ListNotifications

_KINDS = {
    NotificationKind.CONNECTION_REQUESTED: pb.NOTIFICATION_KIND_CONNECTION_REQUESTED,
    NotificationKind.CONNECTION_ACCEPTED: pb.NOTIFICATION_KIND_CONNECTION_ACCEPTED,
    NotificationKind.MESSAGE_RECEIVED: pb.NOTIFICATION_KIND_MESSAGE_RECEIVED,
}


@dataclass(frozen=True)
class NotificationServicer(NotificationServiceServicer):
    """Unpack, ask, pack."""

    list_notifications: ListNotifications

    async def ListNotifications(
        self, request: pb.ListNotificationsRequest, context: Any
    ) -> pb.ListNotificationsResponse:
        """List the caller's notifications."""
        page = await self.list_notifications(
            current_user(), unseen=request.unseen_only, size=request.page_size, token=request.page_token
        )
        return pb.ListNotificationsResponse(
            notifications=[_written(notification) for notification in page.notifications],
            next_page_token=page.next_page_token,
            unseen_count=page.unseen,
        )


def _written(value: Notification) -> pb.Notification:
    return pb.Notification(
        id=str(value.id),
        kind=_KINDS[value.kind],
        actor_ids=[str(actor) for actor in value.actors],
        actor_count=value.actor_count,
        subject_id=str(value.subject),
        text=value.text,
        link=value.link,
        seen=value.seen,
        created_at=moment(value.created_at),
        updated_at=moment(value.updated_at),
    )
