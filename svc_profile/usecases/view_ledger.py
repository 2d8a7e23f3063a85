"""Keep the ledger of looks at profiles, without anybody waiting for it."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from typing import NamedTuple
from uuid import UUID

from mesh.clock import Clock
from mesh.data import CommitOutcomeUnknown, Database, Transaction
from mesh.errors import Failure
from mesh.ids import uuid7
from mesh.lifecycle import Rounds
from svc_profile.domain.access import Member
from svc_profile.domain.audience import Closeness
from svc_profile.domain.ids import UserId
from svc_profile.domain.privacy import Field, ViewerMode
from svc_profile.domain.views import Look, View
from svc_profile.store.users import UserRepository
from svc_profile.store.views import ViewRepository

FLUSH_SECONDS = 1.0
_MOST_WAITING = 5_000
"""Looks that wait to be written: what comes while there are more is not kept."""
_MOST_REMEMBERED = 50_000
"""Looks of today that need not be written again."""


class _Noted(NamedTuple):
    """A look that waits."""

    view_id: UUID
    surface: str
    at: datetime


@dataclass
class ViewLedger:
    """A Part: looks are noted in memory and written together every second, at the latest when the role ends.

    How somebody looks is asked for when it is written: who does not look by name is not on the ledger at all. Of those
    a process writes one look a day at a profile; of who looks by name the table keeps one.
    """

    db: Database
    users: UserRepository
    views: ViewRepository
    clock: Clock
    name: str = "view_ledger"
    _waiting: dict[Look, _Noted] = field(default_factory=dict[Look, _Noted], init=False)
    _today: dict[Look, None] = field(default_factory=dict[Look, None], init=False)
    _appeared: Counter[UserId] = field(default_factory=Counter[UserId], init=False)
    _rounds: Rounds = field(init=False)

    def __post_init__(self) -> None:
        """Write in rounds."""
        self._rounds = Rounds(self.name, self.flush, FLUSH_SECONDS)

    def note(self, viewer: UserId, owner: UserId, surface: str) -> None:
        """A member opened the profile of another."""
        now = self.clock.now()
        look = Look(viewer, owner, _day(now))
        if look in self._today or look in self._waiting or len(self._waiting) >= _MOST_WAITING:
            return
        self._waiting[look] = _Noted(uuid7(), surface, now)

    def appeared(self, user_ids: Iterable[UserId]) -> None:
        """A search showed members."""
        if len(self._appeared) < _MOST_WAITING:
            self._appeared.update(user_ids)

    async def flush(self) -> None:
        """Write what waits; while the database cannot, it waits on, and what it will not have is dropped.

        Looks wait until they are known to be written: twice they are one row. Appearances are counted up, so those
        that may have been written are not written again.
        """
        waiting, appeared = dict(self._waiting), self._appeared
        if not waiting and not appeared:
            return
        self._appeared = Counter()
        try:
            await self.db.transact(partial(self._write, waiting, appeared))
        except CommitOutcomeUnknown:
            raise
        except (Failure, asyncio.CancelledError):
            self._appeared += appeared
            raise
        except Exception:
            self._settle(waiting)
            raise
        self._settle(waiting)
        self._remember(waiting)

    async def start(self) -> None:
        """Write from now on."""
        await self._rounds.start()

    async def stop(self) -> None:
        """Write what waits, and no more."""
        await self._rounds.stop()
        await self.flush()

    def _settle(self, looks: Iterable[Look]) -> None:
        for look in looks:
            del self._waiting[look]

    def _remember(self, written: Iterable[Look]) -> None:
        today = _day(self.clock.now())
        if len(self._today) > _MOST_REMEMBERED or any(look.day != today for look in list(self._today)[:1]):
            self._today.clear()
        self._today.update(dict.fromkeys(look for look in written if look.day == today))

    async def _write(self, waiting: Mapping[Look, _Noted], appeared: Mapping[UserId, int], tx: Transaction) -> None:
        members = await self.users.members(tx, {one for look in waiting for one in (look.viewer, look.owner)})
        told = [(look, noted) for look, noted in waiting.items() if self._tells(look, members)]
        semi = [look.viewer for look, _ in told if members[look.viewer].privacy.viewer_mode is ViewerMode.SEMI_PRIVATE]
        occupations = await self._occupations(tx, semi, members)
        if told:
            await self.views.add(tx, [_view(look, noted, members[look.viewer], occupations) for look, noted in told])
        if appeared:
            await self.views.appear(tx, appeared, _day(self.clock.now()))

    def _tells(self, look: Look, members: Mapping[UserId, Member]) -> bool:
        """Both have to be there still; who is hidden from others leaves no traces with them."""
        viewer, now = members.get(look.viewer), self.clock.now()
        if viewer is None or look.owner not in members:
            return False
        return not viewer.standing.is_suspended(now) and not viewer.standing.is_shadow_banned(now)

    async def _occupations(
        self, tx: Transaction, viewers: Sequence[UserId], members: Mapping[UserId, Member]
    ) -> dict[UserId, UUID]:
        """What those do who show it to all members."""
        hidden = {one: members[one].privacy.hidden_in_profile(Closeness.MEMBER) for one in viewers}
        open_ones = [one for one in viewers if Field.POSITIONS not in hidden[one]]
        work = await self.views.work(tx, open_ones) if open_ones else []
        return {one.user_id: one.occupation_id for one in work if one.occupation_id}


def _view(look: Look, noted: _Noted, viewer: Member, occupations: Mapping[UserId, UUID]) -> View:
    named = viewer.privacy.viewer_mode is ViewerMode.NAMED
    return View(
        owner=look.owner,
        id=noted.view_id,
        viewer=look.viewer if named else None,
        occupation_id=occupations.get(look.viewer),
        surface=noted.surface,
        at=noted.at,
    )


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()
