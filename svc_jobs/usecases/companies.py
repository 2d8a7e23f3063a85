"""Companies and who speaks for them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from mesh.clock import Clock
from mesh.data import Database, Transaction
from mesh.ids import uuid7
from svc_jobs.domain.company import Company, CompanyNotFound, CompanyPage
from svc_jobs.domain.facts import CompanyMade
from svc_jobs.domain.ids import CompanyId, UserId
from svc_jobs.store.companies import CompanyRepository
from svc_jobs.store.events import publish


@dataclass(frozen=True)
class Companies:
    """Every member may read a page; who its admins are is for admins."""

    db: Database
    companies: CompanyRepository
    clock: Clock

    async def create(self, me: UserId, draft: Callable[[CompanyId, datetime], Company]) -> CompanyPage:
        """The company that `draft` describes, given its id and the time; the caller is its first admin.

        Raises CompanyNameTaken.
        """

        async def work(tx: Transaction) -> CompanyPage:
            company = draft(CompanyId(uuid7()), self.clock.now())
            await self.companies.add(tx, company, me)
            publish(tx, CompanyMade(company), by=me)
            return CompanyPage(company, open_jobs=0, admins=(me,))

        return await self.db.transact(work)

    async def get(self, me: UserId, company_id: CompanyId) -> CompanyPage:
        """The page of a company; raises CompanyNotFound."""
        company = await self.companies.find(self.db, company_id)
        if company is None:
            raise CompanyNotFound(company_id)
        admins = await self.companies.admins(self.db, company_id)
        open_jobs = await self.companies.open_jobs(self.db, company_id, self.clock.now())
        return CompanyPage(company, open_jobs, admins if me in admins else ())
