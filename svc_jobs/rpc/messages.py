"""Between this service's domain and the contract's messages; pure."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from guild.common.v1 import facet_pb2, money_pb2
from guild.jobs.v1 import company_pb2, job_pb2
from guild.jobs.v1 import job_service_pb2 as pb
from mesh.contract import moment, timestamp
from svc_jobs.domain.application import Application, Applied
from svc_jobs.domain.company import Company, CompanyPage
from svc_jobs.domain.ids import CompanyId, JobId
from svc_jobs.domain.job import LIFETIME, Job, Money, SalaryRange, SeenJob, Status
from svc_jobs.domain.search import Filters

_ENUMS = {
    "experience_level": (job_pb2.ExperienceLevel.DESCRIPTOR, "EXPERIENCE_LEVEL_"),
    "employment_type": (job_pb2.EmploymentType.DESCRIPTOR, "EMPLOYMENT_TYPE_"),
}

_FACETS = {"experience_level": "experienceLevel", "employment_type": "employmentType", "remote": "remote"}


def new_company(message: company_pb2.Company) -> Callable[[CompanyId, datetime], Company]:
    """What a new company is made from."""
    return lambda company_id, now: Company(
        id=company_id,
        name=" ".join(message.name.split()),
        description=message.description,
        industry=message.industry,
        website=message.website,
        size=message.size,
        location=message.location,
        logo_url=message.logo_url,
        created_at=now,
        updated_at=now,
    )


def company(page: CompanyPage) -> company_pb2.Company:
    """A company's page."""
    value = page.company
    return company_pb2.Company(
        id=str(value.id),
        name=value.name,
        description=value.description,
        industry=value.industry,
        website=value.website,
        size=value.size or None,  # pyright: ignore[reportArgumentType] - the contract's own number
        location=value.location,
        logo_url=value.logo_url,
        open_job_count=page.open_jobs,
        admin_ids=[str(admin) for admin in page.admins],
        created_at=timestamp(value.created_at),
        updated_at=timestamp(value.updated_at),
        etag=value.etag,
    )


def new_job(message: job_pb2.Job) -> Callable[[JobId, datetime], Job]:
    """What a new job is made from; without a status it is open, without an end it stays for its lifetime."""
    return lambda job_id, now: Job(
        id=job_id,
        company_id=CompanyId(UUID(message.company_id)),
        title=message.title,
        description=message.description,
        status=Status(message.status or job_pb2.JOB_STATUS_OPEN),
        location=message.location,
        remote=message.remote,
        salary=SalaryRange(
            low=_money(message.salary_min) if message.HasField("salary_min") else None,
            high=_money(message.salary_max) if message.HasField("salary_max") else None,
        ),
        experience_level=message.experience_level,
        employment_type=message.employment_type,
        skills=tuple(message.skills),
        salary_period=message.salary_period,
        created_at=now,
        updated_at=now,
        expires_at=moment(message.expires_at) if message.HasField("expires_at") else now + LIFETIME,
    )


def seen(value: SeenJob) -> job_pb2.Job:
    """A job as a member sees it."""
    message = job(value.job)
    message.applied = value.applied
    if value.application_count is not None:
        message.application_count = value.application_count
    return message


def job(value: Job) -> job_pb2.Job:
    """A job."""
    message = job_pb2.Job(
        id=str(value.id),
        company_id=str(value.company_id),
        title=value.title,
        description=value.description,
        location=value.location,
        remote=value.remote,
        experience_level=value.experience_level or None,  # pyright: ignore[reportArgumentType] - the contract's own number
        employment_type=value.employment_type or None,  # pyright: ignore[reportArgumentType] - as above
        skills=value.skills,
        status=value.status.value,  # pyright: ignore[reportArgumentType] - as above
        created_at=timestamp(value.created_at),
        expires_at=timestamp(value.expires_at),
        updated_at=timestamp(value.updated_at),
        company_name=value.company_name,
        salary_period=value.salary_period or None,  # pyright: ignore[reportArgumentType] - as above
        etag=value.etag,
    )
    for field, amount in (("salary_min", value.salary.low), ("salary_max", value.salary.high)):
        if amount is not None:
            target: money_pb2.Money = getattr(message, field)
            target.currency_code, target.minor_units = amount.currency, amount.minor_units
    return message


def filters(request: pb.SearchJobsRequest) -> Filters:
    """What a search asks for."""
    return Filters(
        q=request.q,
        location=tuple(request.location),
        experience_level=tuple(request.experience_level),
        remote=request.remote if request.HasField("remote") else None,
        salary_min=request.salary_min if request.HasField("salary_min") else None,
        salary_currency=request.salary_currency or None,
        company_id=tuple(UUID(company) for company in request.company_id),
        employment_type=tuple(request.employment_type),
        skills=tuple(request.skills),
        posted_after=moment(request.posted_after) if request.HasField("posted_after") else None,
    )


def facet(name: str, counts: dict[str, int]) -> facet_pb2.Facet:
    """One facet, its most frequent value first."""
    values: list[facet_pb2.FacetValue] = []
    for raw, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        value, label = _facet_value(name, raw)
        values.append(facet_pb2.FacetValue(value=value, label=label, count=count))
    return facet_pb2.Facet(name=_FACETS[name], values=values)


def applied(value: Applied) -> pb.ApplyToJobResponse:
    """What applying answers."""
    message = _application(value.application)
    message.job_title, message.company_name = value.job_title, value.company_name
    return pb.ApplyToJobResponse(application=message, already_applied=value.already)


def _application(value: Application) -> job_pb2.Application:
    message = job_pb2.Application(
        id=str(value.id),
        job_id=str(value.job_id),
        company_id=str(value.company_id),
        applicant_id=str(value.applicant_id),
        stage=value.stage,  # pyright: ignore[reportArgumentType] - the contract's own number
        cover_letter=value.cover_letter,
        created_at=timestamp(value.created_at),
        updated_at=timestamp(value.updated_at),
    )
    if value.resume_media_id is not None:
        message.resume_media_id = str(value.resume_media_id)
    return message


def _money(message: money_pb2.Money) -> Money:
    return Money(message.currency_code, message.minor_units)


def _facet_value(name: str, raw: str) -> tuple[str, str]:
    """The value a client filters by, and the words to show for it."""
    if name not in _ENUMS:
        return raw.lower(), "Remote" if raw == "True" else "On site"
    values, prefix = _ENUMS[name]
    short = values.values_by_number[int(raw)].name.removeprefix(prefix)
    return short, short.replace("_", " ").capitalize()
