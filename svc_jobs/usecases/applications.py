"""Applications for jobs."""

from dataclasses import dataclass
from uuid import UUID

from mesh.clock import Clock
from mesh.data import Database, Transaction
from mesh.ids import uuid7
from svc_jobs.domain import facts
from svc_jobs.domain.application import Application, Applied
from svc_jobs.domain.ids import ApplicationId, JobId, UserId
from svc_jobs.domain.job import JobNotFound
from svc_jobs.store.applications import ApplicationRepository
from svc_jobs.store.companies import CompanyRepository
from svc_jobs.store.events import publish
from svc_jobs.store.jobs import JobRepository


@dataclass(frozen=True)
class Applications:
    """Exactly one per person and job: the key of the row decides, so any number of retries is one application."""

    db: Database
    jobs: JobRepository
    companies: CompanyRepository
    applications: ApplicationRepository
    clock: Clock

    async def apply(self, me: UserId, job_id: JobId, cover_letter: str, resume: UUID | None) -> Applied:
        """The caller's application; the first one when there is one already, whatever this call says.

        Raises JobNotFound for what is none or a draft, JobClosed.
        """

        async def work(tx: Transaction) -> Applied:
            now = self.clock.now()
            job = await self.jobs.hold(tx, job_id)
            if job is None:
                raise JobNotFound(job_id)
            earlier = await self.applications.find(tx, job.company_id, job.id, me)
            if earlier is not None:
                return Applied(earlier, already=True, job_title=job.title, company_name=job.company_name)
            job.check_open(now)
            new = Application(
                id=ApplicationId(uuid7()),
                company_id=job.company_id,
                job_id=job.id,
                applicant_id=me,
                created_at=now,
                updated_at=now,
                cover_letter=cover_letter,
                resume_media_id=resume,
            )
            if await self.applications.add(tx, new):
                admins = await self.companies.admins(tx, job.company_id)
                publish(tx, facts.Applied(new, job.title, admins), by=me)
                return Applied(new, already=False, job_title=job.title, company_name=job.company_name)
            # a call at the same moment was first, and has committed
            first = await self.applications.find(tx, job.company_id, job.id, me)
            return Applied(first or new, already=True, job_title=job.title, company_name=job.company_name)

        return await self.db.transact(work)
