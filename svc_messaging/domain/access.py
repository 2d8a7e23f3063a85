"""Who may write to whom, as the profile service decided it."""

from collections.abc import Sequence
from dataclasses import dataclass

from mesh.errors import NotFound, PermissionDenied
from svc_messaging.domain.ids import UserId


class UserNotFound(NotFound):
    """The member does not exist, has left, or may not be known to the caller."""

    reason = "USER_NOT_FOUND"

    def __init__(self, user_id: UserId) -> None:
        super().__init__(f"user {user_id} does not exist", metadata={"userId": str(user_id)})


class MessagingNotAllowed(PermissionDenied):
    """The two are not connected, and the recipient's settings say no."""

    reason = "MESSAGING_NOT_ALLOWED"

    def __init__(self, user_id: UserId) -> None:
        super().__init__(
            f"user {user_id} does not take messages from you: connect first", metadata={"userId": str(user_id)}
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """What lies between a member and another one: nothing is allowed unless it was said."""

    user_id: UserId
    known: bool = False
    connected: bool = False
    may_message: bool = False

    def must_allow(self) -> None:
        """Raise UserNotFound or MessagingNotAllowed unless a message may pass."""
        if not self.known:
            raise UserNotFound(self.user_id)
        if not self.may_message:
            raise MessagingNotAllowed(self.user_id)


def reached(verdicts: Sequence[Verdict]) -> list[UserId]:
    """Who of the others in a conversation may be told what a member does there.

    One other: whom the member may write to. Several: everybody but those whom a block or a restriction hides.
    """
    if len(verdicts) == 1:
        return [verdict.user_id for verdict in verdicts if verdict.known and verdict.may_message]
    return [verdict.user_id for verdict in verdicts if verdict.known]


def hidden(verdicts: Sequence[Verdict]) -> frozenset[UserId]:
    """From whom of several others a member's messages are hidden."""
    return frozenset(verdict.user_id for verdict in verdicts if not verdict.known)
