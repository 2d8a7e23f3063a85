"""The applications table: the key (company, job, person) is what makes applying happen once."""

from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import insert

from mesh.data import Querier, Transaction, statement
from svc_jobs.domain.application import Application
from svc_jobs.domain.ids import CompanyId, JobId, UserId
from svc_jobs.store.tables import applications

_a = applications.c
_PLAIN = (
    "company_id",
    "job_id",
    "applicant_id",
    "stage",
    "cover_letter",
    "resume_media_id",
    "created_at",
    "updated_at",
)
_INSERT = statement(
    insert(applications)
    .values(application_id=bindparam("application_id"), **{name: bindparam(name) for name in _PLAIN})
    .on_conflict_do_nothing(index_elements=[_a.company_id, _a.job_id, _a.applicant_id])
)
_FIND = statement(
    select(_a.application_id, *(_a[name] for name in _PLAIN)).where(
        _a.company_id == bindparam("company_id"),
        _a.job_id == bindparam("job_id"),
        _a.applicant_id == bindparam("applicant_id"),
    )
)
_COUNT = statement(
    select(func.count())
    .select_from(applications)
    .where(_a.company_id == bindparam("company_id"), _a.job_id == bindparam("job_id"))
)


class ApplicationRepository:
    """Loads and saves applications."""

    async def add(self, tx: Transaction, application: Application) -> bool:
        """Store a new application; False when the person has applied for the job before."""
        added = await tx.execute(
            _INSERT,
            application_id=application.id,
            **{name: getattr(application, name) for name in _PLAIN},
        )
        return added == 1

    async def count(self, q: Querier, company: CompanyId, job: JobId) -> int:
        """How many people have applied for a job."""
        return await q.fetch_value(_COUNT, company_id=company, job_id=job)

    async def find(self, q: Querier, company: CompanyId, job: JobId, applicant: UserId) -> Application | None:
        """The application of a person for a job."""
        row: Any = await q.fetch_one(_FIND, company_id=company, job_id=job, applicant_id=applicant)
        if row is None:
            return None
        return Application(id=row["application_id"], **{name: row[name] for name in _PLAIN})
