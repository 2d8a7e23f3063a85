"""Requests that nobody answered end, whatever becomes of one of them."""

from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import pytest

from mesh.testing import ManualClock
from svc_profile.domain.connection import Connection, Pair
from svc_profile.domain.ids import UserId
from svc_profile.usecases.invitation_expiry import InvitationExpiry

PAIRS = [Pair(UserId(UUID(int=n)), UserId(UUID(int=n + 1))) for n in range(1, 252)]


class Requests:
    """Requests that are over, the oldest first, until they are ended; the first of them never can be."""

    def __init__(self) -> None:
        self.left = list(PAIRS)

    async def over(self, _db: Any, _now: datetime, most: int) -> list[Connection]:
        return [Connection(pair) for pair in self.left[:most]]

    async def answer(self, step: Any) -> None:
        if step.pair == PAIRS[0]:
            raise LookupError
        self.left.remove(step.pair)


async def test_one_that_cannot_be_ended_keeps_no_other() -> None:
    """All batches of a round are ended before its failure is told."""
    requests = cast("Any", Requests())
    expiry = InvitationExpiry(cast("Any", None), requests, requests, ManualClock(datetime(2026, 1, 1, tzinfo=UTC)))

    with pytest.raises(LookupError):
        await expiry.expire()

    assert requests.left == PAIRS[:1]
