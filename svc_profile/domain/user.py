"""A member: who they are and what of their profile they may change."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Self
from uuid import UUID

from mesh.errors import FieldNotUpdatable, FieldViolation, InvalidArgument, NotFound, PermissionDenied
from mesh.etags import check_etag, etag
from mesh.texts import shows_nothing
from svc_profile.domain.career import NO_CAREER, Career
from svc_profile.domain.ids import UserId


class UserNotFound(NotFound):
    """The member does not exist, has left, or may not be known to the caller."""

    reason = "USER_NOT_FOUND"

    def __init__(self, user_id: UserId) -> None:
        super().__init__(f"user {user_id} does not exist", metadata={"userId": str(user_id)})


class AccountGone(NotFound):
    """The caller's own account is no more: their token outlived it by minutes."""

    def __init__(self) -> None:
        super().__init__("the account you were signed in to does not exist any more")


class NotYourProfile(PermissionDenied):
    """A profile is changed by its owner only."""

    reason = "NOT_YOUR_PROFILE"


class NameMissing(InvalidArgument):
    """A member needs a name."""

    reason = "NAME_MISSING"


@dataclass(frozen=True, slots=True)
class User:
    """A member's profile; `parts_revision` rises with every change of its parts, 0 where there never was one."""

    id: UserId
    name: str
    created_at: datetime
    updated_at: datetime
    headline: str = ""
    about: str = ""
    location: str = ""
    profile_picture_url: str = ""
    industry: str = ""
    email: str = ""
    email_verified: bool = False
    phone_number: str = ""
    parts_revision: int = 0
    handle: str = ""

    @classmethod
    def new(cls, user_id: UserId, name: str, email: str, at: datetime) -> Self:
        """A member who has just registered.

        Raises:
            NameMissing: the name shows nothing.
        """
        _check_name(name)
        return cls(id=user_id, name=name.strip(), email=email, created_at=at, updated_at=at)

    @property
    def etag(self) -> str:
        """Another one for other content, parts included."""
        return etag(*(getattr(self, field) for field in sorted(EDITABLE)), self.handle, self.parts_revision)

    def edited(self, changes: Mapping[str, Any], *, by: UserId, at: datetime, etag: str = "") -> Self:
        """The profile with the fields in `changes` replaced, None clears one; itself when nothing differs.

        Raises:
            NotYourProfile: `by` is somebody else.
            EtagMismatch: the profile is in another state than `etag` names.
            FieldNotUpdatable: one of the fields is not the owner's to write.
            NameMissing: the name would show nothing.
        """
        if by != self.id:
            raise NotYourProfile(f"user {self.id} can be edited only by its owner")
        check_etag(etag, self.etag)
        for field in changes.keys() - EDITABLE:
            raise FieldNotUpdatable(field)
        texts = {field: value or "" for field, value in changes.items()}
        if "name" in texts:
            _check_name(texts["name"])
            texts["name"] = texts["name"].strip()
        after = dataclasses.replace(self, **texts)
        return self if after == self else dataclasses.replace(after, updated_at=at)

    def differs_in(self, other: Self) -> tuple[str, ...]:
        """The editable fields in which two states of a profile differ, in alphabetical order."""
        return tuple(sorted(field for field in EDITABLE if getattr(self, field) != getattr(other, field)))


class Card(NamedTuple):
    """A member as lists show them."""

    id: UserId
    name: str
    headline: str
    profile_picture_url: str

    @classmethod
    def of(cls, user: User) -> Self:
        """Of a member, with the texts that are there."""
        return cls(user.id, user.name, user.headline, user.profile_picture_url)


@dataclass(frozen=True, slots=True)
class Profile:
    """A member as one viewer sees them, with nothing in it that is hidden from the viewer.

    `degree` is None beyond 3, `reduced` shows what is public only. `endorsed` are the skills that the viewer endorses;
    `own` shows what nobody but the member sees.
    """

    user: User
    connection_count: int = 0
    career: Career = NO_CAREER
    endorsed: frozenset[UUID] = frozenset()
    degree: int | None = None
    own: bool = False
    reduced: bool = False


def _check_name(name: str) -> None:
    if shows_nothing(name):
        violation = FieldViolation("name", "must show something")
        raise NameMissing("a profile needs a name", violations=[violation])


EDITABLE = frozenset({"name", "headline", "about", "location", "profile_picture_url", "industry"})
