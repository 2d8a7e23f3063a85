"""Who may write to whom, as the profile service decided it."""

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


Question = tuple[UserId, UserId]
"""A viewer and the member something belongs to."""


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
