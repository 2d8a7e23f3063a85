"""Read a company's page."""

from dataclasses import dataclass

from mesh.clock import Clock
from mesh.data import Database
from svc_jobs.domain.company import CompanyNotFound, CompanyPage
from svc_jobs.domain.ids import CompanyId, UserId
from svc_jobs.store.companies import CompanyRepository


@dataclass(frozen=True)
class GetCompany:
    """Every member may; who its admins are is for admins."""

    db: Database
    companies: CompanyRepository
    clock: Clock

    async def __call__(self, me: UserId, company_id: CompanyId) -> CompanyPage:
        """The page of a company.

        Raises:
            CompanyNotFound: there is no such company.
        """
        company = await self.companies.find(self.db, company_id)
        if company is None:
            raise CompanyNotFound(company_id)
        admins = await self.companies.admins(self.db, company_id)
        open_jobs = await self.companies.open_jobs(self.db, company_id, self.clock.now())
        return CompanyPage(company, open_jobs, admins if me in admins else ())
