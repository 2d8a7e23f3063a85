"""What happened, as this service tells it to the others."""

from dataclasses import dataclass

from svc_jobs.domain.application import Application
from svc_jobs.domain.company import Company
from svc_jobs.domain.ids import UserId
from svc_jobs.domain.job import Job


@dataclass(frozen=True, slots=True)
class CompanyMade:
    """A company has a page now."""

    company: Company


@dataclass(frozen=True, slots=True)
class JobPosted:
    """A job takes applications."""

    job: Job


@dataclass(frozen=True, slots=True)
class Applied:
    """Somebody applied; `recipients` speak for the company."""

    application: Application
    job_title: str
    recipients: tuple[UserId, ...]


Fact = CompanyMade | JobPosted | Applied
