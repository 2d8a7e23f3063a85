"""Companies, jobs and applications over the wire."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from guild.common.v1.money_pb2 import Money
from guild.jobs.v1 import company_service_pb2 as companies
from guild.jobs.v1 import job_pb2
from guild.jobs.v1 import job_service_pb2 as pb
from guild.jobs.v1.company_pb2 import Company
from guild.jobs.v1.company_service_pb2_grpc import CompanyServiceStub
from guild.jobs.v1.job_service_pb2_grpc import JobServiceStub
from mesh.errors import AlreadyExists, FailedPrecondition, InvalidArgument, NotFound, PermissionDenied
from mesh.ids import uuid7
from mesh.testing import SignedIn, TestIdentity


def euros(thousands: int) -> Money:
    return Money(currency_code="EUR", minor_units=thousands * 100_000)


async def company(jobs: Any, owner: SignedIn, name: str = "") -> str:
    reply = await CompanyServiceStub(jobs.channel).CreateCompany(
        companies.CreateCompanyRequest(company=Company(name=name or f"Company {uuid7()}")), metadata=owner.metadata
    )
    return reply.company.id


async def post(jobs: Any, owner: SignedIn, company_id: str, **fields: Any) -> job_pb2.Job:
    told: dict[str, Any] = {"company_id": company_id, "title": "Engineer", "description": "Build things."} | fields
    job = job_pb2.Job(**told)
    reply = await JobServiceStub(jobs.channel).CreateJob(pb.CreateJobRequest(job=job), metadata=owner.metadata)
    return reply.job


async def search(jobs: Any, who: SignedIn, **filters: Any) -> pb.SearchJobsResponse:
    return await JobServiceStub(jobs.channel).SearchJobs(pb.SearchJobsRequest(**filters), metadata=who.metadata)


async def test_a_company_name_is_taken_once(jobs: Any, identity: TestIdentity) -> None:
    """Case and spaces make no other name; its creator is its admin."""
    ann, eve = identity.sign_in(), identity.sign_in()
    name = f"Blue {uuid7()}"
    created = await company(jobs, ann, name)
    with pytest.raises(AlreadyExists) as caught:
        await company(jobs, eve, f"  {name.upper()} ")
    assert caught.value.reason == "COMPANY_NAME_TAKEN"
    for who, admins in ((ann, [str(ann.user_id)]), (eve, [])):
        page = await CompanyServiceStub(jobs.channel).GetCompany(
            companies.GetCompanyRequest(company_id=created), metadata=who.metadata
        )
        assert (name, admins) == (page.company.name, list(page.company.admin_ids))


async def test_only_admins_post_jobs(jobs: Any, identity: TestIdentity) -> None:
    """Another member is refused, and so is a salary that ends before it starts."""
    ann, eve = identity.sign_in(), identity.sign_in()
    company_id = await company(jobs, ann)
    with pytest.raises(PermissionDenied) as denied:
        await post(jobs, eve, company_id)
    assert denied.value.reason == "NOT_A_COMPANY_ADMIN"
    with pytest.raises(InvalidArgument) as invalid:
        await post(jobs, ann, company_id, salary_min=euros(90), salary_max=euros(70))
    assert invalid.value.reason == "SALARY_RANGE_INVALID"


async def test_a_draft_is_known_to_admins_only(jobs: Any, identity: TestIdentity) -> None:
    """For others it does not exist, and no search finds it."""
    ann, eve = identity.sign_in(), identity.sign_in()
    company_id = await company(jobs, ann)
    draft = await post(jobs, ann, company_id, status=job_pb2.JOB_STATUS_DRAFT)
    stub = JobServiceStub(jobs.channel)
    assert (await stub.GetJob(pb.GetJobRequest(job_id=draft.id), metadata=ann.metadata)).job.id == draft.id
    with pytest.raises(NotFound):
        await stub.GetJob(pb.GetJobRequest(job_id=draft.id), metadata=eve.metadata)
    assert 0 == (await search(jobs, ann, company_id=[company_id])).total_size


@pytest.mark.parametrize(
    ("filters", "titles"),
    [
        ({"q": "python backend"}, ["Senior Python engineer"]),
        ({"location": ["berlin"]}, ["Senior Python engineer", "Go developer"]),
        ({"location": ["100%"]}, []),
        ({"experience_level": [job_pb2.EXPERIENCE_LEVEL_ENTRY]}, ["Office clerk"]),
        (
            {"experience_level": [job_pb2.EXPERIENCE_LEVEL_ENTRY, job_pb2.EXPERIENCE_LEVEL_SENIOR]},
            ["Senior Python engineer", "Office clerk"],
        ),
        ({"location": ["hamburg", "mitte"]}, ["Senior Python engineer", "Office clerk"]),
        ({"remote": True}, ["Go developer"]),
        ({"remote": False, "salary_min": 7_000_000}, ["Senior Python engineer"]),
        ({"salary_min": 7_000_000, "salary_currency": "USD"}, []),
        ({"salary_min": 0}, ["Senior Python engineer", "Go developer", "Office clerk"]),
        ({"salary_min": 9_000_000}, ["Senior Python engineer"]),  # from 75,000 on, without an upper end
        ({"q": "engineers"}, ["Senior Python engineer"]),
        ({"skills": ["GO"]}, ["Go developer"]),
        ({"skills": ["go", "sql"]}, ["Go developer"]),
    ],
)
async def test_filters_narrow_the_search(
    jobs: Any, identity: TestIdentity, filters: dict[str, Any], titles: list[str]
) -> None:
    """Each named filter, and filters together."""
    ann = identity.sign_in()
    company_id = await company(jobs, ann)
    await post(
        jobs,
        ann,
        company_id,
        title="Office clerk",
        location="Hamburg",
        experience_level=job_pb2.EXPERIENCE_LEVEL_ENTRY,
        salary_max=euros(40),
    )
    await post(
        jobs,
        ann,
        company_id,
        title="Go developer",
        location="Berlin",
        remote=True,
        skills=["go", "sql"],
        salary_min=euros(60),
        salary_max=euros(80),
    )
    await post(
        jobs,
        ann,
        company_id,
        title="Senior Python engineer",
        location="Berlin, Mitte",
        description="A backend.",
        experience_level=job_pb2.EXPERIENCE_LEVEL_SENIOR,
        salary_min=euros(75),
    )
    found = await search(jobs, ann, company_id=[company_id], **filters)
    assert (titles, len(titles)) == ([job.title for job in found.jobs], found.total_size)


async def test_pages_hold_every_job_once(jobs: Any, identity: TestIdentity) -> None:
    """With words (ranked) and without (newest first), five jobs come once each; the first page tells the facets."""
    ann = identity.sign_in()
    company_id = await company(jobs, ann)
    posted = [await post(jobs, ann, company_id, title=f"Baker {'baker ' * n}", remote=n > 2) for n in range(5)]
    for query in ({}, {"q": "baker"}):
        first = page = await search(jobs, ann, company_id=[company_id], page_size=2, **query)
        seen = [job.id for job in page.jobs]
        while token := page.next_page_token:
            page = await search(jobs, ann, company_id=[company_id], page_size=2, page_token=token, **query)
            seen += [job.id for job in page.jobs]
            assert (5, []) == (page.total_size, list(page.facets))
        assert {job.id for job in posted} == set(seen)
        assert (5, 5) == (len(seen), first.total_size)
        assert ["experienceLevel", "employmentType", "remote"] == [facet.name for facet in first.facets]
        assert [("false", 3), ("true", 2)] == [(value.value, value.count) for value in first.facets[2].values]


async def test_a_page_token_belongs_to_one_search(jobs: Any, identity: TestIdentity) -> None:
    """With other filters it is refused, instead of showing a page of something else."""
    ann = identity.sign_in()
    company_id = await company(jobs, ann)
    for _ in range(2):
        await post(jobs, ann, company_id)
    token = (await search(jobs, ann, company_id=[company_id], page_size=1)).next_page_token
    for other in ({}, {"company_id": [company_id], "q": "engineer"}, {"company_id": [company_id], "remote": False}):
        with pytest.raises(InvalidArgument) as caught:
            await search(jobs, ann, page_token=token, **other)
        assert "PAGE_TOKEN_INVALID" == caught.value.reason


async def test_a_job_stays_open_for_thirty_days(jobs: Any, identity: TestIdentity) -> None:
    """As the contract says, unless its poster says otherwise."""
    ann = identity.sign_in()
    job = await post(jobs, ann, await company(jobs, ann))
    assert 30 * 86_400 == job.expires_at.seconds - job.created_at.seconds


@pytest.mark.parametrize("end", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z"])
async def test_a_job_is_open_until_any_time(jobs: Any, identity: TestIdentity, end: str) -> None:
    """The first and the last that a Timestamp can say too: it is written and read."""
    ann = identity.sign_in()
    job = job_pb2.Job(company_id=await company(jobs, ann), title="Baker", description="Bakes.")
    job.expires_at.FromJsonString(end)
    stub = JobServiceStub(jobs.channel)
    created = (await stub.CreateJob(pb.CreateJobRequest(job=job), metadata=ann.metadata)).job
    read = (await stub.GetJob(pb.GetJobRequest(job_id=created.id), metadata=ann.metadata)).job
    assert job.expires_at.seconds == read.expires_at.seconds


@pytest.mark.parametrize("nothing", [" ", "\t\n", "\u3000", "\u200b \u2060"])
async def test_names_and_titles_show_something(jobs: Any, identity: TestIdentity, nothing: str) -> None:
    """Blanks and characters without a shape are no name."""
    ann = identity.sign_in()
    company_id = await company(jobs, ann)
    for attempt in (
        company(jobs, ann, nothing),
        post(jobs, ann, company_id, title=nothing),
        post(jobs, ann, company_id, description=nothing),
    ):
        with pytest.raises(InvalidArgument):
            await attempt


async def test_a_company_name_is_taken_in_any_width(jobs: Any, identity: TestIdentity) -> None:
    """Letters that Unicode holds to be the same letter make no other name."""
    ann = identity.sign_in()
    name = f"Acme {uuid7()}"
    await company(jobs, ann, name)
    with pytest.raises(AlreadyExists):
        await company(jobs, ann, name.replace("Acme", "\uff21\uff43\uff4d\uff45"))


async def test_applying_happens_once(jobs: Any, identity: TestIdentity) -> None:
    """Ten calls at the same moment are one application; the answer says so."""
    ann, bob = identity.sign_in(), identity.sign_in()
    job = await post(jobs, ann, await company(jobs, ann))
    stub = JobServiceStub(jobs.channel)
    replies = await asyncio.gather(
        *(
            stub.ApplyToJob(pb.ApplyToJobRequest(job_id=job.id, cover_letter=str(n)), metadata=bob.metadata)
            for n in range(10)
        )
    )
    assert 1 == len({reply.application.id for reply in replies})
    assert [False] + [True] * 9 == sorted(reply.already_applied for reply in replies)
    assert 1 == len({reply.application.cover_letter for reply in replies})
    page = await stub.GetJob(pb.GetJobRequest(job_id=job.id), metadata=bob.metadata)
    assert page.job.applied


async def test_an_expired_job_takes_no_applications(jobs: Any, identity: TestIdentity) -> None:
    """Time alone closes a job; what does not exist is not found."""
    ann, bob = identity.sign_in(), identity.sign_in()
    job = job_pb2.Job(company_id=await company(jobs, ann), title="Past", description="Over.")
    job.expires_at.FromJsonString("2020-01-01T00:00:00Z")
    stub = JobServiceStub(jobs.channel)
    created = await stub.CreateJob(pb.CreateJobRequest(job=job), metadata=ann.metadata)
    assert created.job.status == job_pb2.JOB_STATUS_EXPIRED
    with pytest.raises(FailedPrecondition) as caught:
        await stub.ApplyToJob(pb.ApplyToJobRequest(job_id=created.job.id), metadata=bob.metadata)
    assert caught.value.reason == "JOB_CLOSED"
    with pytest.raises(NotFound):
        await stub.ApplyToJob(pb.ApplyToJobRequest(job_id=str(UUID(int=7))), metadata=bob.metadata)


@pytest.mark.parametrize(
    ("written", "asked", "found"),
    [
        ("C++ engineer", "c++", True),
        ("C++ engineer", "C", False),
        ("C# engineer", "C++", False),
        ("C engineer", "C", True),
        ("Head of IT", "IT", True),
        (".NET developer", ".net", True),
        ("Vertrieb in \u0130stanbul", "istanbul", True),
        ("Buchhaltung Zu\u0308rich", "Z\u00fcrich", True),
        ("Buchhaltung Z\u00fcrich", "zurich", True),
        ("\uff26\uff35\uff2c\uff2c-time chef", "full", True),
    ],
)
async def test_words_are_found_however_they_are_written(
    jobs: Any, identity: TestIdentity, written: str, asked: str, found: bool
) -> None:
    """In a title or as a skill: symbols belong to a word, no word is too common, letters are folded alike."""
    ann = identity.sign_in()
    for fields in ({"title": written}, {"skills": [written]}):
        company_id = await company(jobs, ann)
        await post(jobs, ann, company_id, **fields)
        reply = await search(jobs, ann, company_id=[company_id], q=asked)
        assert int(found) == reply.total_size


async def test_places_and_skills_are_compared_folded(jobs: Any, identity: TestIdentity) -> None:
    """A filter finds what was written with other letters for the same."""
    ann = identity.sign_in()
    company_id = await company(jobs, ann)
    await post(jobs, ann, company_id, location="Z\u00fcrich, CH", skills=["Caf\u00e9 management"])
    for filters in ({"location": ["zu\u0308rich"]}, {"location": ["Zurich"]}, {"skills": ["cafe MANAGEMENT"]}):
        assert 1 == (await search(jobs, ann, company_id=[company_id], **filters)).total_size


@pytest.mark.parametrize(
    ("period", "amount", "found"),
    [
        (job_pb2.SALARY_PERIOD_HOUR, 50_00, True),
        (job_pb2.SALARY_PERIOD_HOUR, 20_00, False),
        (job_pb2.SALARY_PERIOD_DAY, 400_00, True),
        (job_pb2.SALARY_PERIOD_MONTH, 8_500_00, True),
        (job_pb2.SALARY_PERIOD_MONTH, 8_000_00, False),
        (job_pb2.SALARY_PERIOD_YEAR, 99_000_00, False),
    ],
)
async def test_salaries_are_compared_by_the_year(
    jobs: Any, identity: TestIdentity, period: job_pb2.SalaryPeriod.ValueType, amount: int, found: bool
) -> None:
    """Whatever a salary is paid for, a filter means a year."""
    ann = identity.sign_in()
    company_id = await company(jobs, ann)
    pay = Money(currency_code="EUR", minor_units=amount)
    posted = await post(jobs, ann, company_id, salary_min=pay, salary_max=pay, salary_period=period)
    reply = await search(jobs, ann, company_id=[company_id], salary_min=100_000_00, salary_currency="EUR")
    assert (period, int(found)) == (posted.salary_period, reply.total_size)


@pytest.mark.parametrize("alike", ["{} ", "{}\u200b", "\u2060{}", "{}\ufe0f", "A{}"])
async def test_names_that_look_the_same_are_the_same(jobs: Any, identity: TestIdentity, alike: str) -> None:
    """Letters that nobody sees, or of another width, make no other company."""
    ann, eve = identity.sign_in(), identity.sign_in()
    name = f"\uff21cme {uuid7()}"
    await company(jobs, ann, name)
    with pytest.raises(AlreadyExists):
        await company(jobs, eve, alike.format(name[1:] if alike.startswith("A") else name))


async def test_applications_are_counted_for_who_speaks_for_the_company(jobs: Any, identity: TestIdentity) -> None:
    """Others are not told."""
    ann, bob = identity.sign_in(), identity.sign_in()
    stub = JobServiceStub(jobs.channel)
    job = await post(jobs, ann, await company(jobs, ann))
    await stub.ApplyToJob(pb.ApplyToJobRequest(job_id=job.id), metadata=bob.metadata)
    hers = (await stub.GetJob(pb.GetJobRequest(job_id=job.id), metadata=ann.metadata)).job
    his = (await stub.GetJob(pb.GetJobRequest(job_id=job.id), metadata=bob.metadata)).job
    assert (1, False) == (hers.application_count, hers.applied)
    assert (False, True) == (his.HasField("application_count"), his.applied)
    assert hers.etag == his.etag


async def test_a_page_of_long_descriptions_fits_a_reply(jobs: Any, identity: TestIdentity) -> None:
    """Pages end by their bytes too, and what follows is on the next."""
    ann = identity.sign_in()
    company_id = await company(jobs, ann)
    for _ in range(45):
        await post(jobs, ann, company_id, description="\u6f22" * 20_000)
    found, token = list[str](), ""
    while True:
        page = await search(jobs, ann, company_id=[company_id], page_size=100, page_token=token)
        assert page.ByteSize() < 3 * 1024 * 1024
        found += [job.id for job in page.jobs]
        token = page.next_page_token
        if not token:
            break
    assert (45, 45) == (len(found), len(set(found)))


async def test_other_services_read_all_jobs_from_a_cursor(jobs: Any, identity: TestIdentity) -> None:
    """Each job once, drafts excepted; a cursor goes on where a stream broke off."""
    ann = identity.sign_in()
    company_id = await company(jobs, ann)
    posted = {(await post(jobs, ann, company_id)).id for _ in range(3)}
    draft = await post(jobs, ann, company_id, status=job_pb2.JOB_STATUS_DRAFT)
    stub, feed = JobServiceStub(jobs.channel), identity.service_metadata("feed", "jobs")
    batches = [batch async for batch in stub.StreamJobs(pb.StreamJobsRequest(), metadata=feed)]
    found = [job.id for batch in batches for job in batch.jobs]
    assert posted <= set(found)
    assert draft.id not in found
    assert len(found) == len(set(found))
    rest = [
        job.id
        for cursor in [batches[0].cursor]
        if cursor
        async for batch in stub.StreamJobs(pb.StreamJobsRequest(cursor=cursor), metadata=feed)
        for job in batch.jobs
    ]
    assert rest == [job.id for batch in batches[1:] for job in batch.jobs]
    with pytest.raises(PermissionDenied):
        _ = [batch async for batch in stub.StreamJobs(pb.StreamJobsRequest(), metadata=ann.metadata)]
