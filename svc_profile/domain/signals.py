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


class Doing(StrEnum):
    """What is counted, within a day of UTC."""

    INVITED = "invited"
    OPENED = "opened"


MOST: Mapping[Doing, int] = {Doing.INVITED: 20, Doing.OPENED: 40}
"""How often a person does it in a day of their first week who has not come to say anything of themselves yet."""
_SCORES: Mapping[Doing, int] = {Doing.INVITED: 60, Doing.OPENED: 40}
_IN_WORDS: Mapping[Doing, str] = {Doing.INVITED: "invitations", Doing.OPENED: "profiles opened"}


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


def signal(doing: Doing, count: int, percent: int) -> Signal | None:
    """What a young account shows that did something so often within a day and is complete by so much."""
    if count < MOST[doing] or percent > EMPTY:
        return None
    evidence = (
        f"{MOST[doing]} {_IN_WORDS[doing]} within a day by an account of less than {YOUNG.days} days"
        f" that is complete by {EMPTY} % at most"
    )
    return Signal(FlagKind.FAKE_ACCOUNT, _SCORES[doing], evidence, (LABEL,))
