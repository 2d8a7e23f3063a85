"""The CompanyService of the contract."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from guild.jobs.v1 import company_service_pb2 as pb
from guild.jobs.v1.company_service_pb2_grpc import CompanyServiceServicer
from mesh.principal import current_user
from svc_jobs.domain.ids import CompanyId
from svc_jobs.rpc import messages
from svc_jobs.usecases.companies import Companies


@dataclass(frozen=True)
class CompanyServicer(CompanyServiceServicer):
    """Unpack, ask, pack."""

    companies: Companies

    async def CreateCompany(self, request: pb.CreateCompanyRequest, context: Any) -> pb.CreateCompanyResponse:
        """Make a company's page."""
        page = await self.companies.create(current_user(), messages.new_company(request.company))
        return pb.CreateCompanyResponse(company=messages.company(page))

    async def GetCompany(self, request: pb.GetCompanyRequest, context: Any) -> pb.GetCompanyResponse:
        """Read a company's page."""
        page = await self.companies.get(current_user(), CompanyId(UUID(request.company_id)))
        return pb.GetCompanyResponse(company=messages.company(page))
