"""A picture, a video or a document: what is taken, and where it is in its life."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, Self
from uuid import UUID

from mesh.errors import FailedPrecondition, FieldViolation, InvalidArgument, NotFound
from mesh.ids import uuid7
from svc_feed.domain.ids import MediaId, UserId

MIB = 1024 * 1024
COMPLETED_WITHIN = timedelta(days=1)
"""How long an upload waits to be completed."""
USED_WITHIN = timedelta(days=7)
"""How long a medium stays that nothing shows."""
MOST_TRIES = 3
"""How often a medium is looked at before it is given up."""


class Kind(StrEnum):
    """What a medium is."""

    IMAGE = "image"
    VIDEO = "video"
    DOCUMENT = "document"


class State(StrEnum):
    """Where a medium is in its life."""

    PENDING = "pending"
    PROCESSING = "processing"
    READY = "ready"
    FAILED = "failed"


class Failed(StrEnum):
    """Why a medium cannot be used."""

    MISMATCH = "mismatch"
    UNREADABLE = "unreadable"
    TOO_MANY_PIXELS = "too_many_pixels"
    PROCESSING = "processing"


class Taken(NamedTuple):
    """A type that is taken."""

    kind: Kind
    most_bytes: int


TYPES = {
    "image/jpeg": Taken(Kind.IMAGE, 20 * MIB),
    "image/png": Taken(Kind.IMAGE, 20 * MIB),
    "image/webp": Taken(Kind.IMAGE, 20 * MIB),
    "application/pdf": Taken(Kind.DOCUMENT, 50 * MIB),
    "video/mp4": Taken(Kind.VIDEO, 200 * MIB),
    "video/webm": Taken(Kind.VIDEO, 200 * MIB),
}


class MediaNotFound(NotFound):
    """There is no such medium, or none this caller may use or see."""

    reason = "MEDIA_NOT_FOUND"

    def __init__(self, medium: UUID | str) -> None:
        super().__init__(f"medium {medium} does not exist", metadata={"mediaId": str(medium)})


class MediaTypeNotAllowed(InvalidArgument):
    """Media of this type are not taken."""

    reason = "MEDIA_TYPE_NOT_ALLOWED"


class MediaTooLarge(InvalidArgument):
    """It is larger than its type may be."""

    reason = "MEDIA_TOO_LARGE"


class _AboutOne(FailedPrecondition):
    """Something about one medium that has to be otherwise first."""

    def __init__(self, medium: MediaId, message: str) -> None:
        super().__init__(f"medium {medium} {message}", metadata={"mediaId": str(medium)})


class UploadIncomplete(_AboutOne):
    """Fewer bytes arrived than were announced."""

    reason = "UPLOAD_INCOMPLETE"


class UploadMismatch(_AboutOne):
    """The bytes are not those that were announced."""

    reason = "UPLOAD_MISMATCH"


class MediaNotReady(_AboutOne):
    """It is not uploaded yet, is being looked at, or failed."""

    reason = "MEDIA_NOT_READY"


class MediaNotAPicture(_AboutOne):
    """It is a video or a document."""

    reason = "MEDIA_NOT_A_PICTURE"


class MediaInUse(_AboutOne):
    """Something shows it."""

    reason = "MEDIA_IN_USE"


class Variant(NamedTuple):
    """One form of a medium, an object of its own; pixels where it is a picture."""

    name: str
    content_type: str
    size_bytes: int
    width: int | None = None
    height: int | None = None


class Found(NamedTuple):
    """What a look at the bytes found."""

    variants: tuple[Variant, ...]
    page_count: int | None = None


class Announced(NamedTuple):
    """What a member says they will upload."""

    content_type: str
    size_bytes: int
    sha256: str | None = None
    alt_text: str = ""


@dataclass(frozen=True, slots=True)
class Medium:
    """As stored. `expires_at` is when it is dropped, unless it is completed or used first; None while it is used."""

    id: MediaId
    owner_id: UserId
    content_type: str
    size_bytes: int
    created_at: datetime
    expires_at: datetime | None
    sha256: str | None = None
    alt_text: str = ""
    state: State = State.PENDING
    failure: Failed | None = None
    tries: int = 0
    variants: tuple[Variant, ...] = ()
    page_count: int | None = None

    @classmethod
    def announced(cls, what: Announced, *, by: UserId, at: datetime) -> Self:
        """A medium whose bytes are to come; raises MediaTypeNotAllowed, MediaTooLarge."""
        taken = TYPES.get(what.content_type)
        if taken is None:
            violation = FieldViolation("content_type", f"one of {', '.join(TYPES)}")
            raise MediaTypeNotAllowed(f"media of type {what.content_type!r} are not taken", violations=[violation])
        if what.size_bytes > taken.most_bytes:
            violation = FieldViolation("size_bytes", f"at most {taken.most_bytes}")
            raise MediaTooLarge(f"{what.content_type} has at most {taken.most_bytes} bytes", violations=[violation])
        return cls(MediaId(uuid7(at)), by, what.content_type, what.size_bytes, at, at + COMPLETED_WITHIN, what.sha256,
                   what.alt_text)  # fmt: skip

    @property
    def kind(self) -> Kind:
        """What it is."""
        return TYPES[self.content_type].kind

    def check_arrived(self, size: int | None, begins_as: str | None) -> None:
        """Raise UploadIncomplete or UploadMismatch unless so many bytes of such a type are what was announced."""
        if size is None or size < self.size_bytes:
            raise UploadIncomplete(self.id, f"has {size or 0} of {self.size_bytes} bytes: upload it again")
        if size > self.size_bytes:
            raise UploadMismatch(self.id, f"has {size} bytes and not {self.size_bytes}: upload it again")
        if begins_as != self.content_type:
            raise UploadMismatch(self.id, f"is {begins_as or 'of no known type'} and not {self.content_type}")

    def completed(self, at: datetime) -> Self:
        """The medium with its bytes there."""
        return dataclasses.replace(self, state=State.PROCESSING, expires_at=at + USED_WITHIN)

    def tried(self) -> Self:
        """The medium looked at once more."""
        return dataclasses.replace(self, tries=self.tries + 1)

    def untried(self) -> Self:
        """The medium as before the last try, which was cut short by others."""
        return dataclasses.replace(self, tries=self.tries - 1)

    def ready(self, found: Found, at: datetime) -> Self:
        """The medium as it can be used."""
        return dataclasses.replace(
            self,
            state=State.READY,
            variants=found.variants,
            page_count=found.page_count,
            expires_at=self._settled_until(at),
        )

    def failed(self, why: Failed, at: datetime) -> Self:
        """The medium as it cannot be used."""
        return dataclasses.replace(self, state=State.FAILED, failure=why, expires_at=self._settled_until(at))

    def _settled_until(self, at: datetime) -> datetime | None:
        return at + USED_WITHIN if self.expires_at else None  # a draft may use what is looked at still

    def check_completed(self) -> None:
        """Raise MediaNotReady unless its bytes are there, and may be shown as far as is known."""
        if self.state not in {State.PROCESSING, State.READY}:
            raise MediaNotReady(self.id, f"is {self.state}: it can be used once it is uploaded")

    def check_picture(self) -> None:
        """Raise MediaNotReady or MediaNotAPicture unless it can be the picture of a profile."""
        if self.kind is not Kind.IMAGE:
            raise MediaNotAPicture(self.id, f"is of type {self.content_type} and no picture")
        self.check_usable()

    def check_usable(self) -> None:
        """Raise MediaNotReady unless it can be shown."""
        if self.state is not State.READY:
            raise MediaNotReady(self.id, f"is {self.state}: it can be shown once it is ready")
