"""Who may write to whom: denied unless the profile service says otherwise."""

from dataclasses import dataclass

from mesh.errors import NotFound, PermissionDenied
from svc_messaging.domain.ids import UserId


class UserNotFound(NotFound):
    """The member does not exist, has left, or may not be known to the caller."""

    reason = "USER_NOT_FOUND"

    def __init__(self, user_id: UserId) -> None:
        super().__init__(f"user {user_id} does not exist", metadata={"userId": str(user_id)})


class MessagingNotAllowed(PermissionDenied):
    """The two are not connected, one blocked the other, or the recipient's settings say no."""

    reason = "MESSAGING_NOT_ALLOWED"

    def __init__(self, user_id: UserId) -> None:
        super().__init__(
            f"user {user_id} does not take messages from you: connect first", metadata={"userId": str(user_id)}
        )


@dataclass(frozen=True, slots=True)
class Access:
    """What lies between a sender and one recipient."""

    user_id: UserId
    connected: bool = False
    blocked: bool = False
    hidden: bool = True
    may_message: bool = False

    @property
    def open(self) -> bool:
        """Whether a message may pass."""
        return not self.hidden and not self.blocked and (self.connected or self.may_message)

    def must_be_open(self) -> None:
        """Raise UserNotFound or MessagingNotAllowed unless a message may pass."""
        if self.hidden:
            raise UserNotFound(self.user_id)
        if not self.open:
            raise MessagingNotAllowed(self.user_id)
