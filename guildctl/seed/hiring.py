"""Companies post jobs, members apply."""

from collections import defaultdict
from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp

from guild.common.v1.money_pb2 import Money
from guild.jobs.v1 import company_service_pb2 as companies
from guild.jobs.v1 import job_pb2
from guild.jobs.v1 import job_service_pb2 as pb
from guild.jobs.v1.company_pb2 import Company as CompanyMessage
from guildctl.seed.plan import Application, Company, Job
from guildctl.seed.run import Run

_PAGE = 100
_CENTS = 100
_OPEN_UNTIL = Timestamp(seconds=int(datetime(2100, 1, 1, tzinfo=UTC).timestamp()))
"""Companies are found by their open jobs: one that expired could not be told from one that was never made."""


async def hire(run: Run) -> None:
    """Make the companies with their jobs, as far as they are not there yet; then apply."""
    openings: dict[int, list[Job]] = defaultdict(list)
    for job in run.plan.jobs:
        openings[job.company].append(job)

    async def open_up(company: Company) -> None:
        there = {} if run.members[company.admin].new else await _jobs_of(run, company)
        found = next((job.company_id for job in there.values()), "")
        run.companies[company.number] = found or await _create_company(run, company)
        for job in openings[company.number]:
            known = there.get(job.title)
            run.jobs[job.number] = known.id if known else await _create_job(run, company, job)
            phase.count(made=known is None)

    with run.show.phase("jobs", len(run.plan.jobs)) as phase:
        await run.each(run.plan.companies, open_up)
    await _apply(run)


async def _apply(run: Run) -> None:
    async def apply(application: Application) -> None:
        reply = await application_of(run, application)
        run.applications[application.job, application.applicant] = reply.application.id
        phase.count(made=not reply.already_applied)

    with run.show.phase("applications", len(run.plan.applications)) as phase:
        await run.each(run.plan.applications, apply)


async def application_of(run: Run, application: Application) -> pb.ApplyToJobResponse:
    """Apply; somebody who has applied before gets the first application."""
    request = pb.ApplyToJobRequest(job_id=run.jobs[application.job], cover_letter=application.letter)
    return await run.ask(application.applicant, run.network.jobs.ApplyToJob, request)


async def _jobs_of(run: Run, company: Company) -> dict[str, job_pb2.Job]:
    """The open jobs of a company by title, found by the company's name."""
    found: dict[str, job_pb2.Job] = {}
    token = ""
    while True:
        request = pb.SearchJobsRequest(q=company.name, page_size=_PAGE, page_token=token)
        page = await run.ask(company.admin, run.network.jobs.SearchJobs, request)
        found |= {job.title: job for job in page.jobs if job.company_name == company.name}
        token = page.next_page_token
        if not token:
            return found


async def _create_company(run: Run, company: Company) -> str:
    message = CompanyMessage(
        name=company.name, description=company.description, industry=company.industry, location=company.location
    )
    request = companies.CreateCompanyRequest(company=message)
    key = run.key("company", company.number)
    return (await run.ask(company.admin, run.network.companies.CreateCompany, request, key)).company.id


async def _create_job(run: Run, company: Company, job: Job) -> str:
    low, high = (Money(currency_code="USD", minor_units=dollars * _CENTS) for dollars in job.salary)
    message = job_pb2.Job(
        company_id=run.companies[company.number],
        title=job.title,
        description=job.description,
        location=job.location,
        remote=job.remote,
        experience_level=job_pb2.ExperienceLevel.Value(f"EXPERIENCE_LEVEL_{job.level}"),
        employment_type=job_pb2.EMPLOYMENT_TYPE_FULL_TIME,
        salary_min=low,
        salary_max=high,
        salary_period=job_pb2.SALARY_PERIOD_YEAR,
        skills=job.skills,
        expires_at=_OPEN_UNTIL,
    )
    request = pb.CreateJobRequest(job=message)
    key = run.key("job", job.number)
    return (await run.ask(company.admin, run.network.jobs.CreateJob, request, key)).job.id
