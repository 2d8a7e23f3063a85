"""Make a company's page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from guild.events.v1 import jobs_pb2
from mesh.clock import Clock
from mesh.contract import timestamp
from mesh.data import Database, Transaction
from mesh.ids import uuid7
from svc_jobs.domain.company import Company, CompanyPage
from svc_jobs.domain.ids import CompanyId, UserId
from svc_jobs.store.companies import CompanyRepository


@dataclass(frozen=True)
class CreateCompany:
    """The caller becomes the first admin."""

    db: Database
    companies: CompanyRepository
    clock: Clock

    async def __call__(self, me: UserId, draft: Callable[[CompanyId, datetime], Company]) -> CompanyPage:
        """The company that `draft` describes, given its id and the time.

        Raises:
            InvalidArgument: its name shows nothing.
            CompanyNameTaken: another company has the name.
        """

        async def work(tx: Transaction) -> CompanyPage:
            now = self.clock.now()
            company = draft(CompanyId(uuid7()), now)
            company.check()
            await self.companies.add(tx, company, me)
            event = jobs_pb2.CompanyCreated(
                company_id=str(company.id), name=company.name, creator_id=str(me), created_at=timestamp(now)
            )
            tx.emit(event, actor=me)
            return CompanyPage(company, open_jobs=0, admins=(me,))

        return await self.db.transact(work)
