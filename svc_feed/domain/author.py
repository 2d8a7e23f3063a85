"""What a post shows of the member who wrote it."""

from dataclasses import dataclass

from svc_feed.domain.ids import UserId


@dataclass(frozen=True, slots=True)
class Author:
    """A member in a line or two; only the id is certain, the rest is empty while the profile does not answer."""

    id: UserId
    name: str = ""
    headline: str = ""
    profile_picture_url: str = ""
