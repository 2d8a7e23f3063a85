"""Tell members who looked at their profiles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from uuid import UUID

from mesh.clock import Clock
from mesh.data import Database, Page, Pager
from svc_profile.domain.ids import UserId
from svc_profile.domain.privacy import Field, ViewerMode
from svc_profile.domain.user import AccountGone, User
from svc_profile.domain.views import DAYS_TOLD, KEEP, View, groups, told_as
from svc_profile.store.connections import ConnectionRepository
from svc_profile.store.users import UserRepository
from svc_profile.store.views import ViewRepository
from svc_profile.usecases.access import Access
from svc_profile.usecases.taxonomy import CurrentTaxonomy

_MOST_VIEWERS = 500
"""Of the latest looks, those that groups are made of."""
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looked, as far as it is told: by name, by occupation, or only that somebody did."""

    user: User | None
    occupation: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Stats:
    """The numbers of a profile; days from the oldest, groups from the largest."""

    connections: int
    endorsements: int
    appearances: int
    views: int
    days: Sequence[tuple[date, int]]
    companies: Sequence[tuple[str, int]]
    occupations: Sequence[tuple[str, int]]


@dataclass(frozen=True)
class ProfileViews:
    """Nobody is told more of others than others are told of them, nor of whom they may not see or who hides by now."""

    db: Database
    views: ViewRepository
    users: UserRepository
    connections: ConnectionRepository
    access: Access
    taxonomy: CurrentTaxonomy
    pager: Pager
    clock: Clock

    async def viewers(self, me: UserId, token: str, size: int) -> Page[Viewer]:
        """A page of those who looked, the newest first; raises AccountGone, PageTokenInvalid."""
        mode, since = await self._mode(me), self.clock.now() - KEEP
        if mode is ViewerMode.ANONYMOUS:
            return Page([], "")

        async def total() -> int:
            return sum((await self.views.by_day(self.db, me, since)).values())

        listing = self.views.newest(self.db, me, since).dressed(partial(self._told, me, mode))
        return await self.pager.page(token, size, f"viewers/{me}", listing, total=total)

    async def stats(self, me: UserId) -> Stats:
        """The numbers of the own profile; raises AccountGone."""
        mode, now = await self._mode(me), self.clock.now()
        by_day, today = await self.views.by_day(self.db, me, now - KEEP), now.astimezone(UTC).date()
        days = [today - timedelta(days=back) for back in reversed(range(DAYS_TOLD))]
        companies, occupations = await self._groups(me, now) if mode is ViewerMode.NAMED else ([], [])
        return Stats(
            connections=await self.connections.count_for(self.db, me, me),
            endorsements=await self.views.endorsed(self.db, me),
            appearances=await self.views.appearances(self.db, me, now - _WEEK),
            views=sum(by_day.values()),
            days=[(day, by_day.get(day, 0)) for day in days],
            companies=companies,
            occupations=occupations,
        )

    async def _mode(self, me: UserId) -> ViewerMode:
        member = (await self.users.members(self.db, [me])).get(me)
        if member is None:
            raise AccountGone
        return member.privacy.viewer_mode

    async def _told(self, me: UserId, mode: ViewerMode, rows: Sequence[View]) -> list[Viewer | None]:
        """Whom `me` may not see is left out; who hides by now is not named."""
        named = list({row.viewer for row in rows if row.viewer})
        people = await self.access.visible(me, named) if named else {}
        modes = await self._modes(named)

        def told(row: View) -> Viewer | None:
            if row.viewer is None:
                return Viewer(None, self._occupation(row.occupation_id), row.at)
            if row.viewer not in people:
                return None
            shown = told_as(modes[row.viewer], to=mode) is ViewerMode.NAMED
            return Viewer(people[row.viewer] if shown else None, "", row.at)

        return [told(row) for row in rows]

    async def _modes(self, user_ids: Sequence[UserId]) -> Mapping[UserId, ViewerMode]:
        members = await self.users.members(self.db, user_ids) if user_ids else {}
        return {user_id: member.privacy.viewer_mode for user_id, member in members.items()}

    async def _groups(self, me: UserId, now: datetime) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
        """Companies and occupations of those who looked by name and show where they work."""
        latest = await self.views.latest(self.db, me, now - KEEP, _MOST_VIEWERS)
        viewers = list({viewer for viewer in latest if viewer})
        seen, modes = await self.access.look(me, viewers) if viewers else {}, await self._modes(viewers)
        open_ones = [
            user_id
            for user_id, (_, verdict) in seen.items()
            if verdict.shows(Field.POSITIONS) and modes.get(user_id) is ViewerMode.NAMED
        ]
        work = await self.views.work(self.db, open_ones) if open_ones else []
        occupations = [(one.user_id, self._occupation(one.occupation_id)) for one in work]
        return groups((one.user_id, one.company) for one in work), groups(one for one in occupations if one[1])

    def _occupation(self, occupation_id: UUID | None) -> str:
        """Its name; a concept that an import took away has none."""
        known = self.taxonomy.now.occupations.many([occupation_id] if occupation_id else [])
        return known[0].name if known else ""
