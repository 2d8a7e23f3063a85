"""What becomes of a text by what was found in it."""

from collections.abc import Iterable
from enum import IntEnum, StrEnum
from typing import NamedTuple, Protocol
from uuid import UUID

from svc_feed.domain.ids import UserId

RULES_VERSION = 1
"""Of the rules that come with the service; raised by who changes them."""


NEW = UUID(int=0)
"""The id of content that has none yet."""


class Outcome(IntEnum):
    """The gravest of all findings counts."""

    ALLOW = 0
    LIMIT = 1
    """It is not recommended: neither found by searches nor listed under topics."""
    REVIEW = 2
    """Its author alone sees it until an operator decides."""
    REMOVE = 3
    """Its author alone sees it, and may object."""


class SafetyReason(StrEnum):
    """What was found, as machines read it."""

    UNWANTED_LINK = "unwanted_link"
    SHORTENED_LINK = "shortened_link"
    UNWANTED_WORDS = "unwanted_words"
    REPEATED = "repeated"


EXPLANATIONS = {
    SafetyReason.UNWANTED_LINK: "It links to a site that is known for fraud or for malicious software.",
    SafetyReason.SHORTENED_LINK: "It links by an address that hides where it leads: use the full one.",
    SafetyReason.UNWANTED_WORDS: "Its words are those of texts that break the rules.",
    SafetyReason.REPEATED: "Much the same was published many times lately.",
}
"""What its author reads."""


class Writing(NamedTuple):
    """A text with who wrote it; `fingerprint` is None where it is too short for one."""

    author: UserId
    text: str
    content_id: UUID = NEW
    fingerprint: int | None = None


class Finding(NamedTuple):
    """One thing that is wrong with a text."""

    outcome: Outcome
    reason: SafetyReason


class Assessment(NamedTuple):
    """What becomes of a text; `reason` is there unless it is allowed. It was not looked at where it is not `known`."""

    outcome: Outcome = Outcome.ALLOW
    reason: SafetyReason | None = None
    known: bool = True

    @property
    def withheld(self) -> bool:
        """Whether its author alone sees it."""
        return self.outcome >= Outcome.REVIEW


ALLOWED = Assessment()
UNKNOWN = Assessment(known=False)


def assessed(findings: Iterable[Finding]) -> Assessment:
    """What findings come to: the first of the gravest says why."""
    worst = max(findings, key=lambda found: found.outcome, default=None)
    return ALLOWED if worst is None or worst.outcome is Outcome.ALLOW else Assessment(worst.outcome, worst.reason)


class Classifier(Protocol):
    """Looks at a text; may take its time, and may fail."""

    async def __call__(self, writing: Writing) -> list[Finding]:
        """What is wrong with it."""
        ...
