"""List a member's notifications."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mesh.data import Database, PageTokens, page_size
from svc_messaging.domain.ids import NotificationId, UserId
from svc_messaging.domain.notification import Notification
from svc_messaging.store.notifications import NotificationRepository


@dataclass(frozen=True, slots=True)
class NotificationPage:
    """One page, the latest first, with the number of all that are not seen."""

    notifications: list[Notification]
    next_page_token: str
    unseen: int


@dataclass(frozen=True)
class ListNotifications:
    """Pages by keyset of the last time something was gathered."""

    db: Database
    notifications: NotificationRepository
    tokens: PageTokens

    async def __call__(self, me: UserId, *, unseen: bool, size: int, token: str) -> NotificationPage:
        """A page of the caller's notifications."""
        scope = f"notifications/{me}/{unseen}"
        size = page_size(size)
        after = None
        if token:
            cursor = self.tokens.decode(token, scope)
            after = datetime.fromisoformat(cursor["at"]), NotificationId(UUID(cursor["id"]))
        found = await self.notifications.page(self.db, me, unseen=unseen, size=size + 1, after=after)
        page = found[:size]
        following = ""
        if len(found) > size:
            following = self.tokens.encode({"at": page[-1].updated_at.isoformat(), "id": str(page[-1].id)}, scope)
        return NotificationPage(page, following, await self.notifications.count_unseen(self.db, me))
