"""A round that ends what is over, whatever stands in the way of some of it."""

from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from mesh.testing import ManualClock
from svc_profile.domain.ids import UserId
from svc_profile.usecases.restriction_expiry import RestrictionExpiry


class Over:
    """Members whose restrictions are over; those of some cannot be ended."""

    def __init__(self, count: int, broken: set[int]) -> None:
        self.members = [UserId(UUID(int=number)) for number in range(count)]
        self.broken = {self.members[number] for number in broken}
        self.tried = 0

    async def expired(self, _db: object, _now: object, size: int) -> list[UserId]:
        return self.members[:size]

    async def expire(self, user_id: UserId) -> None:
        self.tried += 1
        if user_id in self.broken:
            raise LookupError(user_id)
        self.members.remove(user_id)


def job(over: Over) -> RestrictionExpiry:
    parts: Any = SimpleNamespace(db=None, decisions=over, restrictions=over)
    return RestrictionExpiry(parts.db, parts.decisions, parts.restrictions, ManualClock())


@pytest.mark.parametrize("broken", [set[int](), {0}, {0, 3, 249}])
async def test_one_member_keeps_no_other_one(broken: set[int]) -> None:
    """Everybody else's restrictions are ended, and each broken one is tried once a round."""
    over = Over(250, broken)

    await job(over).expire()

    assert (len(broken), 250) == (len(over.members), over.tried)


async def test_a_round_ends_when_nothing_goes() -> None:
    """With a database that refuses all, a round is one batch."""
    over = Over(250, set(range(250)))

    await job(over).expire()

    assert (250, 100) == (len(over.members), over.tried)
