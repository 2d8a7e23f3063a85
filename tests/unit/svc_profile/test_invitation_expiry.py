"""Requests that nobody answered end, whatever becomes of one of them."""

from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import pytest

from mesh.testing import ManualClock
from svc_profile.domain.connection import Connection, Pair
from svc_profile.domain.ids import UserId
from svc_profile.usecases.invitation_expiry import InvitationExpiry

PAIRS = [Pair(UserId(UUID(int=n)), UserId(UUID(int=n + 1))) for n in range(1, 7)]


class Stored:
    """Requests that are over."""

    async def over(self, *_: Any) -> list[Connection]:
        return [Connection(pair) for pair in PAIRS]


class Answered:
    """Takes down what was ended; the first pair never can be."""

    def __init__(self) -> None:
        self.ended: list[Pair] = []

    async def answer(self, step: Any) -> None:
        if step.pair == PAIRS[0]:
            raise LookupError
        self.ended.append(step.pair)


async def test_one_that_cannot_be_ended_keeps_no_other() -> None:
    """All of a batch are tried before its failure is told."""
    answered = Answered()
    clock = ManualClock(datetime(2026, 1, 1, tzinfo=UTC))
    expiry = InvitationExpiry(cast("Any", None), cast("Any", Stored()), cast("Any", answered), clock)

    with pytest.raises(LookupError):
        await expiry.expire()

    assert PAIRS[1:] == answered.ended
