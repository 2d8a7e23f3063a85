"""The companies with their names and admins."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from mesh.data import Querier, Transaction, constant, statement
from mesh.texts import skeleton
from svc_jobs.domain.company import Company, CompanyNameTaken
from svc_jobs.domain.ids import CompanyId, UserId
from svc_jobs.domain.job import Status
from svc_jobs.store.tables import companies, company_admins, company_names, jobs

_c, _a, _j = companies.c, company_admins.c, jobs.c
_ONE = _c.company_id == bindparam("company_id")
_TEXT = ("name", "description", "industry", "website", "size", "location", "logo_url", "created_at", "updated_at")

_CLAIM_NAME = statement(
    upsert(company_names)
    .values(name_key=bindparam("name_key"), company_id=bindparam("company_id"))
    .on_conflict_do_nothing()
)
_INSERT = statement(
    insert(companies).values(company_id=bindparam("company_id"), **{field: bindparam(field) for field in _TEXT})
)
_ADD_ADMIN = statement(
    insert(company_admins).values(
        company_id=bindparam("company_id"), user_id=bindparam("user_id"), added_at=bindparam("added_at")
    )
)
_FIND = statement(select(_c.company_id, *(_c[field] for field in _TEXT)).where(_ONE))
_ADMINS = statement(
    select(_a.user_id).where(_a.company_id == bindparam("company_id")).order_by(_a.added_at, _a.user_id)
)
_OPEN_JOBS = statement(
    select(func.count())
    .select_from(jobs)
    .where(
        _j.company_id == bindparam("company_id"),
        _j.status == constant(Status.OPEN.value),
        _j.expires_at > bindparam("now"),
        ~_j.removed,
    )
)


class CompanyRepository:
    """Loads and saves companies."""

    async def add(self, tx: Transaction, company: Company, admin: UserId) -> None:
        """Store a new company with its first admin.

        Raises:
            CompanyNameTaken: another company has the name.
        """
        if not await tx.execute(_CLAIM_NAME, name_key=skeleton(company.name), company_id=company.id):
            raise CompanyNameTaken(company.name)
        await tx.execute(_INSERT, company_id=company.id, **{field: getattr(company, field) for field in _TEXT})
        await tx.execute(_ADD_ADMIN, company_id=company.id, user_id=admin, added_at=company.created_at)

    async def find(self, q: Querier, company_id: CompanyId) -> Company | None:
        """One company."""
        row = await q.fetch_one(_FIND, company_id=company_id)
        return _company(row) if row else None

    async def admins(self, q: Querier, company_id: CompanyId) -> tuple[UserId, ...]:
        """Who speaks for the company, in the order of their joining."""
        return tuple(row[0] for row in await q.fetch(_ADMINS, company_id=company_id))

    async def open_jobs(self, q: Querier, company_id: CompanyId, now: datetime) -> int:
        """How many of its jobs take applications."""
        return await q.fetch_value(_OPEN_JOBS, company_id=company_id, now=now)


def _company(row: Any) -> Company:
    return Company(id=row["company_id"], **{field: row[field] for field in _TEXT})
