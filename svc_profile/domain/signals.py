"""What tells made-up accounts: they are young, say next to nothing of anybody, and do in a day what takes weeks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from svc_profile.domain.flags import FlagKind
from svc_profile.domain.ids import UserId

YOUNG = timedelta(days=7)
"""Who is older gave others the time to report them, and is not counted."""
EMPTY = 30
"""Percent of a complete profile: a position and a headline of a new member are as much."""
LABEL = "suspected_automation"
LABEL_KEPT = timedelta(days=14)
"""Then it is gone: what somebody did in their first week says little of them a month later."""


LATE = timedelta(hours=1)
"""What is heard of later is not counted any more."""


class Doing(StrEnum):
    """What is counted, within a day of UTC or an hour of it."""

    INVITED = "invited"
    OPENED = "opened"
    APPROACHED = "approached"


MOST: Mapping[Doing, int] = {Doing.INVITED: 20, Doing.OPENED: 40, Doing.APPROACHED: 15}
"""How often a person does it at most in their first week who has not come to say anything of themselves yet."""
_SCORES: Mapping[Doing, int] = {Doing.INVITED: 60, Doing.OPENED: 40, Doing.APPROACHED: 60}
_HOURLY = frozenset({Doing.APPROACHED})
_IN_WORDS: Mapping[Doing, str] = {
    Doing.INVITED: "invitations within a day",
    Doing.OPENED: "profiles opened within a day",
    Doing.APPROACHED: "strangers written to within an hour",
}


@dataclass(frozen=True, slots=True)
class Signal:
    """A suspicion with how sure it is, 1 to 100, and figures that are the same all day."""

    kind: FlagKind
    score: int
    evidence: str
    labels: tuple[str, ...]


def is_young(member: UserId, now: datetime) -> bool:
    """Whether an account is counted: its id, a UUIDv7, begins with the milliseconds at which it was made."""
    return now - datetime.fromtimestamp((member.int >> 80) / 1000, UTC) < YOUNG


def window(doing: Doing, at: datetime) -> str:
    """The day of UTC, or the hour, in which something is counted that is done at that time."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H" if doing in _HOURLY else "%Y-%m-%d")


def signal(doing: Doing, count: int, percent: int) -> Signal | None:
    """What a young account shows that did something so often in a window and is complete by so much."""
    if count < MOST[doing] or percent > EMPTY:
        return None
    evidence = (
        f"{MOST[doing]} {_IN_WORDS[doing]} by an account of less than {YOUNG.days} days"
        f" that is complete by {EMPTY} % at most"
    )
    kind = FlagKind.SPAM if doing is Doing.APPROACHED else FlagKind.FAKE_ACCOUNT
    return Signal(kind, _SCORES[doing], evidence, (LABEL,))
