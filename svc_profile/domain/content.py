"""Names for pieces of content of any service."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class ContentKind(StrEnum):
    """What a piece of content is, by the names of the contract."""

    POST = "post"
    COMMENT = "comment"
    MESSAGE = "message"
    JOB = "job"
    COMPANY = "company"
    PROFILE = "profile"
    MEDIA = "media"
    RECOMMENDATION = "recommendation"
    CAMPAIGN = "campaign"


@dataclass(frozen=True, slots=True)
class ContentRef:
    """A piece of content; `parent_id` is what its id is unique within, where it is not unique alone."""

    kind: ContentKind
    id: UUID
    parent_id: UUID | None = None

    @property
    def is_incomplete(self) -> bool:
        """Whether it lacks the parent without which nobody finds it."""
        return self.kind in {ContentKind.COMMENT, ContentKind.MESSAGE} and self.parent_id is None

    @property
    def removable(self) -> bool:
        """Whether its service can find it and take it down by itself."""
        by_themselves = {ContentKind.POST, ContentKind.JOB, ContentKind.COMMENT, ContentKind.MESSAGE}
        return self.kind in by_themselves and not self.is_incomplete
