"""What moderation decides takes effect on jobs, however late it is heard."""

from datetime import timedelta
from typing import Any

import pytest

from guild.common.v1.content_ref_pb2 import CONTENT_KIND_JOB, ContentRef
from guild.events.v1.trust_pb2 import ContentModerated, ContentRestored
from guild.jobs.v1 import job_pb2
from guild.jobs.v1 import job_service_pb2 as pb
from guild.jobs.v1.job_service_pb2_grpc import JobServiceStub
from mesh.clock import SystemClock
from mesh.contract import timestamp
from mesh.data import Database, Transaction
from mesh.errors import NotFound
from mesh.ids import uuid7
from mesh.testing import TestIdentity, wait_for
from tests.services.svc_jobs.test_jobs import company, post, search


async def test_the_latest_decision_about_a_job_holds(jobs: Any, identity: TestIdentity) -> None:
    """Taken down it is there for its admins only, and takes no applications; shown again it is what it was."""
    ann, eve = identity.sign_in(), identity.sign_in()
    company_id = await company(jobs, ann)
    job_id = (await post(jobs, ann, company_id)).id
    stub, ref = JobServiceStub(jobs.channel), ContentRef(kind=CONTENT_KIND_JOB, id=job_id)
    database = next(part for part in jobs.app.parts if isinstance(part, Database))
    now = SystemClock().now()

    async def decided(event: Any) -> None:
        """As the profile service publishes it."""

        async def work(tx: Transaction) -> None:
            tx.emit(event)

        await database.transact(work)

    async def open_jobs() -> int:
        return (await search(jobs, eve, company_id=[company_id])).total_size

    async def are(count: int) -> None:
        async def so() -> bool:
            return count == await open_jobs()

        await wait_for(so, timeout=10)

    down = ContentModerated(content_id=job_id, content=ref, decision_id=str(uuid7()), moderated_at=timestamp(now))
    await decided(down)
    await are(0)
    with pytest.raises(NotFound):
        await stub.GetJob(pb.GetJobRequest(job_id=job_id), metadata=eve.metadata)
    with pytest.raises(NotFound):
        await stub.ApplyToJob(pb.ApplyToJobRequest(job_id=job_id), metadata=eve.metadata)
    mine = await stub.GetJob(pb.GetJobRequest(job_id=job_id), metadata=ann.metadata)
    assert job_pb2.JOB_STATUS_REMOVED == mine.job.status
    up = ContentRestored(content_id=job_id, content=ref, restored_at=timestamp(now + timedelta(seconds=2)))
    await decided(up)
    await are(1)
    other = (await post(jobs, ann, company_id)).id
    late = ContentModerated(content_id=job_id, content=ref, moderated_at=timestamp(now + timedelta(seconds=1)))
    await decided(late)
    await decided(
        ContentModerated(
            content_id=other, content=ContentRef(kind=CONTENT_KIND_JOB, id=other), moderated_at=timestamp(now)
        )
    )
    await are(1)
    assert job_id == (await stub.GetJob(pb.GetJobRequest(job_id=job_id), metadata=eve.metadata)).job.id
