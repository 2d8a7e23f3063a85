"""A draft: a post that is kept until its author publishes it, or its time comes."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple, Self

from mesh.errors import FailedPrecondition, FieldNotUpdatable, FieldViolation, InvalidArgument, NotFound
from mesh.etags import check_etag, etag
from mesh.ids import uuid7
from svc_feed.domain.ids import DraftId, PostId, UserId
from svc_feed.domain.post import Draft
from svc_feed.domain.visibility import Visibility

MOST_DRAFTS = 100
"""That a member keeps, scheduled ones among them."""
MOST_SCHEDULED = 25
SOONEST, LATEST = timedelta(minutes=1), timedelta(days=365)
"""How far ahead a draft is scheduled."""
REDIRECTS = timedelta(days=30)
"""How long a published draft says which post it became."""
EDITABLE = frozenset(field.name for field in dataclasses.fields(Draft))


class DraftState(StrEnum):
    """Where a draft is in its life."""

    SAVED = "saved"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"


class DraftNotFound(NotFound):
    """The caller has no such draft."""

    reason = "DRAFT_NOT_FOUND"

    def __init__(self, draft_id: DraftId) -> None:
        super().__init__(f"you have no draft {draft_id}", metadata={"draftId": str(draft_id)})


class DraftPublished(FailedPrecondition):
    """It is a post now."""

    reason = "DRAFT_PUBLISHED"

    def __init__(self, draft_id: DraftId, post_id: PostId) -> None:
        message = f"draft {draft_id} became post {post_id}: change or delete that"
        super().__init__(message, metadata={"postId": str(post_id)})


class TooManyDrafts(FailedPrecondition):
    """As many are kept as may be."""

    reason = "TOO_MANY_DRAFTS"

    def __init__(self) -> None:
        super().__init__(f"you keep {MOST_DRAFTS} drafts already: publish or delete one first")


class TooManyScheduledDrafts(FailedPrecondition):
    """As many are scheduled as may be."""

    reason = "TOO_MANY_SCHEDULED_DRAFTS"

    def __init__(self) -> None:
        super().__init__(f"{MOST_SCHEDULED} of your drafts are scheduled already: unschedule one first")


class PublishTimeInvalid(InvalidArgument):
    """It is too soon or too late."""

    reason = "PUBLISH_TIME_INVALID"

    def __init__(self) -> None:
        violation = FieldViolation("publish_at", "from a minute to 365 days from now")
        super().__init__("a draft is scheduled from a minute to 365 days ahead", violations=[violation])


class Refusal(NamedTuple):
    """Why a draft was not published at its time; `reason` is one of the contract's."""

    reason: str
    message: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SavedDraft:
    """As stored. One that is published says nothing but which post it became."""

    id: DraftId
    author_id: UserId
    draft: Draft
    created_at: datetime
    updated_at: datetime
    shared_post_id: PostId | None = None
    """What the post is to share."""
    publish_at: datetime | None = None
    """When, if it is scheduled."""
    refusal: Refusal | None = None
    post_id: PostId | None = None
    published_at: datetime | None = None
    revision: int = 1

    @classmethod
    def begun(cls, draft: Draft, sharing: PostId | None, *, by: UserId, at: datetime) -> Self:
        """A new one."""
        return cls(DraftId(uuid7(at)), by, draft, at, at, sharing)

    @property
    def state(self) -> DraftState:
        """Where it is in its life."""
        if self.post_id is not None:
            return DraftState.PUBLISHED
        return DraftState.SCHEDULED if self.publish_at is not None else DraftState.SAVED

    @property
    def etag(self) -> str:
        """Changes with every change."""
        return etag(self.id, self.revision)

    @property
    def size(self) -> int:
        """Characters of its texts."""
        return len(self.draft.content) + len(self.draft.title or "")

    @property
    def publishable(self) -> Draft:
        """What is published: a list counts for nothing where the post is not for one."""
        if self.draft.visibility is Visibility.LIST:
            return self.draft
        return dataclasses.replace(self.draft, list_id=None)

    def is_due(self, at: datetime) -> bool:
        """Whether its time has come."""
        return self.post_id is None and self.publish_at is not None and self.publish_at <= at

    def edited(self, changes: Mapping[str, Any], *, at: datetime, etag: str = "") -> Self:
        """The draft with the fields in `changes` replaced; itself when that changes nothing.

        Raises DraftPublished, EtagMismatch, FieldNotUpdatable.
        """
        self.check_kept(etag)
        for name in sorted(changes.keys() - EDITABLE):
            raise FieldNotUpdatable(name)
        return self._changed(at, draft=dataclasses.replace(self.draft, **changes))

    def scheduled(self, publish_at: datetime, *, at: datetime, etag: str = "") -> Self:
        """The draft to be published then; itself when that is set already.

        Raises DraftPublished, EtagMismatch, PublishTimeInvalid.
        """
        self.check_kept(etag)
        if publish_at == self.publish_at:
            return self
        if not SOONEST <= publish_at - at <= LATEST:
            raise PublishTimeInvalid
        return self._changed(at, publish_at=publish_at)

    def unscheduled(self, at: datetime) -> Self:
        """The draft to be published when its author says so; raises DraftPublished."""
        self.check_kept()
        return self if self.publish_at is None else self._changed(at, publish_at=None)

    def refused(self, why: Refusal) -> Self:
        """The draft that could not be published at its time."""
        return dataclasses.replace(self._changed(why.at, publish_at=None), refusal=why)

    def published(self, post_id: PostId, at: datetime) -> Self:
        """What is left of it."""
        return dataclasses.replace(
            self._changed(at, draft=Draft(), shared_post_id=None, publish_at=None), post_id=post_id, published_at=at
        )

    def check_kept(self, etag: str = "") -> None:
        """Raise DraftPublished for a post, EtagMismatch for another revision than `etag` names."""
        if self.post_id is not None:
            raise DraftPublished(self.id, self.post_id)
        check_etag(etag, self.etag)

    def _changed(self, at: datetime, **fields: Any) -> Self:
        after = dataclasses.replace(self, **fields)
        if after == self:
            return self
        return dataclasses.replace(after, refusal=None, updated_at=at, revision=self.revision + 1)
