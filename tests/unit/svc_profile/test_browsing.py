"""A suspicion that could not be stored is raised with the next profile."""

from typing import Any, cast

import pytest

from mesh.data import DatabaseUnavailable
from mesh.ids import UserId, uuid7
from mesh.principal import Principal
from svc_profile.domain.browsing import MOST_PASSES, Looked
from svc_profile.domain.challenge import ChallengeKind, ChallengeRequired
from svc_profile.domain.ids import UserId as MemberId
from svc_profile.usecases.browsing import Browsing


class Around:
    """What a member's looks meet: more than is allowed, and flags whose database is away once."""

    now = frozenset[MemberId]()

    def __init__(self) -> None:
        self.attempts = 0

    async def count(self, *_: Any, **__: Any) -> Looked:
        return Looked(1_000, MOST_PASSES)

    async def get(self, *_: Any) -> None:
        """Show what is public."""

    async def raise_apart(self, *_: Any) -> None:
        self.attempts += 1
        if self.attempts == 1:
            raise DatabaseUnavailable("away")


class Steady:
    """Looks like those of a clock; whoever has a token passed a challenge."""

    kind = ChallengeKind.PROOF_OF_WORK

    now = frozenset[MemberId]()

    def __init__(self) -> None:
        self.passes = 0
        self.told = list[str]()
        self.shown = list[str]()

    async def count(self, *_: Any, **__: Any) -> Looked:
        return Looked(20, self.passes, steady=True)

    async def allow(self, *_: Any) -> None:
        """Nothing changes."""

    def note(self, *_: Any) -> None:
        """Nothing is counted."""

    async def redeem(self, _: Principal, token: str) -> bool:
        return bool(token)

    async def open(self, *_: Any) -> None:
        self.shown.append("open")

    async def get(self, viewer: Any, _: Any) -> None:
        self.shown.append("get" if viewer else "get for nobody")

    async def raise_apart(self, *told: Any) -> None:
        self.told.append(told[-1])


async def test_who_reads_like_a_clock_is_asked_however_few_it_is() -> None:
    """Until the challenges are used up: then public fields are all there is, and each oddity is told once."""
    met = Steady()
    around = cast("Any", met)
    browsing = Browsing(around, around, around, around, around, around, most=100)
    caller = Principal(UserId(uuid7()))

    for _ in range(2):
        with pytest.raises(ChallengeRequired):
            await browsing.open(caller, MemberId(uuid7()), "", "")
    await browsing.open(caller, MemberId(uuid7()), "", "a token")
    met.passes = MOST_PASSES
    await browsing.open(caller, MemberId(uuid7()), "", "a token")

    assert ["20 profiles at intervals that vary by less than 15%"] == met.told
    assert ["open", "get", "get for nobody"] == met.shown


async def test_a_flag_that_was_not_stored_is_raised_again() -> None:
    """And one that was is left alone for an hour."""
    around = cast("Any", Around())
    browsing = Browsing(around, around, around, around, around, around, most=1)
    caller = Principal(UserId(uuid7()))

    with pytest.raises(DatabaseUnavailable):
        await browsing.open(caller, MemberId(uuid7()), "", "")
    for _ in range(3):
        await browsing.open(caller, MemberId(uuid7()), "", "")

    assert 2 == around.attempts
