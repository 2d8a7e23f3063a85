"""What lies between a viewer and another member, on which every service's permissions rest."""

from dataclasses import dataclass

from svc_profile.domain.ids import UserId


@dataclass(frozen=True, slots=True)
class Access:
    """One member as a viewer stands to them; `degree` is 1, 2 or 0, `hidden` means unknown or gone."""

    user_id: UserId
    connected: bool
    degree: int
    hidden: bool

    @property
    def may_message(self) -> bool:
        """Whether the viewer may start a conversation: with connections only."""
        return self.connected and not self.hidden
