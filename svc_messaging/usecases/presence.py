"""Show who came and who went, to the connections one talks with."""

from dataclasses import dataclass

from mesh.data import Database
from svc_messaging.domain.ids import UserId
from svc_messaging.domain.notices import PresenceNotice, Tell, Telling
from svc_messaging.store.conversations import ConversationRepository
from svc_messaging.store.presence import Presence
from svc_messaging.usecases.people import People

_MOST_PARTNERS = 50
"""The latest conversations whose partners are told."""


@dataclass(frozen=True)
class ShowPresence:
    """A hint that nobody relies on: whoever is not connected any more is neither told nor shown."""

    db: Database
    conversations: ConversationRepository
    people: People
    presence: Presence
    tell: Tell

    async def came(self, me: UserId) -> list[PresenceNotice]:
        """Tell the others of a member's stream; returns who of them is here."""
        first = await self.presence.arrive(me)
        partners = await self._partners(me)
        if first and partners:
            self.tell(Telling(PresenceNotice(me, online=True, last_seen_at=None), partners))
        online = await self.presence.online(partners)
        return [PresenceNotice(partner, online=True, last_seen_at=None) for partner in online]

    async def went(self, me: UserId) -> None:
        """Tell the others that a member's last stream here ended, if there is none elsewhere."""
        at = await self.presence.leave(me)
        if at is not None and (partners := await self._partners(me)):
            self.tell(Telling(PresenceNotice(me, online=False, last_seen_at=at), partners))

    async def refresh(self, members: list[UserId]) -> None:
        """Say again that these members have streams here."""
        await self.presence.refresh(members)

    async def _partners(self, me: UserId) -> list[UserId]:
        latest = await self.conversations.latest(self.db, me, _MOST_PARTNERS)
        partners = (standing.conversation.partner(me) for standing in latest)
        return await self.people.connected(me, list(dict.fromkeys(filter(None, partners))))
