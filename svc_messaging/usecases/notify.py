"""Note for members what happened, once for each event."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from mesh.data import Database, Transaction, inbox_once
from svc_messaging.domain.ids import UserId
from svc_messaging.domain.notification import Happening
from svc_messaging.store.notifications import NotificationRepository

CONSUMER = "notification-worker"


@dataclass(frozen=True)
class Notify:
    """A repeated delivery of the event changes nothing."""

    db: Database
    notifications: NotificationRepository

    async def __call__(self, event_id: UUID, recipients: Sequence[UserId], happening: Happening) -> None:
        """Gather a happening into the notifications of its recipients."""

        async def work(tx: Transaction) -> None:
            if await inbox_once(tx, CONSUMER, event_id):
                for user_id in sorted(recipients):
                    await self.notifications.gather(tx, user_id, happening)

        await self.db.transact(work)
