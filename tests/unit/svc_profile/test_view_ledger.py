"""What the ledger of looks keeps, and what it lets go, when it cannot be written."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from mesh.data import CommitOutcomeUnknown, DatabaseUnavailable
from mesh.testing import ManualClock
from svc_profile.domain.access import Member
from svc_profile.domain.ids import UserId
from svc_profile.domain.views import View
from svc_profile.usecases.view_ledger import ViewLedger

ME, OTHER, THIRD = (UserId(UUID(int=n)) for n in range(1, 4))


class Rows:
    """A database, and what was written: `fails` is what it answers next, `kept` whether it wrote all the same."""

    def __init__(self) -> None:
        self.looks: dict[UUID, View] = {}
        self.appearances = Counter[UserId]()
        self.fails: BaseException | None = None
        self.kept = False
        self.meanwhile: Any = None

    async def transact(self, work: Any) -> None:
        before = dict(self.looks), Counter(self.appearances)
        await work(None)
        if self.meanwhile:
            self.meanwhile()
        fails, self.fails = self.fails, None
        if fails is not None:
            if not self.kept:
                self.looks, self.appearances = before
            raise fails

    async def members(self, _tx: object, user_ids: Sequence[UserId]) -> dict[UserId, Member]:
        return {user_id: Member(user_id) for user_id in user_ids}

    async def add(self, _tx: object, views: Sequence[View]) -> None:
        self.looks = {one.id: one for one in views} | self.looks

    async def appear(self, _tx: object, times: Mapping[UserId, int], _day: date) -> None:
        self.appearances.update(times)


def ledger(rows: Rows) -> ViewLedger:
    parts: Any = rows
    kept = ViewLedger(parts, parts, parts, ManualClock())
    kept.note(ME, OTHER, "search")
    kept.appeared([OTHER])
    return kept


async def failing(kept: ViewLedger, rows: Rows, error: BaseException) -> None:
    rows.fails = error
    with pytest.raises(type(error)):
        await kept.flush()


@pytest.mark.parametrize(
    ("error", "kept"),
    [
        (DatabaseUnavailable("away"), False),
        (asyncio.CancelledError(), False),
        (CommitOutcomeUnknown("broke"), True),
    ],
)
async def test_all_is_counted_once_whatever_the_database_answered(error: BaseException, kept: bool) -> None:
    """Written at last where it was not, and not twice where it may have been."""
    rows = Rows()
    rows.kept, views = kept, ledger(rows)

    await failing(views, rows, error)
    await views.flush()

    assert (1, {OTHER: 1}) == (len(rows.looks), rows.appearances)


async def test_what_the_database_will_not_have_blocks_nothing() -> None:
    """It is dropped, and what comes later is written."""
    rows = Rows()
    views = ledger(rows)

    await failing(views, rows, ValueError("no such value"))
    views.note(ME, THIRD, "search")
    await views.flush()

    assert [THIRD] == [one.owner for one in rows.looks.values()]


async def test_a_look_is_one_also_while_it_is_being_written() -> None:
    """Of who does not look by name no row of the table would know it again."""
    rows = Rows()
    views = ledger(rows)
    rows.meanwhile = lambda: views.note(ME, OTHER, "search")

    await views.flush()
    await views.flush()

    assert 1 == len(rows.looks)
