"""Accounts that nobody has: who opens several of them reads accounts one after another."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from mesh.errors import FailedPrecondition
from svc_profile.domain.ids import UserId

MOST = 10_000
"""Each process knows all of them: half a megabyte."""
SEVERAL = 3
"""Different ones that nobody meets by chance, as none is found by anything but its id."""
WITHIN = timedelta(days=7)


class CanaryImpossible(FailedPrecondition):
    """The account cannot be one."""

    reason = "CANARY_IMPOSSIBLE"


@dataclass(frozen=True, slots=True)
class Canary:
    """An account, and who made it one."""

    user_id: UserId
    operator: str
    created_at: datetime
