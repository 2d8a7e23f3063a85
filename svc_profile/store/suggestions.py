"""What suggestions need beside the graph: who was dismissed or asked already, and who was where at the same time."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Uuid, any_, bindparam, null, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert

from mesh.data import Querier, Transaction, constant, statement
from svc_profile.domain.career import Education, Position
from svc_profile.domain.connection import Status
from svc_profile.domain.ids import UserId
from svc_profile.domain.periods import PartialDate
from svc_profile.store.tables import connections, education, people_search, positions, suggestion_dismissals

_s, _c, _p, _e, _o = suggestion_dismissals.c, connections.c, people_search.c, education.c, positions.c
_ME = bindparam("me", type_=Uuid)
_DISMISS = statement(
    upsert(suggestion_dismissals)
    .values(user_id=_ME, dismissed_id=bindparam("other"), dismissed_at=bindparam("at"))
    .on_conflict_do_nothing(index_elements=[_s.user_id, _s.dismissed_id])
)
_OVER = [constant(one.value) for one in (Status.NONE, Status.EXPIRED, Status.REMOVED)]
_SETTLED = statement(
    select(_s.dismissed_id)
    .where(_s.user_id == _ME)
    .union_all(select(_c.connected_user_id).where(_c.user_id == _ME, ~or_(*(_c.status == one for one in _OVER)))),
    name="SELECT settled suggestions",
)
_tags = bindparam("tags", type_=ARRAY(BigInteger))
_FELLOWS = statement(
    select(_p.user_id, _p.tags).where(~_p.near, _p.tags.op("&&")(_tags)).limit(bindparam("most")),
    name="SELECT fellows",
)
_AMONG = statement(
    select(_p.user_id, _p.tags).where(
        ~_p.near, _p.user_id == any_(bindparam("user_ids", type_=ARRAY(Uuid))), _p.tags.op("&&")(_tags)
    ),
    name="SELECT fellows among",
)
_ids = bindparam("user_ids", type_=ARRAY(Uuid))
_STAYS = statement(
    select(_o.user_id, constant(True).label("works"), _o.id, _o.company_name, _o.company_id, _o.start, _o.end)
    .where(_o.user_id == any_(_ids))
    .union_all(
        select(_e.user_id, constant(False), _e.id, _e.school, null(), _e.start, _e.end).where(_e.user_id == any_(_ids))
    ),
    name="SELECT stays",
)


class Stays(NamedTuple):
    """Where somebody worked and studied."""

    positions: list[Position]
    education: list[Education]


class SuggestionRepository:
    """Reads for one member's suggestions, and what they dismiss."""

    async def dismiss(self, tx: Transaction, me: UserId, other: UserId, at: datetime) -> None:
        """Suggest somebody no more."""
        await tx.execute(_DISMISS, me=me, other=other, at=at)

    async def settled(self, q: Querier, me: UserId) -> frozenset[UserId]:
        """Whom not to suggest: dismissed, connected, asked, or refused by one of the two."""
        return frozenset(row[0] for row in await q.fetch(_SETTLED, me=me))

    async def fellows(self, q: Querier, tags: Sequence[int], most: int) -> dict[UserId, frozenset[int]]:
        """Some who show to everybody that they were where the tags say, with their tags."""
        return {row[0]: frozenset(row[1]) for row in await q.fetch(_FELLOWS, tags=list(tags), most=most)}

    async def among(
        self, q: Querier, user_ids: Collection[UserId], tags: Sequence[int]
    ) -> dict[UserId, frozenset[int]]:
        """The same of these members."""
        rows = await q.fetch(_AMONG, user_ids=list(user_ids), tags=list(tags))
        return {row[0]: frozenset(row[1]) for row in rows}

    async def stays(self, q: Querier, user_ids: Collection[UserId]) -> dict[UserId, Stays]:
        """Where members worked and studied."""
        found: dict[UserId, Stays] = {}
        for user_id, works, id_, name, company_id, start, end in await q.fetch(_STAYS, user_ids=list(user_ids)):
            stays = found.setdefault(user_id, Stays([], []))
            if works:
                stays.positions.append(_position(id_, name, company_id, start, end))
            else:
                stays.education.append(Education(id=id_, school=name, start=_some(start), end=_some(end)))
        return found


def _position(id_: UUID, name: str, company_id: Any, start: str, end: str | None) -> Position:
    company = UUID(str(company_id)) if company_id else None
    began = PartialDate.parse(start)
    return Position(id=id_, title="", company_name=name, company_id=company, start=began, end=_some(end))


def _some(text: Any) -> PartialDate | None:
    return PartialDate.parse(text) if text else None
