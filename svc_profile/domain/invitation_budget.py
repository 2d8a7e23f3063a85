"""How many members somebody may still invite today: fewer where hardly anybody accepts."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from mesh.errors import ResourceExhausted

DAY = timedelta(days=1)
JUDGED = timedelta(days=90)
"""How far back answers count: whoever changes their ways is a stranger to nobody a season later."""

A_DAY = 100  # more is not what a person does by hand
A_DAY_UNWELCOME = 20
_UNWELCOME = 0.1  # share of answers that accept; below it a member invites people who do not know them
_ANSWERS = 20  # fewer say nothing: two of fifteen are bad luck


class InvitationsUsedUp(ResourceExhausted):
    """The member invited as many as they may within a day."""

    reason = "INVITATIONS_USED_UP"


@dataclass(frozen=True, slots=True)
class Invitations:
    """What a member asked of others: within a day, since when, and how the answers of the season were."""

    sent: int = 0
    oldest_at: datetime | None = None
    accepted: int = 0
    turned_down: int = 0
    ignored: int = 0

    def with_one_more(self, at: datetime) -> Self:
        """As the next invitation finds it."""
        return dataclasses.replace(self, sent=self.sent + 1, oldest_at=self.oldest_at or at)


@dataclass(frozen=True, slots=True)
class InvitationBudget:
    """`accept_rate` is 0 to 1, None while too few answered; at `resets_at` one more is free, None where all are."""

    remaining: int
    accept_rate: float | None
    resets_at: datetime | None
    challenge_required: bool


def budget(past: Invitations) -> InvitationBudget:
    """What is left by the rules: a hundred within any 24 hours, twenty behind a challenge each where few accept."""
    rate = _rate(past.accepted, past.turned_down)  # by what the member may know: nobody is told that they are ignored
    unwelcome = rate is not None and rate < _UNWELCOME
    most = A_DAY_UNWELCOME if unwelcome else A_DAY
    resets_at = past.oldest_at + DAY if past.oldest_at is not None else None
    return InvitationBudget(max(0, most - past.sent), rate, resets_at, challenge_required=unwelcome)


def suspicion(past: Invitations) -> tuple[int, str] | None:
    """How sure it is that a member spams, 1 to 100, and what it shows by; None where nothing does.

    Numbers that grow from one invitation to the next are left out: the same evidence is one line.
    """
    left, rate = budget(past), _rate(past.accepted, past.turned_down + past.ignored)
    seen = list[str]()
    if rate is not None and rate < _UNWELCOME:
        seen.append(f"fewer than {_UNWELCOME:.0%} of those invited accept")
    if left.remaining == 0:
        seen.append(f"{past.sent} invitations within a day")
    return (40 * len(seen), "\n".join(seen)) if seen else None


def refusal(left: InvitationBudget, now: datetime) -> InvitationsUsedUp | None:
    """Why there can be no further invitation, with the wait; None where there can."""
    if left.remaining > 0:
        return None
    wait = (left.resets_at - now).total_seconds() if left.resets_at else 0.0
    return InvitationsUsedUp("you invited as many as you may within a day", retry_after=max(1.0, wait))


def _rate(accepted: int, refused: int) -> float | None:
    answers = accepted + refused
    return accepted / answers if answers >= _ANSWERS else None
