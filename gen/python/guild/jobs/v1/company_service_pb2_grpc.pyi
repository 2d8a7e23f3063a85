"""Typed stubs of the generated gRPC classes. Generated, do not edit."""

import collections.abc as _abc
import typing as _typing

import grpc.aio as _aio

from guild.jobs.v1 import company_service_pb2 as _guild_jobs_v1_company_service_pb2

class CompanyServiceStub:
    """Companies, their followers and the members who act for them."""
    def __init__(self, channel: _aio.Channel) -> None: ...
    CreateCompany: _aio.UnaryUnaryMultiCallable[_guild_jobs_v1_company_service_pb2.CreateCompanyRequest, _guild_jobs_v1_company_service_pb2.CreateCompanyResponse]
    GetCompany: _aio.UnaryUnaryMultiCallable[_guild_jobs_v1_company_service_pb2.GetCompanyRequest, _guild_jobs_v1_company_service_pb2.GetCompanyResponse]
    UpdateCompany: _aio.UnaryUnaryMultiCallable[_guild_jobs_v1_company_service_pb2.UpdateCompanyRequest, _guild_jobs_v1_company_service_pb2.UpdateCompanyResponse]
    SearchCompanies: _aio.UnaryUnaryMultiCallable[_guild_jobs_v1_company_service_pb2.SearchCompaniesRequest, _guild_jobs_v1_company_service_pb2.SearchCompaniesResponse]
    Follow: _aio.UnaryUnaryMultiCallable[_guild_jobs_v1_company_service_pb2.FollowRequest, _guild_jobs_v1_company_service_pb2.FollowResponse]
    Unfollow: _aio.UnaryUnaryMultiCallable[_guild_jobs_v1_company_service_pb2.UnfollowRequest, _guild_jobs_v1_company_service_pb2.UnfollowResponse]
    ListFollowers: _aio.UnaryUnaryMultiCallable[_guild_jobs_v1_company_service_pb2.ListFollowersRequest, _guild_jobs_v1_company_service_pb2.ListFollowersResponse]
    AddAdmin: _aio.UnaryUnaryMultiCallable[_guild_jobs_v1_company_service_pb2.AddAdminRequest, _guild_jobs_v1_company_service_pb2.AddAdminResponse]
    RemoveAdmin: _aio.UnaryUnaryMultiCallable[_guild_jobs_v1_company_service_pb2.RemoveAdminRequest, _guild_jobs_v1_company_service_pb2.RemoveAdminResponse]
    PostUpdate: _aio.UnaryUnaryMultiCallable[_guild_jobs_v1_company_service_pb2.PostUpdateRequest, _guild_jobs_v1_company_service_pb2.PostUpdateResponse]
    GetAnalytics: _aio.UnaryUnaryMultiCallable[_guild_jobs_v1_company_service_pb2.GetAnalyticsRequest, _guild_jobs_v1_company_service_pb2.GetAnalyticsResponse]

class CompanyServiceServicer:
    """Companies, their followers and the members who act for them."""
    async def CreateCompany(
        self, request: _guild_jobs_v1_company_service_pb2.CreateCompanyRequest, context: _aio.ServicerContext[_guild_jobs_v1_company_service_pb2.CreateCompanyRequest, _guild_jobs_v1_company_service_pb2.CreateCompanyResponse]
    ) -> _guild_jobs_v1_company_service_pb2.CreateCompanyResponse:
        """Makes a company's page; the caller becomes its first admin.
        Callers: members. Errors: COMPANY_NAME_TAKEN, ACCOUNT_RESTRICTED. Idempotent by idempotency key.
        """
        ...
    async def GetCompany(
        self, request: _guild_jobs_v1_company_service_pb2.GetCompanyRequest, context: _aio.ServicerContext[_guild_jobs_v1_company_service_pb2.GetCompanyRequest, _guild_jobs_v1_company_service_pb2.GetCompanyResponse]
    ) -> _guild_jobs_v1_company_service_pb2.GetCompanyResponse:
        """Reads a company's page.
        Callers: members. Errors: COMPANY_NOT_FOUND. No side effects.
        """
        ...
    async def UpdateCompany(
        self, request: _guild_jobs_v1_company_service_pb2.UpdateCompanyRequest, context: _aio.ServicerContext[_guild_jobs_v1_company_service_pb2.UpdateCompanyRequest, _guild_jobs_v1_company_service_pb2.UpdateCompanyResponse]
    ) -> _guild_jobs_v1_company_service_pb2.UpdateCompanyResponse:
        """Changes a company's page.
        Callers: its admins. Errors: COMPANY_NOT_FOUND, NOT_A_COMPANY_ADMIN, COMPANY_NAME_TAKEN, FIELD_NOT_UPDATABLE. Idempotent.
        """
        ...
    async def SearchCompanies(
        self, request: _guild_jobs_v1_company_service_pb2.SearchCompaniesRequest, context: _aio.ServicerContext[_guild_jobs_v1_company_service_pb2.SearchCompaniesRequest, _guild_jobs_v1_company_service_pb2.SearchCompaniesResponse]
    ) -> _guild_jobs_v1_company_service_pb2.SearchCompaniesResponse:
        """Finds companies. With words the best match comes first, otherwise the most followed.
        Callers: members. Errors: PAGE_TOKEN_INVALID. No side effects.
        """
        ...
    async def Follow(
        self, request: _guild_jobs_v1_company_service_pb2.FollowRequest, context: _aio.ServicerContext[_guild_jobs_v1_company_service_pb2.FollowRequest, _guild_jobs_v1_company_service_pb2.FollowResponse]
    ) -> _guild_jobs_v1_company_service_pb2.FollowResponse:
        """Follows a company: its updates come into the caller's feed.
        Callers: members. Errors: COMPANY_NOT_FOUND. Idempotent.
        """
        ...
    async def Unfollow(
        self, request: _guild_jobs_v1_company_service_pb2.UnfollowRequest, context: _aio.ServicerContext[_guild_jobs_v1_company_service_pb2.UnfollowRequest, _guild_jobs_v1_company_service_pb2.UnfollowResponse]
    ) -> _guild_jobs_v1_company_service_pb2.UnfollowResponse:
        """Stops following a company.
        Callers: members. Errors: COMPANY_NOT_FOUND. Idempotent.
        """
        ...
    async def ListFollowers(
        self, request: _guild_jobs_v1_company_service_pb2.ListFollowersRequest, context: _aio.ServicerContext[_guild_jobs_v1_company_service_pb2.ListFollowersRequest, _guild_jobs_v1_company_service_pb2.ListFollowersResponse]
    ) -> _guild_jobs_v1_company_service_pb2.ListFollowersResponse:
        """Counts a company's followers, and lists them for its admins, latest first.
        Callers: members; the list is empty for those who are not admins of the company.
        Errors: COMPANY_NOT_FOUND, PAGE_TOKEN_INVALID. No side effects.
        """
        ...
    async def AddAdmin(
        self, request: _guild_jobs_v1_company_service_pb2.AddAdminRequest, context: _aio.ServicerContext[_guild_jobs_v1_company_service_pb2.AddAdminRequest, _guild_jobs_v1_company_service_pb2.AddAdminResponse]
    ) -> _guild_jobs_v1_company_service_pb2.AddAdminResponse:
        """Lets another member act for the company.
        Callers: its admins. Errors: COMPANY_NOT_FOUND, NOT_A_COMPANY_ADMIN, USER_NOT_FOUND, TOO_MANY_COMPANY_ADMINS. Idempotent.
        """
        ...
    async def RemoveAdmin(
        self, request: _guild_jobs_v1_company_service_pb2.RemoveAdminRequest, context: _aio.ServicerContext[_guild_jobs_v1_company_service_pb2.RemoveAdminRequest, _guild_jobs_v1_company_service_pb2.RemoveAdminResponse]
    ) -> _guild_jobs_v1_company_service_pb2.RemoveAdminResponse:
        """Takes that right back. A company keeps at least one admin.
        Callers: its admins. Errors: COMPANY_NOT_FOUND, NOT_A_COMPANY_ADMIN, LAST_COMPANY_ADMIN. Idempotent.
        """
        ...
    async def PostUpdate(
        self, request: _guild_jobs_v1_company_service_pb2.PostUpdateRequest, context: _aio.ServicerContext[_guild_jobs_v1_company_service_pb2.PostUpdateRequest, _guild_jobs_v1_company_service_pb2.PostUpdateResponse]
    ) -> _guild_jobs_v1_company_service_pb2.PostUpdateResponse:
        """Publishes a public post in the company's name.
        Callers: its admins. Errors: COMPANY_NOT_FOUND, NOT_A_COMPANY_ADMIN, MEDIA_NOT_FOUND, MEDIA_NOT_READY.
        Idempotent by idempotency key.
        """
        ...
    async def GetAnalytics(
        self, request: _guild_jobs_v1_company_service_pb2.GetAnalyticsRequest, context: _aio.ServicerContext[_guild_jobs_v1_company_service_pb2.GetAnalyticsRequest, _guild_jobs_v1_company_service_pb2.GetAnalyticsResponse]
    ) -> _guild_jobs_v1_company_service_pb2.GetAnalyticsResponse:
        """Reads what happened around a company, day by day.
        Callers: its admins. Errors: COMPANY_NOT_FOUND, NOT_A_COMPANY_ADMIN. No side effects.
        """
        ...

def add_CompanyServiceServicer_to_server(
    servicer: CompanyServiceServicer, server: _typing.Any
) -> None: ...
