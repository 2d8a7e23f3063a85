"""The NotificationService of the contract."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from guild.notification.v1 import notification_service_pb2 as pb
from guild.notification.v1.notification_service_pb2_grpc import NotificationServiceServicer
from mesh.contract import moment, timestamp
from mesh.principal import current_user
from svc_messaging.domain.ids import NotificationId
from svc_messaging.domain.notification import Notification, NotificationKind
from svc_messaging.usecases.notifications import Notifications

_PATHS = {
    NotificationKind.CONNECTION_REQUESTED: "/api/v1/users/{}",
    NotificationKind.CONNECTION_ACCEPTED: "/api/v1/users/{}",
    NotificationKind.MESSAGE_RECEIVED: "/api/v1/conversations/{}",
    NotificationKind.POST_REACTED: "/api/v1/posts/{}",
    NotificationKind.POST_COMMENTED: "/api/v1/posts/{}",
    NotificationKind.COMMENT_REACTED: "/api/v1/posts/{}",
    NotificationKind.MENTIONED: "/api/v1/posts/{}",
    NotificationKind.FOLLOWED: "/api/v1/users/{}/followers",
    NotificationKind.SECURITY: "/api/v1/auth/second-factors#{}",
    NotificationKind.POST_EDITED: "/api/v1/posts/{}/revisions",
    NotificationKind.MODERATION: "/api/v1/users/me/decisions#{}",
}


@dataclass(frozen=True)
class NotificationServicer(NotificationServiceServicer):
    """Unpack, ask, pack."""

    notifications: Notifications

    async def ListNotifications(
        self, request: pb.ListNotificationsRequest, context: Any
    ) -> pb.ListNotificationsResponse:
        """List the caller's notifications."""
        page, unseen = await self.notifications.page(
            current_user(), unseen=request.unseen_only, size=request.page_size, token=request.page_token
        )
        return pb.ListNotificationsResponse(
            notifications=map(written, page.items), next_page_token=page.next_page_token, unseen_count=unseen
        )

    async def MarkNotificationsSeen(
        self, request: pb.MarkNotificationsSeenRequest, context: Any
    ) -> pb.MarkNotificationsSeenResponse:
        """Mark notifications as seen."""
        ids = [NotificationId(UUID(text)) for text in request.notification_ids]
        up_to = moment(request.up_to) if request.HasField("up_to") else None
        return pb.MarkNotificationsSeenResponse(
            unseen_count=await self.notifications.mark_seen(current_user(), ids, up_to)
        )


def written(value: Notification) -> pb.Notification:
    """A notification as the contract carries it."""
    return pb.Notification(
        id=str(value.id),
        kind=pb.NotificationKind.Value(f"NOTIFICATION_KIND_{value.kind.name}"),
        actor_ids=[str(actor) for actor in value.shown_actors],
        actor_count=value.actor_count if value.shown_actors else 0,
        subject_id=str(value.subject),
        text=value.text,
        link=_PATHS[value.kind].format(value.subject),
        seen=value.seen,
        created_at=timestamp(value.created_at),
        updated_at=timestamp(value.updated_at),
    )
