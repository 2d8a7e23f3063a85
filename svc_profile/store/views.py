"""The ledger of looks at profiles, and of searches that showed them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, func, select

from mesh.data import Listing, Querier, Transaction, batch_insert, by_column, constant, kept, keyset, statement
from svc_profile.domain.ids import UserId
from svc_profile.domain.views import KEEP, KEEP_APPEARANCES, View
from svc_profile.store.tables import endorsements, positions, profile_views, search_appearances

_v, _a, _p = profile_views.c, search_appearances.c, positions.c
_COLUMNS = ("owner_id", "view_id", "viewer_id", "occupation_id", "surface", "day", "viewed_at")
_ADD = statement(batch_insert(profile_views, *_COLUMNS).on_conflict_do_nothing())
_COUNTED = ("user_id", "day", "times")
_appear = batch_insert(search_appearances, *_COUNTED)
_APPEAR = statement(
    _appear.on_conflict_do_update(
        index_elements=[_a.user_id, _a.day], set_={"times": _a.times + _appear.excluded.times}
    )
)
_MINE = (_v.owner_id == bindparam("owner"), _v.viewed_at > bindparam("since"))
_NEWEST = keyset(
    select(_v.view_id, _v.viewer_id, _v.occupation_id, _v.surface, _v.viewed_at).where(*_MINE), _v.view_id.desc()
)
_BY_DAY = statement(
    select(_v.day, func.count().label("views")).where(*_MINE).group_by(_v.day), name="SELECT views by day"
)
_LATEST = statement(select(_v.viewer_id).where(*_MINE).order_by(_v.view_id.desc()).limit(bindparam("most")))
_APPEARED = statement(
    select(func.coalesce(func.sum(_a.times), constant(0))).where(
        _a.user_id == bindparam("user_id"), _a.day > bindparam("since")
    )
)
_ENDORSED = statement(select(func.count()).where(endorsements.c.user_id == bindparam("user_id")))
_WORK = statement(
    select(_p.user_id, _p.company_name, _p.occupation_id).where(
        _p.user_id == any_(bindparam("user_ids", type_=ARRAY(Uuid))), _p.end.is_(None)
    )
)
VIEWS_SWEPT = (kept(_v.viewed_at, KEEP), kept(_a.day, KEEP_APPEARANCES))


class Work(NamedTuple):
    """A position that somebody holds."""

    user_id: UserId
    company: str
    occupation_id: UUID | None


class ViewRepository:
    """Views are kept by whose profile it is; of who looked by name, one a day."""

    async def add(self, tx: Transaction, views: Iterable[View]) -> None:
        """Put looks on the ledger; what is there already stays."""
        rows = [
            (one.owner, one.id, one.viewer, one.occupation_id, one.surface, one.at.astimezone(UTC).date(), one.at)
            for one in views
        ]
        await tx.execute(_ADD, **by_column(_COLUMNS, rows))

    async def appear(self, tx: Transaction, times: Mapping[UserId, int], day: date) -> None:
        """Count how often searches showed members."""
        start = datetime.combine(day, time(), UTC)
        rows = [(user_id, start, more) for user_id, more in sorted(times.items())]
        await tx.execute(_APPEAR, **by_column(_COUNTED, rows))

    def newest(self, q: Querier, owner: UserId, since: datetime) -> Listing[View]:
        """The looks at a profile, the newest first."""
        return _NEWEST.of(
            q,
            lambda row: View(
                owner, row["view_id"], row["viewer_id"], row["occupation_id"], row["surface"], row["viewed_at"]
            ),
            owner=owner,
            since=since,
        )

    async def by_day(self, q: Querier, owner: UserId, since: datetime) -> dict[date, int]:
        """How many looked, by the days on which any did."""
        return {row[0]: row[1] for row in await q.fetch(_BY_DAY, owner=owner, since=since)}

    async def latest(self, q: Querier, owner: UserId, since: datetime, most: int) -> list[UserId | None]:
        """Who looked last; None for who did not by name."""
        return [row[0] for row in await q.fetch(_LATEST, owner=owner, since=since, most=most)]

    async def appearances(self, q: Querier, user_id: UserId, since: datetime) -> int:
        """How often searches showed a member."""
        return await q.fetch_value(_APPEARED, user_id=user_id, since=since)

    async def endorsed(self, q: Querier, user_id: UserId) -> int:
        """How many endorsements a member has."""
        return await q.fetch_value(_ENDORSED, user_id=user_id)

    async def work(self, q: Querier, user_ids: Sequence[UserId]) -> list[Work]:
        """What members do now."""
        return [Work(*row) for row in await q.fetch(_WORK, user_ids=list(user_ids))]
