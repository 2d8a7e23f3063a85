"""Suspicions, and the reports of members that raise some of them."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self
from uuid import UUID

from mesh.errors import FailedPrecondition, InvalidArgument, NotFound
from svc_profile.domain.content import ContentRef
from svc_profile.domain.ids import FlagId, UserId

KEEP = timedelta(days=730)
"""How long a report, and a flag that was resolved, are kept: as long as decisions."""

_DOUBT = 0.8  # what is left of the doubt after each report: one makes 20 of 100, five 67, ten 89
MOST_EVIDENCE = 4_000


class CannotReportSelf(InvalidArgument):
    """Nobody reports themselves or what they wrote."""

    reason = "CANNOT_REPORT_SELF"

    def __init__(self) -> None:
        super().__init__("you cannot report yourself or what you wrote")


class FlagNotFound(NotFound):
    """There is no such flag."""

    reason = "FLAG_NOT_FOUND"

    def __init__(self, flag_id: FlagId) -> None:
        super().__init__(f"there is no flag {flag_id}", metadata={"flagId": str(flag_id)})


class FlagAlreadyResolved(FailedPrecondition):
    """The flag was closed, with another resolution."""

    reason = "FLAG_ALREADY_RESOLVED"


class ResolutionImpossible(FailedPrecondition):
    """There is nothing that could be removed, or nobody who could be restricted."""

    reason = "RESOLUTION_IMPOSSIBLE"


class ReportReason(StrEnum):
    """Why something is reported, by the names of the contract."""

    SPAM = "spam"
    HARASSMENT = "harassment"
    HATE = "hate"
    EXPLICIT = "explicit"
    MISINFORMATION = "misinformation"
    SCAM = "scam"
    FAKE_ACCOUNT = "fake_account"
    INTELLECTUAL_PROPERTY = "intellectual_property"
    OTHER = "other"


class FlagKind(StrEnum):
    """What is suspected, by the names of the contract."""

    REPORTED = "reported"
    SCRAPING = "scraping"
    SPAM = "spam"
    FAKE_ACCOUNT = "fake_account"
    CREDENTIAL_ATTACK = "credential_attack"
    CONTENT = "content"


class Resolution(StrEnum):
    """What became of a flag, by the names of the contract."""

    DISMISSED = "dismissed"
    CONTENT_REMOVED = "content_removed"
    RESTRICTED = "restricted"
    CHALLENGE_PASSED = "challenge_passed"

    @property
    def is_act(self) -> bool:
        """Whether something was done about it."""
        return self in {Resolution.CONTENT_REMOVED, Resolution.RESTRICTED}


@dataclass(frozen=True, slots=True)
class Subject:
    """What a flag or a report is about: a member, or content, whose author may be known."""

    user_id: UserId | None
    content: ContentRef | None = None

    @property
    def id(self) -> UUID:
        """The id of the content, or of the member; raises ValueError where there is neither."""
        if self.content is not None:
            return self.content.id
        if self.user_id is None:
            raise ValueError("a flag is about a member or about content")
        return self.user_id


@dataclass(frozen=True, slots=True)
class Report:
    """One member's word about another, or about content."""

    id: UUID
    reporter: UserId
    subject: Subject
    flag_id: FlagId
    reason: ReportReason
    comment: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Flag:
    """`score` is 0 to 100 and never falls; of one kind there is one open flag about a subject."""

    id: FlagId
    kind: FlagKind
    subject: Subject
    created_at: datetime
    score: int = 0
    report_count: int = 0
    evidence: str = ""
    labels: tuple[str, ...] = ()
    assignee: str = ""
    resolution: Resolution | None = None
    note: str = ""
    resolved_by: str = ""
    resolved_at: datetime | None = None
    signal_labels: tuple[str, ...] = ()
    signal_until: datetime | None = None

    def reported(self, reason: ReportReason, author: UserId | None = None) -> Self:
        """With one more report, when the author may be known: the more members say so, the surer."""
        count = self.report_count + 1
        sure = round(100 * (1 - _DOUBT**count))
        return dataclasses.replace(self.seen(sure, f"reported for {reason}", author), report_count=count)

    def seen(self, score: int, evidence: str, author: UserId | None = None) -> Self:
        """With what a detector saw, who may know the author as well; a repeat changes nothing."""
        subject = self.subject if self.subject.user_id else Subject(author, self.subject.content)
        seen = self.with_evidence([evidence])
        return dataclasses.replace(seen, score=max(self.score, score), subject=subject)

    def signalled(self, labels: Iterable[str], until: datetime) -> Self:
        """Called so by a detector, until its word is old; what operators call it stays beside."""
        return dataclasses.replace(
            self, signal_labels=tuple(sorted({*self.signal_labels, *labels})), signal_until=until
        )

    def labelled(self, labels: Iterable[str]) -> Self:
        """Called so by an operator and nothing else: what a detector said is theirs now, or is lifted."""
        return dataclasses.replace(self, labels=tuple(sorted(labels)), signal_labels=(), signal_until=None)

    def shown(self, at: datetime) -> Self:
        """With all that it is called at a time."""
        if self.signal_until is None or at >= self.signal_until:
            return self
        return dataclasses.replace(self, labels=tuple(sorted({*self.labels, *self.signal_labels})))

    def with_evidence(self, lines: Iterable[str]) -> Self:
        """With lines that are not there yet, as far as there is room."""
        known = self.evidence.splitlines()
        text = "\n".join([*known, *(line for line in lines if line not in known)])
        return self if len(text) > MOST_EVIDENCE else dataclasses.replace(self, evidence=text)

    def assigned(self, assignee: str) -> Self:
        """Given to an operator, or to nobody; raises FlagAlreadyResolved."""
        if self.resolution is not None:
            raise FlagAlreadyResolved(f"flag {self.id} is resolved: nobody needs to look at it")
        return dataclasses.replace(self, assignee=assignee)

    def resolved(self, resolution: Resolution, note: str, *, by: str, at: datetime) -> Self:
        """Closed; itself when it was closed this way before. Raises FlagAlreadyResolved, ResolutionImpossible."""
        if self.resolution is resolution:
            return self
        if self.resolution is not None:
            raise FlagAlreadyResolved(f"flag {self.id} was resolved already, as {self.resolution}")
        if resolution is Resolution.CONTENT_REMOVED and self.subject.content is None:
            raise ResolutionImpossible(f"flag {self.id} is about a member: there is no content to remove")
        if resolution is Resolution.CONTENT_REMOVED and self.subject.content and not self.subject.content.removable:
            raise ResolutionImpossible(
                f"a {self.subject.content.kind} is not taken down by itself: restrict its author, or say where it is"
            )
        if resolution is Resolution.RESTRICTED and self.subject.user_id is None:
            raise ResolutionImpossible(f"nobody knows who wrote what flag {self.id} is about: name the author")
        return dataclasses.replace(self, resolution=resolution, note=note, resolved_by=by, resolved_at=at)
