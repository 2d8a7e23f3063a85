"""Note for members what happened while they were away, and take it back when it is no more."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mesh.cache import CacheUnavailable
from mesh.clock import Clock
from mesh.data import Database, Page, Pager, Transaction, inbox_once
from svc_messaging.domain.ids import ConversationId, NotificationId, UserId
from svc_messaging.domain.notification import End, Happening, Notification, NotificationKind
from svc_messaging.store.conversations import ConversationRepository
from svc_messaging.store.notifications import NotificationRepository
from svc_messaging.store.presence import Presence

CONSUMER = "notification-worker"


@dataclass(frozen=True)
class Notifications:
    """What the member reads."""

    db: Database
    notifications: NotificationRepository
    pager: Pager
    clock: Clock

    async def page(self, me: UserId, *, unseen: bool, size: int, token: str) -> tuple[Page[Notification], int]:
        """A page of the caller's notifications, the latest first, with the number of all that are not seen."""
        listing = self.notifications.listing(self.db, me, unseen=unseen)
        page = await self.pager.page(token, size, f"notifications/{me}/{unseen}", listing)
        return page, await self.notifications.count_unseen(self.db, me)

    async def mark_seen(self, me: UserId, ids: Collection[NotificationId], up_to: datetime | None) -> int:
        """Mark these as seen, and all up to a time; returns how many of the caller's are not seen yet."""
        await self.notifications.see(self.db, me, ids, up_to, self.clock.now())
        return await self.notifications.count_unseen(self.db, me)


@dataclass(frozen=True)
class Notify:
    """A repeated delivery of an event changes nothing."""

    db: Database
    notifications: NotificationRepository
    conversations: ConversationRepository
    presence: Presence

    async def __call__(self, event_id: UUID, happenings: Sequence[Happening], endings: Sequence[End]) -> None:
        """Gather happenings into the notifications of their recipients, end what is no more."""
        away = [(happening, await self._away(happening)) for happening in happenings]

        async def work(tx: Transaction) -> None:
            if not await inbox_once(tx, CONSUMER, event_id):
                return
            for ending in endings:
                await self.notifications.end(tx, ending)
            for happening, recipients in away:
                for user_id in sorted(await self._listening(tx, happening, recipients)):
                    await self.notifications.gather(tx, user_id, happening)

        await self.db.transact(work)

    async def _away(self, happening: Happening) -> Sequence[UserId]:
        """Those who were not told by an open chat; everybody while nobody can tell who has one."""
        if happening.kind is not NotificationKind.MESSAGE_RECEIVED:
            return happening.recipients
        try:
            here = set(await self.presence.online(happening.recipients))
        except CacheUnavailable:
            return happening.recipients
        return [user_id for user_id in happening.recipients if user_id not in here]

    async def _listening(
        self, tx: Transaction, happening: Happening, recipients: Sequence[UserId]
    ) -> Collection[UserId]:
        if happening.kind is not NotificationKind.MESSAGE_RECEIVED or not recipients:
            return recipients
        muting = await self.conversations.muting(tx, ConversationId(happening.subject), recipients, happening.at)
        return set(recipients) - muting
