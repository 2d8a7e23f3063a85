"""Something that happened while a member was away; alike things about one subject are gathered while unseen."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from svc_messaging.domain.ids import NotificationId, UserId


class NotificationKind(StrEnum):
    """What happened."""

    CONNECTION_REQUESTED = "connection_requested"
    CONNECTION_ACCEPTED = "connection_accepted"
    MESSAGE_RECEIVED = "message_received"


_TEXTS = {
    NotificationKind.CONNECTION_REQUESTED: "wants to connect with you",
    NotificationKind.CONNECTION_ACCEPTED: "accepted your request to connect",
    NotificationKind.MESSAGE_RECEIVED: "sent you a message",
}
_PATHS = {
    NotificationKind.CONNECTION_REQUESTED: "/api/v1/users/",
    NotificationKind.CONNECTION_ACCEPTED: "/api/v1/users/",
    NotificationKind.MESSAGE_RECEIVED: "/api/v1/conversations/",
}


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that somebody did, to be known by others; `subject` is what it is about."""

    kind: NotificationKind
    actor: UserId
    subject: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Notification:
    """One thing to know; `actors` are the latest ten, the last one first."""

    id: NotificationId
    kind: NotificationKind
    subject: UUID
    actors: tuple[UserId, ...]
    actor_count: int
    created_at: datetime
    updated_at: datetime
    seen: bool

    @property
    def text(self) -> str:
        """The text for people to read."""
        who = "Somebody" if self.actor_count == 1 else f"{self.actor_count} people"
        verb = _TEXTS[self.kind]
        return f"{who} {verb.replace('wants', 'want') if self.actor_count > 1 else verb}"

    @property
    def link(self) -> str:
        """The path of the subject in the REST interface."""
        return f"{_PATHS[self.kind]}{self.subject}"
