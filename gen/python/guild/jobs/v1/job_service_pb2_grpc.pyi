"""Typed stubs of the generated gRPC classes. Generated, do not edit."""

import collections.abc as _abc
import typing as _typing

import grpc.aio as _aio

from guild.jobs.v1 import job_service_pb2 as _guild_jobs_v1_job_service_pb2

class JobServiceStub:
    """Jobs, for those who offer and those who look for them. Drafts exist for the company's admins only."""
    def __init__(self, channel: _aio.Channel) -> None: ...
    CreateJob: _aio.UnaryUnaryMultiCallable[_guild_jobs_v1_job_service_pb2.CreateJobRequest, _guild_jobs_v1_job_service_pb2.CreateJobResponse]
    GetJob: _aio.UnaryUnaryMultiCallable[_guild_jobs_v1_job_service_pb2.GetJobRequest, _guild_jobs_v1_job_service_pb2.GetJobResponse]
    UpdateJob: _aio.UnaryUnaryMultiCallable[_guild_jobs_v1_job_service_pb2.UpdateJobRequest, _guild_jobs_v1_job_service_pb2.UpdateJobResponse]
    CloseJob: _aio.UnaryUnaryMultiCallable[_guild_jobs_v1_job_service_pb2.CloseJobRequest, _guild_jobs_v1_job_service_pb2.CloseJobResponse]
    SearchJobs: _aio.UnaryUnaryMultiCallable[_guild_jobs_v1_job_service_pb2.SearchJobsRequest, _guild_jobs_v1_job_service_pb2.SearchJobsResponse]
    ListRecommendedJobs: _aio.UnaryUnaryMultiCallable[_guild_jobs_v1_job_service_pb2.ListRecommendedJobsRequest, _guild_jobs_v1_job_service_pb2.ListRecommendedJobsResponse]
    SaveJob: _aio.UnaryUnaryMultiCallable[_guild_jobs_v1_job_service_pb2.SaveJobRequest, _guild_jobs_v1_job_service_pb2.SaveJobResponse]
    UnsaveJob: _aio.UnaryUnaryMultiCallable[_guild_jobs_v1_job_service_pb2.UnsaveJobRequest, _guild_jobs_v1_job_service_pb2.UnsaveJobResponse]
    ListSavedJobs: _aio.UnaryUnaryMultiCallable[_guild_jobs_v1_job_service_pb2.ListSavedJobsRequest, _guild_jobs_v1_job_service_pb2.ListSavedJobsResponse]
    CreateJobAlert: _aio.UnaryUnaryMultiCallable[_guild_jobs_v1_job_service_pb2.CreateJobAlertRequest, _guild_jobs_v1_job_service_pb2.CreateJobAlertResponse]
    ListJobAlerts: _aio.UnaryUnaryMultiCallable[_guild_jobs_v1_job_service_pb2.ListJobAlertsRequest, _guild_jobs_v1_job_service_pb2.ListJobAlertsResponse]
    DeleteJobAlert: _aio.UnaryUnaryMultiCallable[_guild_jobs_v1_job_service_pb2.DeleteJobAlertRequest, _guild_jobs_v1_job_service_pb2.DeleteJobAlertResponse]
    ApplyToJob: _aio.UnaryUnaryMultiCallable[_guild_jobs_v1_job_service_pb2.ApplyToJobRequest, _guild_jobs_v1_job_service_pb2.ApplyToJobResponse]
    WithdrawApplication: _aio.UnaryUnaryMultiCallable[_guild_jobs_v1_job_service_pb2.WithdrawApplicationRequest, _guild_jobs_v1_job_service_pb2.WithdrawApplicationResponse]
    ListMyApplications: _aio.UnaryUnaryMultiCallable[_guild_jobs_v1_job_service_pb2.ListMyApplicationsRequest, _guild_jobs_v1_job_service_pb2.ListMyApplicationsResponse]
    StreamJobs: _aio.UnaryStreamMultiCallable[_guild_jobs_v1_job_service_pb2.StreamJobsRequest, _guild_jobs_v1_job_service_pb2.StreamJobsResponse]

class JobServiceServicer:
    """Jobs, for those who offer and those who look for them. Drafts exist for the company's admins only."""
    async def CreateJob(
        self, request: _guild_jobs_v1_job_service_pb2.CreateJobRequest, context: _aio.ServicerContext[_guild_jobs_v1_job_service_pb2.CreateJobRequest, _guild_jobs_v1_job_service_pb2.CreateJobResponse]
    ) -> _guild_jobs_v1_job_service_pb2.CreateJobResponse:
        """Posts a job, or keeps it as a draft.

        Callers: admins of the company. Errors: COMPANY_NOT_FOUND, NOT_A_COMPANY_ADMIN, SALARY_RANGE_INVALID. Repeatable with an
        idempotency key.
        """
        ...
    async def GetJob(
        self, request: _guild_jobs_v1_job_service_pb2.GetJobRequest, context: _aio.ServicerContext[_guild_jobs_v1_job_service_pb2.GetJobRequest, _guild_jobs_v1_job_service_pb2.GetJobResponse]
    ) -> _guild_jobs_v1_job_service_pb2.GetJobResponse:
        """Reads one job.

        Callers: members; drafts, admins of the company. Errors: JOB_NOT_FOUND. Reads only.
        """
        ...
    async def UpdateJob(
        self, request: _guild_jobs_v1_job_service_pb2.UpdateJobRequest, context: _aio.ServicerContext[_guild_jobs_v1_job_service_pb2.UpdateJobRequest, _guild_jobs_v1_job_service_pb2.UpdateJobResponse]
    ) -> _guild_jobs_v1_job_service_pb2.UpdateJobResponse:
        """Changes a job. Setting the status of a draft to open posts it.

        Callers: admins of the company. Errors: JOB_NOT_FOUND, NOT_A_COMPANY_ADMIN, JOB_CLOSED, SALARY_RANGE_INVALID,
        FIELD_NOT_UPDATABLE. Repeatable with an idempotency key.
        """
        ...
    async def CloseJob(
        self, request: _guild_jobs_v1_job_service_pb2.CloseJobRequest, context: _aio.ServicerContext[_guild_jobs_v1_job_service_pb2.CloseJobRequest, _guild_jobs_v1_job_service_pb2.CloseJobResponse]
    ) -> _guild_jobs_v1_job_service_pb2.CloseJobResponse:
        """Stops taking applications.

        Callers: admins of the company. Errors: JOB_NOT_FOUND, NOT_A_COMPANY_ADMIN. Repeatable with an idempotency key.
        """
        ...
    async def SearchJobs(
        self, request: _guild_jobs_v1_job_service_pb2.SearchJobsRequest, context: _aio.ServicerContext[_guild_jobs_v1_job_service_pb2.SearchJobsRequest, _guild_jobs_v1_job_service_pb2.SearchJobsResponse]
    ) -> _guild_jobs_v1_job_service_pb2.SearchJobsResponse:
        """Finds open jobs. With words the best match comes first, otherwise the newest.

        Callers: members. Errors: PAGE_TOKEN_INVALID. Reads only.
        """
        ...
    async def ListRecommendedJobs(
        self, request: _guild_jobs_v1_job_service_pb2.ListRecommendedJobsRequest, context: _aio.ServicerContext[_guild_jobs_v1_job_service_pb2.ListRecommendedJobsRequest, _guild_jobs_v1_job_service_pb2.ListRecommendedJobsResponse]
    ) -> _guild_jobs_v1_job_service_pb2.ListRecommendedJobsResponse:
        """Lists open jobs that fit the caller's profile, best first, each with the reasons.

        Callers: members. Errors: PAGE_TOKEN_INVALID. Reads only.
        """
        ...
    async def SaveJob(
        self, request: _guild_jobs_v1_job_service_pb2.SaveJobRequest, context: _aio.ServicerContext[_guild_jobs_v1_job_service_pb2.SaveJobRequest, _guild_jobs_v1_job_service_pb2.SaveJobResponse]
    ) -> _guild_jobs_v1_job_service_pb2.SaveJobResponse:
        """Saves a job for later.

        Callers: members. Errors: JOB_NOT_FOUND. A repeat changes nothing.
        """
        ...
    async def UnsaveJob(
        self, request: _guild_jobs_v1_job_service_pb2.UnsaveJobRequest, context: _aio.ServicerContext[_guild_jobs_v1_job_service_pb2.UnsaveJobRequest, _guild_jobs_v1_job_service_pb2.UnsaveJobResponse]
    ) -> _guild_jobs_v1_job_service_pb2.UnsaveJobResponse:
        """Forgets a saved job.

        Callers: members. Errors: JOB_NOT_FOUND. A repeat changes nothing.
        """
        ...
    async def ListSavedJobs(
        self, request: _guild_jobs_v1_job_service_pb2.ListSavedJobsRequest, context: _aio.ServicerContext[_guild_jobs_v1_job_service_pb2.ListSavedJobsRequest, _guild_jobs_v1_job_service_pb2.ListSavedJobsResponse]
    ) -> _guild_jobs_v1_job_service_pb2.ListSavedJobsResponse:
        """Lists the jobs that the caller saved, last saved first.

        Callers: members. Errors: PAGE_TOKEN_INVALID. Reads only.
        """
        ...
    async def CreateJobAlert(
        self, request: _guild_jobs_v1_job_service_pb2.CreateJobAlertRequest, context: _aio.ServicerContext[_guild_jobs_v1_job_service_pb2.CreateJobAlertRequest, _guild_jobs_v1_job_service_pb2.CreateJobAlertResponse]
    ) -> _guild_jobs_v1_job_service_pb2.CreateJobAlertResponse:
        """Asks to be notified of new jobs that match.

        Callers: members. Errors: TOO_MANY_JOB_ALERTS. Repeatable with an idempotency key.
        """
        ...
    async def ListJobAlerts(
        self, request: _guild_jobs_v1_job_service_pb2.ListJobAlertsRequest, context: _aio.ServicerContext[_guild_jobs_v1_job_service_pb2.ListJobAlertsRequest, _guild_jobs_v1_job_service_pb2.ListJobAlertsResponse]
    ) -> _guild_jobs_v1_job_service_pb2.ListJobAlertsResponse:
        """Lists the caller's alerts, newest first.

        Callers: members. No errors of its own. Reads only.
        """
        ...
    async def DeleteJobAlert(
        self, request: _guild_jobs_v1_job_service_pb2.DeleteJobAlertRequest, context: _aio.ServicerContext[_guild_jobs_v1_job_service_pb2.DeleteJobAlertRequest, _guild_jobs_v1_job_service_pb2.DeleteJobAlertResponse]
    ) -> _guild_jobs_v1_job_service_pb2.DeleteJobAlertResponse:
        """Ends an alert.

        Callers: its owner. Errors: JOB_ALERT_NOT_FOUND. A repeat changes nothing.
        """
        ...
    async def ApplyToJob(
        self, request: _guild_jobs_v1_job_service_pb2.ApplyToJobRequest, context: _aio.ServicerContext[_guild_jobs_v1_job_service_pb2.ApplyToJobRequest, _guild_jobs_v1_job_service_pb2.ApplyToJobResponse]
    ) -> _guild_jobs_v1_job_service_pb2.ApplyToJobResponse:
        """Applies to a job: exactly once per member and job. Applying again returns the first application.

        Callers: members. Errors: JOB_NOT_FOUND, JOB_CLOSED, MEDIA_NOT_FOUND, ACCOUNT_RESTRICTED. A repeat
        changes nothing.
        """
        ...
    async def WithdrawApplication(
        self, request: _guild_jobs_v1_job_service_pb2.WithdrawApplicationRequest, context: _aio.ServicerContext[_guild_jobs_v1_job_service_pb2.WithdrawApplicationRequest, _guild_jobs_v1_job_service_pb2.WithdrawApplicationResponse]
    ) -> _guild_jobs_v1_job_service_pb2.WithdrawApplicationResponse:
        """Takes an application back.

        Callers: its applicant. Errors: APPLICATION_NOT_FOUND, APPLICATION_ENDED. Repeatable with an idempotency key.
        """
        ...
    async def ListMyApplications(
        self, request: _guild_jobs_v1_job_service_pb2.ListMyApplicationsRequest, context: _aio.ServicerContext[_guild_jobs_v1_job_service_pb2.ListMyApplicationsRequest, _guild_jobs_v1_job_service_pb2.ListMyApplicationsResponse]
    ) -> _guild_jobs_v1_job_service_pb2.ListMyApplicationsResponse:
        """Lists the caller's applications, newest first.

        Callers: members. Errors: PAGE_TOKEN_INVALID. Reads only.
        """
        ...
    def StreamJobs(
        self, request: _guild_jobs_v1_job_service_pb2.StreamJobsRequest, context: _aio.ServicerContext[_guild_jobs_v1_job_service_pb2.StreamJobsRequest, _guild_jobs_v1_job_service_pb2.StreamJobsResponse]
    ) -> _abc.AsyncIterator[_guild_jobs_v1_job_service_pb2.StreamJobsResponse] | _abc.Awaitable[None]:
        """Streams all jobs that were posted, in the order of a cursor: what another service builds a projection from. What changes
        meanwhile comes as events.

        Callers: services. Reads only.
        """
        ...

def add_JobServiceServicer_to_server(
    servicer: JobServiceServicer, server: _typing.Any
) -> None: ...
