"""Who may see a post: its visibility under a verdict of the profile service about the two, asked for on every read."""

from enum import Enum, StrEnum, auto
from typing import NamedTuple

from mesh.errors import NotFound
from svc_feed.domain.ids import ListId


class AudienceListNotFound(NotFound):
    """The author has no such list, or names none."""

    reason = "AUDIENCE_LIST_NOT_FOUND"

    def __init__(self, list_id: ListId | None) -> None:
        message = f"you have no list {list_id}" if list_id else "name one of your lists: the post is for its members"
        super().__init__(message, metadata={"listId": str(list_id or "")})


class Visibility(StrEnum):
    """Whom the author wrote it for."""

    PUBLIC = "public"
    CONNECTIONS = "connections"
    PRIVATE = "private"
    SECOND_DEGREE = "second_degree"
    LIST = "list"


class Shown(NamedTuple):
    """What a verdict shows, as statements ask for it: these visibilities, and what is for these lists."""

    visibilities: list[Visibility]
    lists: list[ListId]

    def has(self, visibility: Visibility, list_id: ListId | None) -> bool:
        """Whether such a post is among it."""
        return visibility in self.visibilities or list_id in self.lists


class Relation(Enum):
    """What an item says of its viewer and its author."""

    __hash__ = object.__hash__  # as for Reaction

    SELF = auto()
    CONNECTED = auto()
    FOLLOWED = auto()
    OTHER = auto()


class Verdict(NamedTuple):
    """What a viewer may see of a member, as the profile service decides; nothing unless it says so.

    `lists` are those audience lists of the member that the viewer is on.
    """

    may_see_profile: bool = False
    may_see_public: bool = False
    may_see_connections_posts: bool = False
    may_see_second_degree_posts: bool = False
    is_self: bool = False
    connected: bool = False
    muted: bool = False
    lists: tuple[ListId, ...] = ()
    following: bool = False

    def shows(self, visibility: Visibility, list_id: ListId | None = None) -> bool:
        """Whether a post of the member with this visibility may be shown to the viewer."""
        if visibility is Visibility.PUBLIC:  # by identity: comparing texts costs a feed ten microseconds
            return self.may_see_public
        if visibility is Visibility.CONNECTIONS:
            return self.may_see_connections_posts
        if visibility is Visibility.SECOND_DEGREE:
            return self.may_see_second_degree_posts
        if visibility is Visibility.LIST and self.may_see_public and list_id in self.lists:
            return True
        return self.is_self

    def feeds(self, visibility: Visibility, list_id: ListId | None = None) -> bool:
        """Whether such a post may be shown in the viewer's feed: a mute keeps out of it what may be seen elsewhere."""
        return not self.muted and self.shows(visibility, list_id)

    @property
    def relation(self) -> Relation:
        """Who the viewer is to the member."""
        if self.is_self:
            return Relation.SELF
        if self.connected:
            return Relation.CONNECTED
        return Relation.FOLLOWED if self.following else Relation.OTHER

    @property
    def shows_answers(self) -> bool:
        """Whether the member's comments and reactions may be shown to the viewer, who may see the post."""
        return self.may_see_public

    @property
    def shown(self) -> Shown:
        """Everything that it shows."""
        visibilities = [visibility for visibility in Visibility if self.shows(visibility)]
        return Shown(visibilities, [*self.lists] if self.may_see_public else [])


NOTHING = Verdict()
OWN = Verdict(
    may_see_profile=True,
    may_see_public=True,
    may_see_connections_posts=True,
    may_see_second_degree_posts=True,
    is_self=True,
)
"""What members see of themselves; nobody has to be asked."""
OF_COMPANY = Verdict(may_see_profile=True, may_see_public=True)
"""What everybody sees of a company, which is no member: nobody is connected to it, has muted or blocked it."""
