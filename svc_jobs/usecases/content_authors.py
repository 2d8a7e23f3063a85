"""Say who answers for jobs and companies, for services that act upon them."""

from dataclasses import dataclass
from uuid import UUID

from mesh.authorship import Authorship
from mesh.data import Database
from svc_jobs.domain.company import CompanyNotFound
from svc_jobs.domain.ids import CompanyId, JobId, UserId
from svc_jobs.store.companies import CompanyRepository
from svc_jobs.usecases.jobs import Jobs


@dataclass(frozen=True)
class ContentAuthors:
    """A viewer who speaks for the company, or its first admin: who that is, is for admins and never told."""

    db: Database
    companies: CompanyRepository
    jobs: Jobs

    async def of_job(self, viewer: UserId, job_id: UUID, _: UUID | None) -> Authorship:
        """Who answers for a job; raises JobNotFound."""
        seen = await self.jobs.get(viewer, JobId(job_id))
        return await self._speaking_for(seen.job.company_id, viewer)

    async def of_company(self, viewer: UserId, company_id: UUID, _: UUID | None) -> Authorship:
        """Who answers for a company's page; raises CompanyNotFound."""
        company = await self.companies.find(self.db, CompanyId(company_id))
        if company is None:
            raise CompanyNotFound(CompanyId(company_id))
        return await self._speaking_for(company.id, viewer)

    async def _speaking_for(self, company_id: CompanyId, viewer: UserId) -> Authorship:
        admins = await self.companies.admins(self.db, company_id)
        return Authorship(viewer if viewer in admins else next(iter(admins), None), told=False)
