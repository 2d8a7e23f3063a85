"""Jobs: posted, read, streamed to other services."""

import dataclasses
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime

from mesh.clock import Clock
from mesh.data import Database, Page, Pager, Transaction
from mesh.ids import uuid7
from svc_jobs.domain.company import CompanyNotFound, NotACompanyAdmin
from svc_jobs.domain.facts import JobPosted
from svc_jobs.domain.ids import JobId, UserId
from svc_jobs.domain.job import Job, JobNotFound, SeenJob, Status
from svc_jobs.store.applications import ApplicationRepository
from svc_jobs.store.companies import CompanyRepository
from svc_jobs.store.events import publish
from svc_jobs.store.jobs import JobRepository

_BATCH = 200  # jobs in one message of a stream, which the contract bounds


@dataclass(frozen=True)
class Jobs:
    """Admins of its company post a job; every member may read one that is neither a draft nor taken down."""

    db: Database
    jobs: JobRepository
    companies: CompanyRepository
    applications: ApplicationRepository
    pager: Pager
    clock: Clock

    async def create(self, me: UserId, draft: Callable[[JobId, datetime], Job]) -> SeenJob:
        """The job that `draft` describes, given its id and the time.

        Raises CompanyNotFound, NotACompanyAdmin, SalaryRangeInvalid.
        """

        async def work(tx: Transaction) -> SeenJob:
            now = self.clock.now()
            job = draft(JobId(uuid7()), now)
            job.salary.check()
            company = await self.companies.find(tx, job.company_id)
            if company is None:
                raise CompanyNotFound(job.company_id)
            if me not in await self.companies.admins(tx, company.id):
                raise NotACompanyAdmin(company.id)
            job = dataclasses.replace(job, company_name=company.name)
            await self.jobs.add(tx, job)
            if job.status is Status.OPEN:
                publish(tx, JobPosted(job), by=me)
            return SeenJob(job.as_of(now), application_count=0)

        return await self.db.transact(work)

    async def get(self, me: UserId, job_id: JobId) -> SeenJob:
        """A job as the caller sees it; raises JobNotFound for what is none or somebody else's draft."""
        job = await self.jobs.find(self.db, job_id)
        if job is None:
            raise JobNotFound(job_id)
        speaks = me in await self.companies.admins(self.db, job.company_id)
        now = self.clock.now()
        if not (speaks or job.is_public(now)):
            raise JobNotFound(job_id)
        applied = await self.applications.find(self.db, job.company_id, job.id, me) is not None
        count = await self.applications.count(self.db, job.company_id, job.id) if speaks else None
        return SeenJob(job.as_of(now), applied=applied, application_count=count)

    async def stream(self, cursor: str) -> AsyncIterator[Page[Job]]:
        """All public jobs behind `cursor`, in the order of their ids, each batch with the cursor after it."""
        async for page in self.pager.batches(cursor, _BATCH, "stream", self.jobs.posted(self.db)):
            now = self.clock.now()
            yield dataclasses.replace(page, items=[job.as_of(now) for job in page.items])
