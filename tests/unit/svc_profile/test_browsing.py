"""A suspicion that could not be stored is raised with the next profile."""

from typing import Any, cast

import pytest

from mesh.data import DatabaseUnavailable
from mesh.ids import UserId, uuid7
from mesh.principal import Principal
from svc_profile.domain.browsing import MOST_PASSES, Looked
from svc_profile.domain.ids import UserId as MemberId
from svc_profile.usecases.browsing import Browsing


class Around:
    """What a member's looks meet: more than is allowed, and flags whose database is away once."""

    def __init__(self) -> None:
        self.attempts = 0

    async def count(self, *_: Any) -> Looked:
        return Looked(1_000, MOST_PASSES)

    async def get(self, *_: Any) -> None:
        """Show what is public."""

    async def raise_apart(self, *_: Any) -> None:
        self.attempts += 1
        if self.attempts == 1:
            raise DatabaseUnavailable("away")


async def test_a_flag_that_was_not_stored_is_raised_again() -> None:
    """And one that was is left alone for an hour."""
    around = cast("Any", Around())
    browsing = Browsing(around, around, around, around, most=1)
    caller = Principal(UserId(uuid7()))

    with pytest.raises(DatabaseUnavailable):
        await browsing.open(caller, MemberId(uuid7()), "", "")
    for _ in range(3):
        await browsing.open(caller, MemberId(uuid7()), "", "")

    assert 2 == around.attempts
