"""PostgreSQL goes and comes back under writes: what was acknowledged is there, once, and the services go on."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from guild.jobs.v1 import company_service_pb2 as companies
from guild.jobs.v1 import job_service_pb2 as pb
from guild.jobs.v1.company_pb2 import Company
from guild.jobs.v1.company_service_pb2_grpc import CompanyServiceStub
from guild.jobs.v1.job_pb2 import Job
from guild.jobs.v1.job_service_pb2_grpc import JobServiceStub
from mesh.embedded import PostgresServer
from mesh.errors import Unavailable
from mesh.ids import uuid7
from mesh.testing import SignedIn, TestIdentity, wait_for
from mesh.testing.serving import serving
from svc_jobs.app import build as build_jobs
from svc_jobs.config import Config as JobsConfig
from svc_profile.app import build as build_profile
from svc_profile.config import Config as ProfileConfig
from tests.failure.connections import Members, new_pairs, rows_of, say, some_verbs

RECOVERY_SECONDS = 30.0
WRITERS = 6
PAIRS = 12
BEFORE_AND_AFTER = 40


@dataclass
class Network:
    """The services that write, their databases seen from outside."""

    profile: Any
    jobs: Any
    profile_dsn: str
    jobs_dsn: str
    identity: TestIdentity


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def network(ground: Any, identity: TestIdentity) -> AsyncIterator[Network]:
    profile_db, jobs_db = await ground.database("svc_profile"), await ground.database("svc_jobs")
    profile = build_profile(ProfileConfig(**ground.profile, database=profile_db))
    jobs = build_jobs(JobsConfig(**ground.common, database=jobs_db))
    async with serving(profile) as one, serving(jobs) as other:
        yield Network(one.channel, other.channel, profile_db.dsn, jobs_db.dsn, identity)


@dataclass
class Poster:
    """Posts jobs one after the other, each under a key of its own until it is acknowledged."""

    channel: Any
    member: SignedIn
    company_id: str
    acknowledged: dict[str, str] = field(default_factory=dict)

    async def post(self) -> None:
        """Post one job; a failure is tried again with the same key, as a client would."""
        title = str(uuid7())
        request = pb.CreateJobRequest(job=Job(company_id=self.company_id, title=title, description="Build things."))
        metadata = (*self.member.metadata, ("idempotency-key", title))
        while True:
            try:
                reply = await JobServiceStub(self.channel).CreateJob(request, metadata=metadata)
            except Unavailable as failure:
                await asyncio.sleep(min(failure.retry_after or 0.05, 0.1))
            else:
                self.acknowledged[title] = reply.job.id
                return


async def a_poster(network: Network) -> Poster:
    member = network.identity.sign_in()
    request = companies.CreateCompanyRequest(company=Company(name=str(uuid7())))
    reply = await CompanyServiceStub(network.jobs).CreateCompany(request, metadata=member.metadata)
    return Poster(network.jobs, member, reply.company.id)


async def restart(server: PostgresServer, *, kill: bool) -> None:
    await asyncio.to_thread(server.kill if kill else server.stop)
    await asyncio.sleep(0.3)  # long enough for every writer to run into it
    await asyncio.to_thread(server.start)


async def quarrel(network: Network, members: Members, rng: random.Random, enough: asyncio.Event) -> None:
    async def side(by: Any) -> None:
        while not enough.is_set() and len(members.history.operations) < 40:
            await say(network.profile, members, by, some_verbs(rng, 1))
            await asyncio.sleep(0.02)  # what a person's client does, and what keeps the history short

    await asyncio.gather(*(side(by) for by in members.pair))


@pytest.mark.parametrize("kill", [False, True], ids=["stopped", "killed"])
async def test_writes_go_on_and_nothing_acknowledged_is_lost_or_doubled(
    network: Network, ground: Any, kill: bool
) -> None:
    """Retried with their keys all jobs are there, once; connections that were cut off are whole and explainable."""
    posters = [await a_poster(network) for _ in range(WRITERS)]
    outside = await asyncpg.connect(network.profile_dsn)
    pairs = await new_pairs(outside, network.identity, PAIRS)
    await outside.close()
    enough, rng = asyncio.Event(), random.Random(20260101)

    async def write(poster: Poster) -> None:
        while not enough.is_set():
            await poster.post()

    def posted() -> int:
        return sum(len(poster.acknowledged) for poster in posters)

    async with asyncio.TaskGroup() as group:
        for poster in posters:
            group.create_task(write(poster))
        for members in pairs:
            group.create_task(quarrel(network, members, rng, enough))
        await wait_for(lambda: posted() >= BEFORE_AND_AFTER, timeout=30)
        await restart(ground.servers.postgres, kill=kill)
        before = posted()
        await wait_for(lambda: posted() >= before + BEFORE_AND_AFTER, timeout=RECOVERY_SECONDS)
        enough.set()

    outside = await asyncpg.connect(network.jobs_dsn)
    mine = [poster.company_id for poster in posters]
    stored = await outside.fetch("SELECT title, job_id::text FROM jobs WHERE company_id = ANY($1::uuid[])", mine)
    keys = Counter(row["title"] for row in stored)
    events = await outside.fetchval(
        "SELECT count(*) FROM outbox WHERE subject = ANY("
        "SELECT 'guild.jobs.job_posted.' || job_id FROM jobs WHERE company_id = ANY($1::uuid[]))",
        mine,
    )
    await outside.close()
    acknowledged = {title: job for poster in posters for title, job in poster.acknowledged.items()}
    assert acknowledged == {row["title"]: row["job_id"] for row in stored}
    assert {1} == set(keys.values())
    assert len(acknowledged) == events

    outside = await asyncpg.connect(network.profile_dsn)
    faults = [fault for rows in await rows_of(outside, pairs) for fault in rows.faults()]
    await outside.close()
    unexplained = [members.transcript() for members in pairs if members.explanation() is None]
    assert ([], []) == (faults, unexplained)
