"""What a member shows to whom, as they set it."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from mesh.errors import FieldNotUpdatable
from mesh.etags import etag


class Audience(StrEnum):
    """Who may; "everyone" are the members who are signed in."""

    EVERYONE = "everyone"
    CONNECTIONS = "connections"
    ONLY_ME = "only_me"

    def has(self, *, connected: bool) -> bool:
        """Whether another member, connected or not, is in it."""
        return self is Audience.EVERYONE or (connected and self is Audience.CONNECTIONS)


class ViewerMode(StrEnum):
    """How a member appears to those whose profiles they look at."""

    NAMED = "named"
    ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True)
class Privacy:
    """A member's settings; new members have these."""

    profile_audience: Audience = Audience.EVERYONE
    connections_audience: Audience = Audience.EVERYONE
    email_audience: Audience = Audience.ONLY_ME
    message_audience: Audience = Audience.CONNECTIONS
    viewer_mode: ViewerMode = ViewerMode.NAMED
    discoverable: bool = True

    @property
    def etag(self) -> str:
        """Another one for other settings."""
        return etag(*dataclasses.astuple(self))

    def edited(self, changes: Mapping[str, Any]) -> Self:
        """These settings with some replaced; raises FieldNotUpdatable for no setting, and for no value."""
        for field, value in changes.items():
            if value is None or field not in _FIELDS:
                raise FieldNotUpdatable(field, "is no setting, or has to have a value")
        return dataclasses.replace(self, **changes)


_FIELDS = frozenset(field.name for field in dataclasses.fields(Privacy))
