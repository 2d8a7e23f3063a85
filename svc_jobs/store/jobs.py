"""The jobs table with the index that finds a job's company."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text, bindparam, cast, insert, or_, select, update
from sqlalchemy.dialects.postgresql import TSVECTOR

from mesh.data import Listing, Querier, Transaction, constant, keyset, statement
from mesh.lexemes import vector
from mesh.texts import fold
from svc_jobs.domain.ids import CompanyId, JobId
from svc_jobs.domain.job import Job, Money, SalaryRange, Status
from svc_jobs.store.tables import job_index, jobs

_j, _i = jobs.c, job_index.c
_PLAIN = (
    "company_name",
    "title",
    "description",
    "location",
    "remote",
    "experience_level",
    "employment_type",
    "created_at",
    "updated_at",
    "expires_at",
    "salary_period",
    "removed",
)
COLUMNS = [
    _j[name] for name in ("company_id", "job_id", "status", "salary_currency", "salary_min", "salary_max", "skills")
] + [_j[name] for name in _PLAIN]
"""What `job_of` reads."""

_ONE = (_j.company_id == bindparam("company_id"), _j.job_id == bindparam("job_id"))
_COMPANY_OF = statement(select(_i.company_id).where(_i.job_id == bindparam("job_id")))
_INDEX = statement(insert(job_index).values(job_id=bindparam("job_id"), company_id=bindparam("company_id")))
_INSERT = statement(
    insert(jobs).values(
        **{column.name: bindparam(column.name) for column in [*COLUMNS, _j.skill_keys, _j.place]},
        words=cast(bindparam("words", type_=Text), TSVECTOR),
    )
)
_FIND = statement(select(*COLUMNS).where(*_ONE))
_POSTED = keyset(
    select(*COLUMNS).where(_j.status != constant(Status.DRAFT.value), ~_j.removed),
    _j.company_id,
    _j.job_id,
    chunk=50,  # a description may have 20,000 characters
    name="posted jobs",
)
_MODERATE = statement(
    update(jobs)
    .where(*_ONE, or_(_j.moderated_at.is_(None), _j.moderated_at < bindparam("at")))
    .values(removed=bindparam("taken_down"), moderated_at=bindparam("at"))
)
_SHARE = statement(select(*COLUMNS).where(*_ONE).with_for_update(read=True))


class JobRepository:
    """Loads and saves jobs by their public id."""

    async def add(self, tx: Transaction, job: Job) -> None:
        """Store a new job."""
        await tx.execute(_INDEX, job_id=job.id, company_id=job.company_id)
        low, high = job.salary.low, job.salary.high
        await tx.execute(
            _INSERT,
            company_id=job.company_id,
            job_id=job.id,
            status=job.status.value,
            salary_currency=job.salary.currency,
            salary_min=low.minor_units if low else None,
            salary_max=high.minor_units if high else None,
            skills=list(job.skills),
            skill_keys=[fold(skill) for skill in job.skills],
            place=fold(job.location),
            words=job_words(job.title, job.skills, job.company_name, job.location, job.description),
            **{name: getattr(job, name) for name in _PLAIN},
        )

    async def find(self, q: Querier, job_id: JobId) -> Job | None:
        """One job."""
        company_id = await self._company_of(q, job_id)
        if company_id is None:
            return None
        row = await q.fetch_one(_FIND, company_id=company_id, job_id=job_id)
        return job_of(row) if row else None

    def posted(self, q: Querier) -> Listing[Job]:
        """All jobs but drafts and those taken down, company by company."""
        return _POSTED.of(q, job_of)

    async def moderate(self, q: Querier, job_id: JobId, *, removed: bool, at: datetime) -> None:
        """Take a job down or show it again, as decided at `at`; the latest decision holds."""
        company_id = await self._company_of(q, job_id)
        if company_id is not None:
            await q.execute(_MODERATE, company_id=company_id, job_id=job_id, taken_down=removed, at=at)

    async def hold(self, tx: Transaction, job_id: JobId) -> Job | None:
        """One job that nobody can close before the transaction ends; several may hold it."""
        company_id = await self._company_of(tx, job_id)
        if company_id is None:
            return None
        row = await tx.fetch_one(_SHARE, company_id=company_id, job_id=job_id)
        return job_of(row) if row else None

    async def _company_of(self, q: Querier, job_id: JobId) -> CompanyId | None:
        found: UUID | None = await q.fetch_value(_COMPANY_OF, job_id=job_id)
        return CompanyId(found) if found else None


def job_of(row: Any) -> Job:
    """The job a row of COLUMNS holds."""
    currency = row["salary_currency"]
    low, high = row["salary_min"], row["salary_max"]
    return Job(
        id=row["job_id"],
        company_id=row["company_id"],
        status=Status(row["status"]),
        salary=SalaryRange(
            low=Money(currency, low) if low is not None else None,
            high=Money(currency, high) if high is not None else None,
        ),
        skills=tuple(row["skills"]),
        **{name: row[name] for name in _PLAIN},
    )


def job_words(title: str, skills: Sequence[str], company: str, location: str, description: str) -> str:
    """The words of a job: what it is called and asks for weighs most."""
    return vector(a=f"{title} {' '.join(skills)}", b=company, c=f"{location} {description}")
