"""Who may see a post: its visibility under a verdict of the profile service about the two, asked for on every read."""

from enum import StrEnum
from typing import NamedTuple


class Visibility(StrEnum):
    """Whom the author wrote it for."""

    PUBLIC = "public"
    CONNECTIONS = "connections"
    PRIVATE = "private"


class Verdict(NamedTuple):
    """What a viewer may see of a member, as the profile service decides; nothing unless it says so."""

    may_see_profile: bool = False
    may_see_public: bool = False
    may_see_connections_posts: bool = False
    is_self: bool = False
    connected: bool = False
    muted: bool = False

    def shows(self, visibility: Visibility) -> bool:
        """Whether a post of the member with this visibility may be shown to the viewer."""
        if visibility is Visibility.PUBLIC:  # by identity: comparing texts costs a feed ten microseconds
            return self.may_see_public
        if visibility is Visibility.CONNECTIONS:
            return self.may_see_connections_posts
        return self.is_self

    def feeds(self, visibility: Visibility) -> bool:
        """Whether such a post may be shown in the viewer's feed: a mute keeps out of it what may be seen elsewhere."""
        return not self.muted and self.shows(visibility)

    @property
    def shows_answers(self) -> bool:
        """Whether the member's comments and reactions may be shown to the viewer, who may see the post."""
        return self.may_see_public

    @property
    def shown(self) -> list[Visibility]:
        """Every visibility that it shows."""
        return [visibility for visibility in Visibility if self.shows(visibility)]


NOTHING = Verdict()
OWN = Verdict(may_see_profile=True, may_see_public=True, may_see_connections_posts=True, is_self=True)
"""What members see of themselves; nobody has to be asked."""
