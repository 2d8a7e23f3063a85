"""Something that happened while a member was away; alike things about one subject are gathered while unseen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from svc_messaging.domain.ids import NotificationId, UserId

MOST_ACTORS = 10
"""The latest of those who did it, whom a notification names."""


class NotificationKind(StrEnum):
    """What happened."""

    CONNECTION_REQUESTED = "connection_requested"
    CONNECTION_ACCEPTED = "connection_accepted"
    MESSAGE_RECEIVED = "message_received"
    POST_REACTED = "post_reacted"
    POST_COMMENTED = "post_commented"
    FOLLOWED = "followed"
    SECURITY = "security"
    COMMENT_REACTED = "comment_reacted"
    MODERATION = "moderation"
    POST_EDITED = "post_edited"
    MENTIONED = "mentioned"


_TEXTS = {
    NotificationKind.CONNECTION_REQUESTED: "wants to connect with you",
    NotificationKind.CONNECTION_ACCEPTED: "accepted your request to connect",
    NotificationKind.MESSAGE_RECEIVED: "sent you a message",
    NotificationKind.POST_REACTED: "reacted to your post",
    NotificationKind.POST_COMMENTED: "commented on your post",
    NotificationKind.FOLLOWED: "started following you",
    NotificationKind.SECURITY: "Somebody asked to remove your second factors: end it, unless it was you",
    NotificationKind.COMMENT_REACTED: "reacted to your comment",
    NotificationKind.POST_EDITED: "edited a post you answered",
    NotificationKind.MODERATION: "Something you wrote was removed: you can read why, and object",
    NotificationKind.MENTIONED: "mentioned you",
}

_OF_NOBODY = frozenset({NotificationKind.SECURITY, NotificationKind.MODERATION})
"""Where nobody is named: who did it is not known, or an operator."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that somebody did, to be known by others.

    `subject` is what it is about, `cause` what the notification stands and falls with: the request, the message, the
    reaction. `position` is its place where causes are ended up to a place.
    """

    kind: NotificationKind
    recipients: Sequence[UserId]
    actor: UserId
    subject: UUID
    cause: UUID
    at: datetime
    position: int = 0


@dataclass(frozen=True, slots=True)
class Ending:
    """Causes that are no more: one, or all at a position, or up to it, or all about a subject."""

    kind: NotificationKind
    recipients: Sequence[UserId]
    subject: UUID
    cause: UUID | None = None
    up_to: int | None = None
    at: int | None = None


@dataclass(frozen=True, slots=True)
class ActorGone:
    """All that one member did of a kind is no more for these."""

    kind: NotificationKind
    recipients: Sequence[UserId]
    actor: UserId


@dataclass(frozen=True, slots=True)
class EndedForAll:
    """What of a subject is no more, or one cause of it, for whoever was told; but for those who are told of it still.

    For the kinds whose causes are found by their subject: `svc_messaging.store.notifications`.
    """

    kind: NotificationKind
    subject: UUID
    cause: UUID | None = None
    but: Sequence[UserId] = ()


End = Ending | ActorGone | EndedForAll


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
    def shown_actors(self) -> tuple[UserId, ...]:
        """Whom it names: nobody where it is not known, or operators decided."""
        return () if self.kind in _OF_NOBODY else self.actors

    @property
    def text(self) -> str:
        """The text for people to read."""
        if self.kind in _OF_NOBODY:
            return _TEXTS[self.kind]
        who = "Somebody" if self.actor_count == 1 else f"{self.actor_count} people"
        verb = _TEXTS[self.kind]
        return f"{who} {verb.replace('wants', 'want') if self.actor_count > 1 else verb}"
