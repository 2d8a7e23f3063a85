"""Who may see a post: one policy, asked on every read, that denies what it does not know."""

from dataclasses import dataclass
from enum import StrEnum

from svc_feed.domain.ids import UserId


class Visibility(StrEnum):
    """Whom the author wrote it for."""

    PUBLIC = "public"
    CONNECTIONS = "connections"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class Access:
    """How a viewer stands to another member; `hidden` means that nobody else may see what that member publishes."""

    connected: bool
    blocked: bool
    hidden: bool


STRANGER = Access(connected=False, blocked=False, hidden=False)

_NOTHING: frozenset[Visibility] = frozenset()
_EVERYTHING = frozenset(Visibility)
_OF_CONNECTIONS = frozenset({Visibility.PUBLIC, Visibility.CONNECTIONS})
_OF_STRANGERS = frozenset({Visibility.PUBLIC})


def visible_to(viewer: UserId, author: UserId, access: Access | None) -> frozenset[Visibility]:
    """Which posts of `author` the viewer may see; without an answer about the two, none but the viewer's own."""
    if viewer == author:
        return _EVERYTHING
    if access is None or access.blocked or access.hidden:
        return _NOTHING
    return _OF_CONNECTIONS if access.connected else _OF_STRANGERS
