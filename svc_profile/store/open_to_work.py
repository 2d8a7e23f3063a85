"""The open_to_work table: a row for each member who is."""

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from mesh.data import Querier, Transaction, statement
from svc_profile.domain.ids import UserId
from svc_profile.domain.open_to_work import Employer, OpenToWork, ToldTo
from svc_profile.store.tables import open_to_work

_o = open_to_work.c
_MINE = _o.user_id == bindparam("user_id")
_FIND = statement(select(_o.told_to, _o.wanted).where(_MINE))
_put = insert(open_to_work).values(
    user_id=bindparam("user_id"), told_to=bindparam("told_to"), wanted=bindparam("wanted")
)
_PUT = statement(
    _put.on_conflict_do_update(
        index_elements=["user_id"], set_={name: _put.excluded[name] for name in ("told_to", "wanted")}
    )
)
_DROP = statement(delete(open_to_work).where(_MINE))


class OpenToWorkRepository:
    """A member's own row, which only they write."""

    async def find(self, q: Querier, user_id: UserId) -> OpenToWork | None:
        """What a member said."""
        row = await q.fetch_one(_FIND, user_id=user_id)
        return _read(row[0], row[1]) if row else None

    async def put(self, tx: Transaction, user_id: UserId, value: OpenToWork) -> None:
        """Store it."""
        wanted = {
            "occupation_ids": [str(one) for one in value.occupation_ids],
            "places": list(value.places),
            "workplaces": list(value.workplaces),
            "salary": list(value.salary) if value.salary else None,
            "excluded": [[one.company_id and str(one.company_id), one.name] for one in value.excluded],
        }
        await tx.execute(_PUT, user_id=user_id, told_to=value.told_to.value, wanted=wanted)

    def drop(self, tx: Transaction, user_id: UserId) -> None:
        """Forget it, with the commit."""
        tx.send(_DROP, user_id=user_id)


def _read(told_to: str, wanted: Any) -> OpenToWork:
    salary = wanted["salary"]
    return OpenToWork(
        ToldTo(told_to),
        tuple(UUID(one) for one in wanted["occupation_ids"]),
        tuple(wanted["places"]),
        tuple(wanted["workplaces"]),
        (salary[0], salary[1]) if salary else None,
        tuple(Employer(UUID(company) if company else None, name) for company, name in wanted["excluded"]),
    )
