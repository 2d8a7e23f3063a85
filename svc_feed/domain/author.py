"""What a post shows of who speaks, and who may."""

from dataclasses import dataclass

from mesh.errors import PermissionDenied
from svc_feed.domain.ids import CompanyId, UserId


@dataclass(frozen=True, slots=True)
class Author:
    """A member in a line or two; only the id is certain, the rest is empty while the profile does not answer."""

    id: UserId
    name: str = ""
    headline: str = ""
    profile_picture_url: str = ""


@dataclass(frozen=True, slots=True)
class Company:
    """A company in whose name somebody writes; only the id is certain, as above."""

    id: CompanyId
    name: str = ""
    logo_url: str = ""


class AccountRestricted(PermissionDenied):
    """The account may not publish now."""

    reason = "ACCOUNT_RESTRICTED"
