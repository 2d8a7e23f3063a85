"""Post a job, or keep it as a draft."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from guild.events.v1 import jobs_pb2
from mesh.clock import Clock
from mesh.contract import timestamp
from mesh.data import Database, Transaction
from mesh.ids import uuid7
from svc_jobs.domain.company import CompanyNotFound, NotACompanyAdmin
from svc_jobs.domain.ids import JobId, UserId
from svc_jobs.domain.job import Job, Status
from svc_jobs.store.companies import CompanyRepository
from svc_jobs.store.jobs import JobRepository


@dataclass(frozen=True)
class CreateJob:
    """Admins of the company may."""

    db: Database
    companies: CompanyRepository
    jobs: JobRepository
    clock: Clock

    async def __call__(self, me: UserId, draft: Callable[[JobId, datetime], Job]) -> Job:
        """The job that `draft` describes, given its id and the time.

        Raises:
            CompanyNotFound: there is no such company.
            NotACompanyAdmin: the caller does not speak for it.
            InvalidArgument: its title or description shows nothing.
            SalaryRangeInvalid: the salary's ends do not make a range.
        """

        async def work(tx: Transaction) -> Job:
            now = self.clock.now()
            job = draft(JobId(uuid7()), now)
            job.check()
            company = await self.companies.find(tx, job.company_id)
            if company is None:
                raise CompanyNotFound(job.company_id)
            if me not in await self.companies.admins(tx, company.id):
                raise NotACompanyAdmin(company.id)
            job = dataclasses.replace(job, company_name=company.name)
            await self.jobs.add(tx, job)
            if job.status is Status.OPEN:
                tx.emit(_posted(job, me), actor=me)
            return job

        return await self.db.transact(work)


def _posted(job: Job, poster: UserId) -> jobs_pb2.JobPosted:
    return jobs_pb2.JobPosted(
        job_id=str(job.id),
        company_id=str(job.company_id),
        poster_id=str(poster),
        title=job.title,
        location=job.location,
        remote=job.remote,
        experience_level=job.experience_level,  # pyright: ignore[reportArgumentType] - the contract's own number
        skills=job.skills,
        posted_at=timestamp(job.created_at),
    )
