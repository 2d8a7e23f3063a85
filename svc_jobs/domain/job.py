"""A job posting: when it is open, who may see it, what its salary may say."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from mesh.errors import FailedPrecondition, InvalidArgument, NotFound
from mesh.etags import etag
from svc_jobs.domain.ids import CompanyId, JobId

LIFETIME = timedelta(days=30)
"""How long a job stays open unless its poster says otherwise."""


class Status(IntEnum):
    """Where a job is in its life; the numbers of the contract."""

    DRAFT = 1
    OPEN = 2
    CLOSED = 3
    EXPIRED = 4
    REMOVED = 5


class JobNotFound(NotFound):
    """There is no such job, or it is one that others may not know of: a draft, or taken down."""

    reason = "JOB_NOT_FOUND"

    def __init__(self, job_id: JobId) -> None:
        super().__init__(f"job {job_id} does not exist", metadata={"jobId": str(job_id)})


class JobClosed(FailedPrecondition):
    """Applications are taken for open jobs only."""

    reason = "JOB_CLOSED"

    def __init__(self, job_id: JobId, status: Status) -> None:
        super().__init__(f"job {job_id} takes no applications: it is {status.name.lower()}")


class SalaryRangeInvalid(InvalidArgument):
    """The salary's ends do not make a range."""

    reason = "SALARY_RANGE_INVALID"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in the currency's smallest unit."""

    currency: str
    minor_units: int


@dataclass(frozen=True, slots=True)
class SalaryRange:
    """What a job pays, from and to; either end may be open."""

    low: Money | None = None
    high: Money | None = None

    def check(self) -> None:
        """Raise SalaryRangeInvalid for mixed currencies, negative amounts or ends in the wrong order."""
        ends = [end for end in (self.low, self.high) if end is not None]
        if any(end.minor_units < 0 for end in ends):
            raise SalaryRangeInvalid("a salary is not negative")
        if self.low is None or self.high is None:
            return
        if self.low.currency != self.high.currency:
            raise SalaryRangeInvalid(f"a salary has one currency, not {self.low.currency} and {self.high.currency}")
        if self.low.minor_units > self.high.minor_units:
            raise SalaryRangeInvalid("salary_min is above salary_max")

    @property
    def currency(self) -> str | None:
        """The currency of the ends that are given."""
        end = self.low or self.high
        return end.currency if end else None


@dataclass(frozen=True, slots=True)
class Job:
    """A job posting; `experience_level`, `employment_type` and `salary_period` are numbers of the contract."""

    id: JobId
    company_id: CompanyId
    title: str
    description: str
    status: Status
    created_at: datetime
    updated_at: datetime
    expires_at: datetime
    location: str = ""
    remote: bool = False
    salary: SalaryRange = SalaryRange()
    experience_level: int = 0
    employment_type: int = 0
    skills: tuple[str, ...] = ()
    company_name: str = ""
    salary_period: int = 0
    removed: bool = False
    """Whether moderation took it down: it may be shown again."""

    @property
    def etag(self) -> str:
        """Changes with every change of the job."""
        return etag(self.id, self.updated_at, self.removed)

    def as_of(self, now: datetime) -> "Job":
        """The job with the status it has at `now`."""
        return dataclasses.replace(self, status=self.status_at(now))

    def status_at(self, now: datetime) -> Status:
        """The status as of `now`: an open job expires by itself, and one that was taken down is nothing else."""
        if self.removed:
            return Status.REMOVED
        return Status.EXPIRED if self.status is Status.OPEN and now >= self.expires_at else self.status

    def is_public(self, now: datetime) -> bool:
        """Whether others than its company's admins may know of it."""
        return self.status_at(now) not in {Status.DRAFT, Status.REMOVED}

    def check_open(self, now: datetime) -> None:
        """Raise JobNotFound for what others may not know of, JobClosed for what is closed or expired."""
        status = self.status_at(now)
        if not self.is_public(now):
            raise JobNotFound(self.id)
        if status is not Status.OPEN:
            raise JobClosed(self.id, status)


@dataclass(frozen=True, slots=True)
class SeenJob:
    """A job as a member sees it; `application_count` only for those who speak for the company."""

    job: Job
    applied: bool = False
    application_count: int | None = None
