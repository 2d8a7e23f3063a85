"""The JobService of the contract."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from guild.jobs.v1 import job_service_pb2 as pb
from guild.jobs.v1.job_service_pb2_grpc import JobServiceServicer
from mesh.clock import Clock
from mesh.principal import current_user
from svc_jobs.domain.ids import JobId
from svc_jobs.rpc import messages
from svc_jobs.usecases.apply import Apply
from svc_jobs.usecases.create_job import CreateJob
from svc_jobs.usecases.get_job import GetJob
from svc_jobs.usecases.search_jobs import SearchJobs


@dataclass(frozen=True)
class JobServicer(JobServiceServicer):
    """Unpack, ask, pack."""

    create_job: CreateJob
    get_job: GetJob
    search_jobs: SearchJobs
    apply: Apply
    clock: Clock

    async def CreateJob(self, request: pb.CreateJobRequest, context: Any) -> pb.CreateJobResponse:
        """Post a job."""
        job = await self.create_job(current_user(), messages.new_job(request.job))
        return pb.CreateJobResponse(job=messages.job(job, self.clock.now()))

    async def GetJob(self, request: pb.GetJobRequest, context: Any) -> pb.GetJobResponse:
        """Read a job."""
        page = await self.get_job(current_user(), JobId(UUID(request.job_id)))
        return pb.GetJobResponse(job=messages.job(page.job, self.clock.now(), applied=page.applied))

    async def SearchJobs(self, request: pb.SearchJobsRequest, context: Any) -> pb.SearchJobsResponse:
        """Find open jobs."""
        found = await self.search_jobs(messages.filters(request), size=request.page_size, token=request.page_token)
        now = self.clock.now()
        return pb.SearchJobsResponse(
            jobs=[messages.job(job, now) for job in found.jobs],
            next_page_token=found.next_page_token,
            total_size=found.total,
            facets=[messages.facet(name, dict(counts)) for name, counts in found.facets.items()],
        )

    async def ApplyToJob(self, request: pb.ApplyToJobRequest, context: Any) -> pb.ApplyToJobResponse:
        """Apply for a job."""
        resume = UUID(request.resume_media_id) if request.resume_media_id else None
        me, job_id = current_user(), JobId(UUID(request.job_id))
        return messages.applied(await self.apply(me, job_id, request.cover_letter, resume))
