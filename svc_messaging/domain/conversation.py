"""A conversation: who is in it never changes, so it can be kept in memory once read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Self

from mesh.errors import InvalidArgument, NotFound
from svc_messaging.domain.ids import ConversationId, UserId


class ConversationNotFound(NotFound):
    """There is no such conversation, or the caller is not in it."""

    reason = "CONVERSATION_NOT_FOUND"

    def __init__(self, conversation_id: ConversationId) -> None:
        super().__init__(
            f"conversation {conversation_id} does not exist", metadata={"conversationId": str(conversation_id)}
        )


class CannotMessageSelf(InvalidArgument):
    """A conversation needs somebody else."""

    reason = "CANNOT_MESSAGE_SELF"


class Kind(StrEnum):
    """What a conversation is."""

    DIRECT = "direct"
    GROUP = "group"


class Pair(NamedTuple):
    """Two members in key order: there is one direct conversation for each."""

    lo: UserId
    hi: UserId

    @classmethod
    def of(cls, one: UserId, other: UserId) -> Self:
        """The pair of two different members; raises CannotMessageSelf."""
        if one == other:
            raise CannotMessageSelf("cannot open a conversation with yourself: name somebody else")
        return cls(one, other) if one < other else cls(other, one)


@dataclass(frozen=True, slots=True)
class Conversation:
    """The part of a conversation that never changes; `participants` are in ascending order."""

    id: ConversationId
    kind: Kind
    participants: tuple[UserId, ...]
    created_at: datetime
    title: str = ""

    @classmethod
    def direct(cls, conversation_id: ConversationId, pair: Pair, at: datetime) -> Self:
        """The conversation of two people."""
        return cls(conversation_id, Kind.DIRECT, tuple(pair), at)

    @classmethod
    def group(
        cls, conversation_id: ConversationId, creator: UserId, others: Iterable[UserId], title: str, at: datetime
    ) -> Self:
        """The conversation of several people."""
        return cls(conversation_id, Kind.GROUP, tuple(sorted({creator, *others})), at, title)

    def must_include(self, user_id: UserId) -> None:
        """Raise ConversationNotFound for who is not in it: to them it does not exist."""
        if user_id not in self.participants:
            raise ConversationNotFound(self.id)

    def others(self, user_id: UserId) -> tuple[UserId, ...]:
        """Everybody in it but one."""
        return tuple(member for member in self.participants if member != user_id)

    @property
    def of_two(self) -> bool:
        """Whether it is between two people, with a title or without: what they may do depends on the two."""
        return len(self.participants) == len(Pair._fields)

    def partner(self, user_id: UserId) -> UserId | None:
        """The other one of two people; None among several."""
        return self.others(user_id)[0] if self.of_two else None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a conversation stands for one of its participants."""

    conversation: Conversation
    last_sequence: int
    last_activity: datetime
    last_read_sequence: int
    unread_count: int
    muted_until: datetime | None = None
