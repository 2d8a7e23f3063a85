"""Who may do what in the jobs service: every method by who calls."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from guild.common.v1 import content_ref_pb2 as content
from guild.jobs.v1 import company_service_pb2 as companies
from guild.jobs.v1 import job_pb2
from guild.jobs.v1 import job_service_pb2 as pb
from guild.jobs.v1.company_pb2 import Company
from guild.jobs.v1.company_service_pb2_grpc import CompanyServiceServicer, CompanyServiceStub
from guild.jobs.v1.job_service_pb2_grpc import JobServiceServicer, JobServiceStub
from guild.jobs.v1.recruiter_service_pb2_grpc import RecruiterServiceServicer
from guild.trust.v1 import content_author_service_pb2 as authors
from guild.trust.v1.content_author_service_pb2_grpc import ContentAuthorServiceServicer, ContentAuthorServiceStub
from mesh.authorship import ContentAuthorServicer
from mesh.errors import Failure
from mesh.ids import uuid7
from mesh.testing import TestIdentity
from svc_jobs.rpc.company_servicer import CompanyServicer
from svc_jobs.rpc.job_servicer import JobServicer

CALLERS = ("admin", "applicant", "member", "service", "anonymous")
"""Who speaks for the company, who has applied, another member, the feed service, nobody."""
UNSIGNED, SERVICES_ONLY, NOT_ADMIN = "UNAUTHENTICATED", "PERMISSION_DENIED", "NOT_A_COMPANY_ADMIN"


@dataclass(frozen=True)
class Stage:
    """A company with an open job and a draft, and everybody who may call."""

    channel: Any
    metadata: Mapping[str, Any]
    company_id: str
    open_id: str
    draft_id: str
    people: Mapping[str, str]
    """The ids of the members among them."""


@pytest_asyncio.fixture
async def stage(jobs: Any, identity: TestIdentity) -> Stage:
    admin, applicant, member = (identity.sign_in() for _ in range(3))
    request = companies.CreateCompanyRequest(company=Company(name=f"Company {uuid7()}"))
    company = (await CompanyServiceStub(jobs.channel).CreateCompany(request, metadata=admin.metadata)).company
    ids: list[str] = []
    for status in (job_pb2.JOB_STATUS_OPEN, job_pb2.JOB_STATUS_DRAFT):
        job = job_pb2.Job(company_id=company.id, title="Engineer", description="Build things.", status=status)
        reply = await JobServiceStub(jobs.channel).CreateJob(pb.CreateJobRequest(job=job), metadata=admin.metadata)
        ids.append(reply.job.id)
    apply = pb.ApplyToJobRequest(job_id=ids[0])
    await JobServiceStub(jobs.channel).ApplyToJob(apply, metadata=applicant.metadata)
    callers = {
        "admin": admin.metadata,
        "applicant": applicant.metadata,
        "member": member.metadata,
        "service": identity.service_metadata("feed", "jobs"),
        "anonymous": (),
    }
    people = {"admin": admin, "applicant": applicant, "member": member}
    ids_of = {name: str(person.user_id) for name, person in people.items()}
    return Stage(jobs.channel, callers, company.id, ids[0], ids[1], ids_of)


Ask = Callable[[Stage, Any], Awaitable[str]]


async def create_company(stage: Stage, metadata: Any) -> str:
    request = companies.CreateCompanyRequest(company=Company(name=f"Company {uuid7()}"))
    reply = await CompanyServiceStub(stage.channel).CreateCompany(request, metadata=metadata)
    return f"{len(reply.company.admin_ids)} admin"


async def get_company(stage: Stage, metadata: Any) -> str:
    request = companies.GetCompanyRequest(company_id=stage.company_id)
    reply = await CompanyServiceStub(stage.channel).GetCompany(request, metadata=metadata)
    return f"{len(reply.company.admin_ids)} admin"


async def create_job(stage: Stage, metadata: Any) -> str:
    job = job_pb2.Job(company_id=stage.company_id, title="Engineer", description="Build things.")
    await JobServiceStub(stage.channel).CreateJob(pb.CreateJobRequest(job=job), metadata=metadata)
    return "posted"


async def get_job(stage: Stage, metadata: Any) -> str:
    job = (await JobServiceStub(stage.channel).GetJob(pb.GetJobRequest(job_id=stage.open_id), metadata=metadata)).job
    told = ["counted"] if job.HasField("application_count") else []
    return " ".join(["seen", *(["applied"] if job.applied else []), *told])


async def get_draft(stage: Stage, metadata: Any) -> str:
    await JobServiceStub(stage.channel).GetJob(pb.GetJobRequest(job_id=stage.draft_id), metadata=metadata)
    return "seen"


async def search_jobs(stage: Stage, metadata: Any) -> str:
    request = pb.SearchJobsRequest(company_id=[stage.company_id])
    found = [job.id for job in (await JobServiceStub(stage.channel).SearchJobs(request, metadata=metadata)).jobs]
    return "open ones" if found == [stage.open_id] else f"{found}"


async def apply_to_job(stage: Stage, metadata: Any) -> str:
    request = pb.ApplyToJobRequest(job_id=stage.open_id)
    reply = await JobServiceStub(stage.channel).ApplyToJob(request, metadata=metadata)
    return "again" if reply.already_applied else "applied"


async def apply_to_draft(stage: Stage, metadata: Any) -> str:
    request = pb.ApplyToJobRequest(job_id=stage.draft_id)
    await JobServiceStub(stage.channel).ApplyToJob(request, metadata=metadata)
    return "applied"


async def stream_jobs(stage: Stage, metadata: Any) -> str:
    stream = JobServiceStub(stage.channel).StreamJobs(pb.StreamJobsRequest(), metadata=metadata)
    found = {job.id async for batch in stream for job in batch.jobs}
    return "all but drafts" if stage.open_id in found and stage.draft_id not in found else "others"


async def author_of(stage: Stage, metadata: Any, viewer: str, kind: Any, content_id: str) -> str:
    """Which of the members it is, and whether readers are told; or why that is not told."""
    ref = content.ContentRef(kind=kind, id=content_id)
    request = authors.GetContentAuthorRequest(content=ref, viewer_id=stage.people[viewer])
    reply = await ContentAuthorServiceStub(stage.channel).GetContentAuthor(request, metadata=metadata)
    [found] = [name for name, user_id in stage.people.items() if user_id == reply.author_id]
    return f"{found}, told" if reply.told else found


async def author_of_a_job(stage: Stage, metadata: Any) -> str:
    return await author_of(stage, metadata, "member", content.CONTENT_KIND_JOB, stage.open_id)


async def author_of_a_draft(stage: Stage, metadata: Any) -> str:
    return await author_of(stage, metadata, "member", content.CONTENT_KIND_JOB, stage.draft_id)


async def author_of_an_own_draft(stage: Stage, metadata: Any) -> str:
    return await author_of(stage, metadata, "admin", content.CONTENT_KIND_JOB, stage.draft_id)


async def author_of_a_company(stage: Stage, metadata: Any) -> str:
    return await author_of(stage, metadata, "applicant", content.CONTENT_KIND_COMPANY, stage.company_id)


async def author_of_no_company(stage: Stage, metadata: Any) -> str:
    return await author_of(stage, metadata, "member", content.CONTENT_KIND_COMPANY, stage.open_id)


async def author_of_a_post(stage: Stage, metadata: Any) -> str:
    return await author_of(stage, metadata, "member", content.CONTENT_KIND_POST, stage.open_id)


NO_CONTENT = (SERVICES_ONLY,) * 3 + ("CONTENT_NOT_FOUND", SERVICES_ONLY)
MATRIX: Mapping[str, tuple[Ask, tuple[str, ...]]] = {
    "CreateCompany": (create_company, ("1 admin", "1 admin", "1 admin", UNSIGNED, UNSIGNED)),
    "GetCompany": (get_company, ("1 admin", "0 admin", "0 admin", UNSIGNED, UNSIGNED)),
    "CreateJob": (create_job, ("posted", NOT_ADMIN, NOT_ADMIN, UNSIGNED, UNSIGNED)),
    "GetJob": (get_job, ("seen counted", "seen applied", "seen", UNSIGNED, UNSIGNED)),
    "GetJob of a draft": (get_draft, ("seen", "JOB_NOT_FOUND", "JOB_NOT_FOUND", UNSIGNED, UNSIGNED)),
    "SearchJobs": (search_jobs, ("open ones", "open ones", "open ones", UNSIGNED, UNSIGNED)),
    "ApplyToJob": (apply_to_job, ("applied", "again", "applied", UNSIGNED, UNSIGNED)),
    "ApplyToJob to a draft": (apply_to_draft, ("JOB_NOT_FOUND",) * 3 + (UNSIGNED, UNSIGNED)),
    "StreamJobs": (stream_jobs, (SERVICES_ONLY,) * 3 + ("all but drafts", SERVICES_ONLY)),
    "GetContentAuthor of a job": (author_of_a_job, (SERVICES_ONLY,) * 3 + ("admin", SERVICES_ONLY)),
    "GetContentAuthor of a draft": (author_of_a_draft, NO_CONTENT),
    "GetContentAuthor of an own draft": (author_of_an_own_draft, (SERVICES_ONLY,) * 3 + ("admin", SERVICES_ONLY)),
    "GetContentAuthor of a company": (author_of_a_company, (SERVICES_ONLY,) * 3 + ("admin", SERVICES_ONLY)),
    "GetContentAuthor of no company": (author_of_no_company, NO_CONTENT),
    "GetContentAuthor of a post": (author_of_a_post, NO_CONTENT),
}
SERVED = {
    CompanyServiceServicer: CompanyServicer,
    JobServiceServicer: JobServicer,
    RecruiterServiceServicer: None,
    ContentAuthorServiceServicer: ContentAuthorServicer,
}


def test_no_method_is_missing() -> None:
    """A method that is served has a row, and one that is not has none."""
    served = {
        method
        for generated, ours in SERVED.items()
        for method in vars(generated)
        if ours and not method.startswith("_") and getattr(ours, method) is not getattr(generated, method)
    }
    assert served == {row.partition(" ")[0] for row in MATRIX}
    assert all(len(CALLERS) == len(outcomes) for _, outcomes in MATRIX.values())


@pytest.mark.parametrize("row", MATRIX)
async def test_each_method_looks_at_who_calls(stage: Stage, row: str) -> None:
    """Drafts are there for those who speak for the company alone, streams for services alone."""
    ask, outcomes = MATRIX[row]
    for caller, expected in zip(CALLERS, outcomes, strict=True):
        try:
            outcome = await ask(stage, stage.metadata[caller])
        except Failure as failure:
            outcome = failure.reason
        assert (caller, expected) == (caller, outcome)
