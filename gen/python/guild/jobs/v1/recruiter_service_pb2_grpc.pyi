"""Typed stubs of the generated gRPC classes. Generated, do not edit."""

import collections.abc as _abc
import typing as _typing

import grpc.aio as _aio

from guild.jobs.v1 import recruiter_service_pb2 as _guild_jobs_v1_recruiter_service_pb2

class RecruiterServiceStub:
    """What companies use to hire. Working with a company's own applications is free; searching and writing to candidates needs
    a subscription.
    """
    def __init__(self, channel: _aio.Channel) -> None: ...
    ListApplications: _aio.UnaryUnaryMultiCallable[_guild_jobs_v1_recruiter_service_pb2.ListApplicationsRequest, _guild_jobs_v1_recruiter_service_pb2.ListApplicationsResponse]
    MoveApplication: _aio.UnaryUnaryMultiCallable[_guild_jobs_v1_recruiter_service_pb2.MoveApplicationRequest, _guild_jobs_v1_recruiter_service_pb2.MoveApplicationResponse]
    SearchCandidates: _aio.UnaryUnaryMultiCallable[_guild_jobs_v1_recruiter_service_pb2.SearchCandidatesRequest, _guild_jobs_v1_recruiter_service_pb2.SearchCandidatesResponse]
    SaveCandidate: _aio.UnaryUnaryMultiCallable[_guild_jobs_v1_recruiter_service_pb2.SaveCandidateRequest, _guild_jobs_v1_recruiter_service_pb2.SaveCandidateResponse]
    SendInMail: _aio.UnaryUnaryMultiCallable[_guild_jobs_v1_recruiter_service_pb2.SendInMailRequest, _guild_jobs_v1_recruiter_service_pb2.SendInMailResponse]
    GetSubscription: _aio.UnaryUnaryMultiCallable[_guild_jobs_v1_recruiter_service_pb2.GetSubscriptionRequest, _guild_jobs_v1_recruiter_service_pb2.GetSubscriptionResponse]
    CreateSubscription: _aio.UnaryUnaryMultiCallable[_guild_jobs_v1_recruiter_service_pb2.CreateSubscriptionRequest, _guild_jobs_v1_recruiter_service_pb2.CreateSubscriptionResponse]
    CancelSubscription: _aio.UnaryUnaryMultiCallable[_guild_jobs_v1_recruiter_service_pb2.CancelSubscriptionRequest, _guild_jobs_v1_recruiter_service_pb2.CancelSubscriptionResponse]
    ListInvoices: _aio.UnaryUnaryMultiCallable[_guild_jobs_v1_recruiter_service_pb2.ListInvoicesRequest, _guild_jobs_v1_recruiter_service_pb2.ListInvoicesResponse]

class RecruiterServiceServicer:
    """What companies use to hire. Working with a company's own applications is free; searching and writing to candidates needs
    a subscription.
    """
    async def ListApplications(
        self, request: _guild_jobs_v1_recruiter_service_pb2.ListApplicationsRequest, context: _aio.ServicerContext[_guild_jobs_v1_recruiter_service_pb2.ListApplicationsRequest, _guild_jobs_v1_recruiter_service_pb2.ListApplicationsResponse]
    ) -> _guild_jobs_v1_recruiter_service_pb2.ListApplicationsResponse:
        """Lists the applications to a job, newest first.

        Callers: admins of its company. Errors: JOB_NOT_FOUND, NOT_A_COMPANY_ADMIN, PAGE_TOKEN_INVALID. Reads only.
        """
        ...
    async def MoveApplication(
        self, request: _guild_jobs_v1_recruiter_service_pb2.MoveApplicationRequest, context: _aio.ServicerContext[_guild_jobs_v1_recruiter_service_pb2.MoveApplicationRequest, _guild_jobs_v1_recruiter_service_pb2.MoveApplicationResponse]
    ) -> _guild_jobs_v1_recruiter_service_pb2.MoveApplicationResponse:
        """Moves an application to another stage and writes the step down. Moving it to the stage it is at changes nothing.

        Callers: admins of the company. Errors: APPLICATION_NOT_FOUND, NOT_A_COMPANY_ADMIN, APPLICATION_ENDED,
        APPLICATION_STAGE_CHANGED. Repeatable with an idempotency key.
        """
        ...
    async def SearchCandidates(
        self, request: _guild_jobs_v1_recruiter_service_pb2.SearchCandidatesRequest, context: _aio.ServicerContext[_guild_jobs_v1_recruiter_service_pb2.SearchCandidatesRequest, _guild_jobs_v1_recruiter_service_pb2.SearchCandidatesResponse]
    ) -> _guild_jobs_v1_recruiter_service_pb2.SearchCandidatesResponse:
        """Finds members who could fit, best match first.

        Callers: members with a subscription. Errors: SUBSCRIPTION_REQUIRED, JOB_NOT_FOUND, PAGE_TOKEN_INVALID. Reads only.
        """
        ...
    async def SaveCandidate(
        self, request: _guild_jobs_v1_recruiter_service_pb2.SaveCandidateRequest, context: _aio.ServicerContext[_guild_jobs_v1_recruiter_service_pb2.SaveCandidateRequest, _guild_jobs_v1_recruiter_service_pb2.SaveCandidateResponse]
    ) -> _guild_jobs_v1_recruiter_service_pb2.SaveCandidateResponse:
        """Keeps a candidate, with a note, in the caller's list; keeping one again replaces the note.

        Callers: members with a subscription. Errors: SUBSCRIPTION_REQUIRED, USER_NOT_FOUND, JOB_NOT_FOUND. A repeat changes
        nothing.
        """
        ...
    async def SendInMail(
        self, request: _guild_jobs_v1_recruiter_service_pb2.SendInMailRequest, context: _aio.ServicerContext[_guild_jobs_v1_recruiter_service_pb2.SendInMailRequest, _guild_jobs_v1_recruiter_service_pb2.SendInMailResponse]
    ) -> _guild_jobs_v1_recruiter_service_pb2.SendInMailResponse:
        """Writes to a member who is not connected to the caller. It costs one credit, which is charged once however often the call
        is repeated, and not at all when the message cannot be delivered.

        Callers: members with a subscription. Errors: SUBSCRIPTION_REQUIRED, NO_INMAIL_CREDITS, USER_NOT_FOUND,
        MESSAGING_NOT_ALLOWED. Repeatable with an idempotency key.
        """
        ...
    async def GetSubscription(
        self, request: _guild_jobs_v1_recruiter_service_pb2.GetSubscriptionRequest, context: _aio.ServicerContext[_guild_jobs_v1_recruiter_service_pb2.GetSubscriptionRequest, _guild_jobs_v1_recruiter_service_pb2.GetSubscriptionResponse]
    ) -> _guild_jobs_v1_recruiter_service_pb2.GetSubscriptionResponse:
        """Reads the caller's subscription.

        Callers: members. Errors: SUBSCRIPTION_NOT_FOUND. Reads only.
        """
        ...
    async def CreateSubscription(
        self, request: _guild_jobs_v1_recruiter_service_pb2.CreateSubscriptionRequest, context: _aio.ServicerContext[_guild_jobs_v1_recruiter_service_pb2.CreateSubscriptionRequest, _guild_jobs_v1_recruiter_service_pb2.CreateSubscriptionResponse]
    ) -> _guild_jobs_v1_recruiter_service_pb2.CreateSubscriptionResponse:
        """Buys a subscription, or changes the plan of the one there is.

        Callers: members. Errors: PAYMENT_DECLINED, SUBSCRIPTION_UNCHANGED. Repeatable with an idempotency key.
        """
        ...
    async def CancelSubscription(
        self, request: _guild_jobs_v1_recruiter_service_pb2.CancelSubscriptionRequest, context: _aio.ServicerContext[_guild_jobs_v1_recruiter_service_pb2.CancelSubscriptionRequest, _guild_jobs_v1_recruiter_service_pb2.CancelSubscriptionResponse]
    ) -> _guild_jobs_v1_recruiter_service_pb2.CancelSubscriptionResponse:
        """Ends the caller's subscription when the paid period ends.

        Callers: members with a subscription. Errors: SUBSCRIPTION_NOT_FOUND. Repeatable with an idempotency key.
        """
        ...
    async def ListInvoices(
        self, request: _guild_jobs_v1_recruiter_service_pb2.ListInvoicesRequest, context: _aio.ServicerContext[_guild_jobs_v1_recruiter_service_pb2.ListInvoicesRequest, _guild_jobs_v1_recruiter_service_pb2.ListInvoicesResponse]
    ) -> _guild_jobs_v1_recruiter_service_pb2.ListInvoicesResponse:
        """Lists the caller's invoices, newest first.

        Callers: members. Errors: PAGE_TOKEN_INVALID. Reads only.
        """
        ...

def add_RecruiterServiceServicer_to_server(
    servicer: RecruiterServiceServicer, server: _typing.Any
) -> None: ...
