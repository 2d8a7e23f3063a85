"""A company and who speaks for it."""

from dataclasses import dataclass
from datetime import datetime

from mesh.errors import AlreadyExists, NotFound, PermissionDenied
from mesh.etags import etag
from svc_jobs.domain.ids import CompanyId, UserId


class CompanyNotFound(NotFound):
    """There is no such company."""

    reason = "COMPANY_NOT_FOUND"

    def __init__(self, company_id: CompanyId) -> None:
        super().__init__(f"company {company_id} does not exist", metadata={"companyId": str(company_id)})


class CompanyNameTaken(AlreadyExists):
    """Another company has the name."""

    reason = "COMPANY_NAME_TAKEN"

    def __init__(self, name: str) -> None:
        super().__init__(f"a company named {name!r} exists: choose another name")


class NotACompanyAdmin(PermissionDenied):
    """Only its admins act for a company."""

    reason = "NOT_A_COMPANY_ADMIN"

    def __init__(self, company_id: CompanyId) -> None:
        super().__init__(f"only an admin of company {company_id} can do this")


@dataclass(frozen=True, slots=True)
class Company:
    """A company's page; `size` is the contract's number of a range of employees."""

    id: CompanyId
    name: str
    created_at: datetime
    updated_at: datetime
    description: str = ""
    industry: str = ""
    website: str = ""
    size: int = 0
    location: str = ""
    logo_url: str = ""

    @property
    def etag(self) -> str:
        """Changes with every change of the page."""
        return etag(self.id, self.updated_at)


@dataclass(frozen=True, slots=True)
class CompanyPage:
    """A company as a member sees it; `admins` only for its admins."""

    company: Company
    open_jobs: int
    admins: tuple[UserId, ...]
