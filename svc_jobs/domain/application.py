"""An application: one per person and job."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from svc_jobs.domain.ids import ApplicationId, CompanyId, JobId, UserId

SUBMITTED = 1
"""The stage an application begins in, as the contract numbers it."""


@dataclass(frozen=True, slots=True)
class Application:
    """What one person sent for one job."""

    id: ApplicationId
    company_id: CompanyId
    job_id: JobId
    applicant_id: UserId
    created_at: datetime
    updated_at: datetime
    stage: int = SUBMITTED
    cover_letter: str = ""
    resume_media_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """The application of a person for a job, and whether it was there before this call."""

    application: Application
    already: bool
    job_title: str
    company_name: str
