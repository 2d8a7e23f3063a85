"""Lists of connections that a member shows some things to; nobody else knows of them."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from mesh.errors import FailedPrecondition, FieldNotUpdatable, NotFound
from mesh.etags import check_etag, etag
from svc_profile.domain.ids import ListId

MOST_LISTS = 25
MOST_MEMBERS = 500
"""Of one member, and on one list: a verdict carries all lists of its owner that the viewer is on."""


class AudienceListNotFound(NotFound):
    """The member has no such list."""

    reason = "AUDIENCE_LIST_NOT_FOUND"

    def __init__(self, list_id: ListId) -> None:
        super().__init__(f"you have no list {list_id}", metadata={"listId": str(list_id)})


class TooManyAudienceLists(FailedPrecondition):
    """The member has as many lists as they may have."""

    reason = "TOO_MANY_AUDIENCE_LISTS"

    def __init__(self) -> None:
        super().__init__(f"you have {MOST_LISTS} lists already: remove one first")


class AudienceListFull(FailedPrecondition):
    """The list has as many members as it may have."""

    reason = "AUDIENCE_LIST_FULL"

    def __init__(self) -> None:
        super().__init__(f"a list holds {MOST_MEMBERS} members: remove one first")


@dataclass(frozen=True, slots=True)
class AudienceList:
    """A list by its name; who is on it is kept apart."""

    id: ListId
    name: str
    created_at: datetime

    @property
    def etag(self) -> str:
        """Another one for another name."""
        return etag(self.name)

    def edited(self, changes: Mapping[str, Any], tag: str) -> Self:
        """With another name; raises EtagMismatch, FieldNotUpdatable."""
        check_etag(tag, self.etag)
        for field, value in changes.items():
            if field != "name" or not value:
                raise FieldNotUpdatable(field, "is not a list's, or has to have a value")
        return dataclasses.replace(self, **changes)
