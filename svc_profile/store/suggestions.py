"""What suggestions need beside the graph: who was dismissed or asked already, and who was where at the same time."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Uuid, any_, bindparam, func, null, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert

from mesh.data import Querier, Transaction, constant, statement
from mesh.uuids import uuid_of
from svc_profile.domain.career import Education, Position
from svc_profile.domain.connection import Status
from svc_profile.domain.ids import UserId
from svc_profile.domain.periods import PartialDate
from svc_profile.store.tables import (
    connections,
    contact_holders,
    contact_matches,
    education,
    people_search,
    positions,
    suggestion_dismissals,
)

_s, _c, _p, _e, _o = suggestion_dismissals.c, connections.c, people_search.c, education.c, positions.c
_m, _h = contact_matches.c, contact_holders.c
_ID = 16  # octets
_ME = bindparam("me", type_=Uuid)
_DISMISS = statement(
    upsert(suggestion_dismissals)
    .values(user_id=_ME, dismissed_id=bindparam("other"), dismissed_at=bindparam("at"))
    .on_conflict_do_nothing(index_elements=[_s.user_id, _s.dismissed_id])
)
_SETTLING = [constant(one.value) for one in (Status.PENDING, Status.REJECTED, Status.WITHDRAWN, Status.IGNORED)]
_good = bindparam("now", type_=_m.expires_at.type)


def _joined(ids: Any, *which: Any, most: Any = None) -> Any:
    """The ids of rows of the member, octet behind octet."""
    rows = select(ids.label("id")).where(*which).limit(most).subquery()
    return select(func.string_agg(func.uuid_send(rows.c.id), constant(""))).scalar_subquery()


_OWN = statement(
    select(
        _joined(_s.dismissed_id, _s.user_id == _ME),
        _joined(_c.connected_user_id, _c.user_id == _ME, or_(*(_c.status == one for one in _SETTLING))),
        _joined(_m.other_id, _m.user_id == _ME, _m.expires_at > _good, most=bindparam("most")),
        _joined(_h.other_id, _h.user_id == _ME, _h.expires_at > _good, most=bindparam("most")),
        or_(
            select(constant(1)).where(_o.user_id == _ME).exists(), select(constant(1)).where(_e.user_id == _ME).exists()
        ),
    ),
    name="SELECT what suggestions are made from",
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


class Own(NamedTuple):
    """A member's own part: whom not to suggest beside connections, contacts either way, and if there is a career.

    `contacts` are some whom the member found, `holders` some who found the member.
    """

    settled: frozenset[UserId]
    contacts: frozenset[UserId]
    holders: frozenset[UserId]
    has_stays: bool


class Stays(NamedTuple):
    """Where somebody worked and studied."""

    positions: list[Position]
    education: list[Education]


class SuggestionRepository:
    """Reads for one member's suggestions, and what they dismiss."""

    async def dismiss(self, tx: Transaction, me: UserId, other: UserId, at: datetime) -> None:
        """Suggest somebody no more."""
        await tx.execute(_DISMISS, me=me, other=other, at=at)

    async def own(self, q: Querier, me: UserId, now: datetime, most: int) -> Own:
        """What of it lies with the member: settled are those dismissed, asked, or refused by one of the two."""
        [(dismissed, asked, contacts, holders, has_stays)] = await q.fetch(_OWN, me=me, now=now, most=most)
        return Own(_split(dismissed) | _split(asked), _split(contacts), _split(holders), has_stays)

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


def _split(joined: bytes | None) -> frozenset[UserId]:
    ids = joined or b""
    return frozenset(UserId(uuid_of(ids[at : at + _ID])) for at in range(0, len(ids), _ID))


def _position(id_: UUID, name: str, company_id: Any, start: str, end: str | None) -> Position:
    company = UUID(str(company_id)) if company_id else None
    began = PartialDate.parse(start)
    return Position(id=id_, title="", company_name=name, company_id=company, start=began, end=_some(end))


def _some(text: Any) -> PartialDate | None:
    return PartialDate.parse(text) if text else None
