"""The JobService of the contract."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from guild.common.v1.answer_quality_pb2 import COMPLETENESS_FULL, AnswerQuality
from guild.jobs.v1 import job_service_pb2 as pb
from guild.jobs.v1.job_service_pb2_grpc import JobServiceServicer
from mesh.principal import current_user
from svc_jobs.domain.ids import JobId
from svc_jobs.rpc import messages
from svc_jobs.usecases.applications import Applications
from svc_jobs.usecases.jobs import Jobs
from svc_jobs.usecases.search_jobs import SearchJobs


@dataclass(frozen=True)
class JobServicer(JobServiceServicer):
    """Unpack, ask, pack."""

    jobs: Jobs
    search: SearchJobs
    applications: Applications

    async def CreateJob(self, request: pb.CreateJobRequest, context: Any) -> pb.CreateJobResponse:
        """Post a job."""
        job = await self.jobs.create(current_user(), messages.new_job(request.job))
        return pb.CreateJobResponse(job=messages.seen(job))

    async def GetJob(self, request: pb.GetJobRequest, context: Any) -> pb.GetJobResponse:
        """Read a job."""
        job = await self.jobs.get(current_user(), JobId(UUID(request.job_id)))
        return pb.GetJobResponse(job=messages.seen(job))

    async def StreamJobs(self, request: pb.StreamJobsRequest, context: Any) -> AsyncIterator[pb.StreamJobsResponse]:
        """Stream all jobs to another service."""
        async for page in self.jobs.stream(request.cursor):
            yield pb.StreamJobsResponse(jobs=map(messages.job, page.items), cursor=page.next_page_token)

    async def SearchJobs(self, request: pb.SearchJobsRequest, context: Any) -> pb.SearchJobsResponse:
        """Find open jobs."""
        page, facets = await self.search(messages.filters(request), request.page_token, request.page_size)
        return pb.SearchJobsResponse(
            jobs=map(messages.job, page.items),
            next_page_token=page.next_page_token,
            total_size=page.total,
            facets=[messages.facet(name, dict(counts)) for name, counts in facets.items()],
            quality=AnswerQuality(completeness=COMPLETENESS_FULL),
        )

    async def ApplyToJob(self, request: pb.ApplyToJobRequest, context: Any) -> pb.ApplyToJobResponse:
        """Apply for a job."""
        resume = UUID(request.resume_media_id) if request.resume_media_id else None
        job_id = JobId(UUID(request.job_id))
        return messages.applied(await self.applications.apply(current_user(), job_id, request.cover_letter, resume))
