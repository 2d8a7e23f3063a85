"""Read a job."""

from dataclasses import dataclass

from mesh.data import Database
from svc_jobs.domain.ids import JobId, UserId
from svc_jobs.domain.job import Job, JobNotFound, Status
from svc_jobs.store.applications import ApplicationRepository
from svc_jobs.store.companies import CompanyRepository
from svc_jobs.store.jobs import JobRepository


@dataclass(frozen=True, slots=True)
class JobPage:
    """A job as a member sees it."""

    job: Job
    applied: bool


@dataclass(frozen=True)
class GetJob:
    """Every member may see a job; a draft is known to the company's admins only."""

    db: Database
    jobs: JobRepository
    companies: CompanyRepository
    applications: ApplicationRepository

    async def __call__(self, me: UserId, job_id: JobId) -> JobPage:
        """A job.

        Raises:
            JobNotFound: there is none, or it is somebody else's draft.
        """
        job = await self.jobs.find(self.db, job_id)
        if job is None:
            raise JobNotFound(job_id)
        if job.status is Status.DRAFT and me not in await self.companies.admins(self.db, job.company_id):
            raise JobNotFound(job_id)
        application = await self.applications.find(self.db, job.company_id, job.id, me)
        return JobPage(job, applied=application is not None)
