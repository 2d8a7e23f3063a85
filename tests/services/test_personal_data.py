"""What a service holds about a member: given out and erased by its rules, whoever breaks it off."""

import json
from typing import Any
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio

from guild.jobs.v1 import company_service_pb2 as companies
from guild.jobs.v1 import job_pb2
from guild.jobs.v1 import job_service_pb2 as jobs_pb
from guild.jobs.v1.company_pb2 import Company
from guild.jobs.v1.company_service_pb2_grpc import CompanyServiceStub
from guild.jobs.v1.job_service_pb2_grpc import JobServiceStub
from guild.privacy.v1 import personal_data_service_pb2 as pb
from guild.privacy.v1.personal_data_service_pb2_grpc import PersonalDataServiceStub
from mesh.clock import SystemClock
from mesh.data import Database
from mesh.errors import PermissionDenied
from mesh.ids import UserId, uuid7
from mesh.privacy import PersonalData
from mesh.testing import TestIdentity
from mesh.testing.databases import Databases
from mesh.testing.identity import SignedIn
from mesh.testing.serving import serving
from svc_jobs.app import build
from svc_jobs.config import Config
from svc_jobs.store.personal import RULES

COVER_LETTER = "I build bridges, and cross them."


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def database(database_of: Databases) -> Any:
    return await database_of("svc_jobs")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def channel(common: dict[str, Any], database: Any) -> Any:
    async with serving(build(Config(**common, database=database))) as running:
        yield running.channel


async def jobs_of(channel: Any, admin: SignedIn, number: int) -> list[str]:
    company = companies.CreateCompanyRequest(company=Company(name=f"Company {uuid7()}"))
    company_id = (await CompanyServiceStub(channel).CreateCompany(company, metadata=admin.metadata)).company.id
    ids: list[str] = []
    for _ in range(number):
        job = job_pb2.Job(company_id=company_id, title="Engineer", description="Build.", status=job_pb2.JOB_STATUS_OPEN)
        request = jobs_pb.CreateJobRequest(job=job)
        ids.append((await JobServiceStub(channel).CreateJob(request, metadata=admin.metadata)).job.id)
    return ids


async def applied(channel: Any, identity: TestIdentity, number: int) -> SignedIn:
    """Somebody who has applied for that many jobs."""
    somebody = identity.sign_in()
    for job_id in await jobs_of(channel, identity.sign_in(), number):
        request = jobs_pb.ApplyToJobRequest(job_id=job_id, cover_letter=COVER_LETTER)
        await JobServiceStub(channel).ApplyToJob(request, metadata=somebody.metadata)
    return somebody


async def exported(channel: Any, identity: TestIdentity, user_id: UUID) -> dict[str, list[Any]]:
    request = pb.ExportUserRequest(user_id=str(user_id))
    stream = PersonalDataServiceStub(channel).ExportUser(request, metadata=identity.service_metadata("profile", "jobs"))
    found: dict[str, list[Any]] = {}
    async for part in stream:
        found.setdefault(part.section, []).extend(map(json.loads, part.records))
    return found


async def test_a_member_is_given_all_of_it(channel: Any, identity: TestIdentity) -> None:
    """Section by section, and nothing of anybody else."""
    somebody, another = await applied(channel, identity, 3), await applied(channel, identity, 1)

    mine = await exported(channel, identity, somebody.user_id)

    assert [COVER_LETTER] * 3 == [one["cover_letter"] for one in mine["job_applications"]]
    assert {"job_applications"} == set(mine)
    assert 1 == len((await exported(channel, identity, another.user_id))["job_applications"])


async def test_an_erasure_leaves_nothing_and_says_so(channel: Any, identity: TestIdentity) -> None:
    """What is gone is counted once, however often it is asked for."""
    somebody, another = await applied(channel, identity, 2), await applied(channel, identity, 1)
    request = pb.EraseUserRequest(user_id=str(somebody.user_id), erasure_id=str(uuid7()))
    call = {"metadata": identity.service_metadata("profile", "jobs")}

    first = await PersonalDataServiceStub(channel).EraseUser(request, **call)
    second = await PersonalDataServiceStub(channel).EraseUser(request, **call)

    for reply in (first, second):
        assert reply.done
        assert (2, 0) == next((one.erased, one.kept) for one in reply.places if one.name == "applications")
    assert {} == await exported(channel, identity, somebody.user_id)
    assert 1 == len((await exported(channel, identity, another.user_id))["job_applications"])


async def test_only_services_may_ask(channel: Any, identity: TestIdentity) -> None:
    """Not even the member, who asks the profile service."""
    somebody = identity.sign_in()
    me, stub = str(somebody.user_id), PersonalDataServiceStub(channel)
    with pytest.raises(PermissionDenied):
        await stub.EraseUser(pb.EraseUserRequest(user_id=me, erasure_id=str(uuid7())), metadata=somebody.metadata)
    with pytest.raises(PermissionDenied):
        await anext(aiter(stub.ExportUser(pb.ExportUserRequest(user_id=me), metadata=somebody.metadata)))


async def test_an_erasure_goes_on_where_it_was_broken_off(channel: Any, database: Any, identity: TestIdentity) -> None:
    """Batch by batch, each counted in the transaction that erases it: the sum is right after any crash."""
    somebody, erasure = await applied(channel, identity, 5), uuid7()
    db = Database(database)
    await db.start()
    late = iter((0.0, 0.0, 99.0))  # the time is over after the second batch
    broken = PersonalData(db, RULES, SystemClock(), timer=lambda: next(late, 99.0), batch_rows=2)

    first = await broken.erase(UserId(somebody.user_id), erasure)
    rest = await PersonalData(db, RULES, SystemClock(), batch_rows=2).erase(UserId(somebody.user_id), erasure)

    await db.stop()
    assert [(False, 4, 1), (True, 5, 0)] == [
        (done.done, *next((one.erased, one.kept) for one in done.places if one.name == "applications"))
        for done in (first, rest)
    ]
    async with await asyncpg.create_pool(database.dsn, min_size=1, max_size=1) as pool:
        left = await pool.fetchval("SELECT count(*) FROM applications WHERE applicant_id = $1", somebody.user_id)
    assert 0 == left
