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
    FollowCompany: _aio.UnaryUnaryMultiCallable[_guild_jobs_v1_company_service_pb2.FollowCompanyRequest, _guild_jobs_v1_company_service_pb2.FollowCompanyResponse]
    UnfollowCompany: _aio.UnaryUnaryMultiCallable[_guild_jobs_v1_company_service_pb2.UnfollowCompanyRequest, _guild_jobs_v1_company_service_pb2.UnfollowCompanyResponse]
    ListCompanyFollowers: _aio.UnaryUnaryMultiCallable[_guild_jobs_v1_company_service_pb2.ListCompanyFollowersRequest, _guild_jobs_v1_company_service_pb2.ListCompanyFollowersResponse]
    AddCompanyAdmin: _aio.UnaryUnaryMultiCallable[_guild_jobs_v1_company_service_pb2.AddCompanyAdminRequest, _guild_jobs_v1_company_service_pb2.AddCompanyAdminResponse]
    RemoveCompanyAdmin: _aio.UnaryUnaryMultiCallable[_guild_jobs_v1_company_service_pb2.RemoveCompanyAdminRequest, _guild_jobs_v1_company_service_pb2.RemoveCompanyAdminResponse]
    CreateCompanyUpdate: _aio.UnaryUnaryMultiCallable[_guild_jobs_v1_company_service_pb2.CreateCompanyUpdateRequest, _guild_jobs_v1_company_service_pb2.CreateCompanyUpdateResponse]
    GetCompanyAnalytics: _aio.UnaryUnaryMultiCallable[_guild_jobs_v1_company_service_pb2.GetCompanyAnalyticsRequest, _guild_jobs_v1_company_service_pb2.GetCompanyAnalyticsResponse]

class CompanyServiceServicer:
    """Companies, their followers and the members who act for them."""
    async def CreateCompany(
        self, request: _guild_jobs_v1_company_service_pb2.CreateCompanyRequest, context: _aio.ServicerContext[_guild_jobs_v1_company_service_pb2.CreateCompanyRequest, _guild_jobs_v1_company_service_pb2.CreateCompanyResponse]
    ) -> _guild_jobs_v1_company_service_pb2.CreateCompanyResponse:
        """Makes a company's page; the caller becomes its first admin.

        Callers: members. Errors: COMPANY_NAME_TAKEN, ACCOUNT_RESTRICTED. Repeatable with an idempotency key.
        """
        ...
    async def GetCompany(
        self, request: _guild_jobs_v1_company_service_pb2.GetCompanyRequest, context: _aio.ServicerContext[_guild_jobs_v1_company_service_pb2.GetCompanyRequest, _guild_jobs_v1_company_service_pb2.GetCompanyResponse]
    ) -> _guild_jobs_v1_company_service_pb2.GetCompanyResponse:
        """Reads a company's page.

        Callers: members. Errors: COMPANY_NOT_FOUND. Reads only.
        """
        ...
    async def UpdateCompany(
        self, request: _guild_jobs_v1_company_service_pb2.UpdateCompanyRequest, context: _aio.ServicerContext[_guild_jobs_v1_company_service_pb2.UpdateCompanyRequest, _guild_jobs_v1_company_service_pb2.UpdateCompanyResponse]
    ) -> _guild_jobs_v1_company_service_pb2.UpdateCompanyResponse:
        """Changes a company's page.

        Callers: its admins. Errors: COMPANY_NOT_FOUND, NOT_A_COMPANY_ADMIN, COMPANY_NAME_TAKEN, FIELD_NOT_UPDATABLE. Repeatable
        with an idempotency key.
        """
        ...
    async def SearchCompanies(
        self, request: _guild_jobs_v1_company_service_pb2.SearchCompaniesRequest, context: _aio.ServicerContext[_guild_jobs_v1_company_service_pb2.SearchCompaniesRequest, _guild_jobs_v1_company_service_pb2.SearchCompaniesResponse]
    ) -> _guild_jobs_v1_company_service_pb2.SearchCompaniesResponse:
        """Finds companies. With words the best match comes first, otherwise the most followed.

        Callers: members. Errors: PAGE_TOKEN_INVALID. Reads only.
        """
        ...
    async def FollowCompany(
        self, request: _guild_jobs_v1_company_service_pb2.FollowCompanyRequest, context: _aio.ServicerContext[_guild_jobs_v1_company_service_pb2.FollowCompanyRequest, _guild_jobs_v1_company_service_pb2.FollowCompanyResponse]
    ) -> _guild_jobs_v1_company_service_pb2.FollowCompanyResponse:
        """Follows a company: its updates come into the caller's feed.

        Callers: members. Errors: COMPANY_NOT_FOUND. A repeat changes nothing.
        """
        ...
    async def UnfollowCompany(
        self, request: _guild_jobs_v1_company_service_pb2.UnfollowCompanyRequest, context: _aio.ServicerContext[_guild_jobs_v1_company_service_pb2.UnfollowCompanyRequest, _guild_jobs_v1_company_service_pb2.UnfollowCompanyResponse]
    ) -> _guild_jobs_v1_company_service_pb2.UnfollowCompanyResponse:
        """Stops following a company.

        Callers: members. Errors: COMPANY_NOT_FOUND. A repeat changes nothing.
        """
        ...
    async def ListCompanyFollowers(
        self, request: _guild_jobs_v1_company_service_pb2.ListCompanyFollowersRequest, context: _aio.ServicerContext[_guild_jobs_v1_company_service_pb2.ListCompanyFollowersRequest, _guild_jobs_v1_company_service_pb2.ListCompanyFollowersResponse]
    ) -> _guild_jobs_v1_company_service_pb2.ListCompanyFollowersResponse:
        """Counts a company's followers, and lists them for its admins, latest first.

        Callers: members; the list is empty for those who are not admins of the company. Errors: COMPANY_NOT_FOUND,
        PAGE_TOKEN_INVALID. Reads only.
        """
        ...
    async def AddCompanyAdmin(
        self, request: _guild_jobs_v1_company_service_pb2.AddCompanyAdminRequest, context: _aio.ServicerContext[_guild_jobs_v1_company_service_pb2.AddCompanyAdminRequest, _guild_jobs_v1_company_service_pb2.AddCompanyAdminResponse]
    ) -> _guild_jobs_v1_company_service_pb2.AddCompanyAdminResponse:
        """Lets another member act for the company.

        Callers: its admins. Errors: COMPANY_NOT_FOUND, NOT_A_COMPANY_ADMIN, USER_NOT_FOUND, TOO_MANY_COMPANY_ADMINS. Repeatable
        with an idempotency key.
        """
        ...
    async def RemoveCompanyAdmin(
        self, request: _guild_jobs_v1_company_service_pb2.RemoveCompanyAdminRequest, context: _aio.ServicerContext[_guild_jobs_v1_company_service_pb2.RemoveCompanyAdminRequest, _guild_jobs_v1_company_service_pb2.RemoveCompanyAdminResponse]
    ) -> _guild_jobs_v1_company_service_pb2.RemoveCompanyAdminResponse:
        """Takes that right back. A company keeps at least one admin.

        Callers: its admins. Errors: COMPANY_NOT_FOUND, NOT_A_COMPANY_ADMIN, LAST_COMPANY_ADMIN. Repeatable with an idempotency
        key.
        """
        ...
    async def CreateCompanyUpdate(
        self, request: _guild_jobs_v1_company_service_pb2.CreateCompanyUpdateRequest, context: _aio.ServicerContext[_guild_jobs_v1_company_service_pb2.CreateCompanyUpdateRequest, _guild_jobs_v1_company_service_pb2.CreateCompanyUpdateResponse]
    ) -> _guild_jobs_v1_company_service_pb2.CreateCompanyUpdateResponse:
        """Publishes a public post in the company's name.

        Callers: its admins. Errors: COMPANY_NOT_FOUND, NOT_A_COMPANY_ADMIN, MEDIA_NOT_FOUND, MEDIA_NOT_READY. Repeatable with an
        idempotency key.
        """
        ...
    async def GetCompanyAnalytics(
        self, request: _guild_jobs_v1_company_service_pb2.GetCompanyAnalyticsRequest, context: _aio.ServicerContext[_guild_jobs_v1_company_service_pb2.GetCompanyAnalyticsRequest, _guild_jobs_v1_company_service_pb2.GetCompanyAnalyticsResponse]
    ) -> _guild_jobs_v1_company_service_pb2.GetCompanyAnalyticsResponse:
        """Reads what happened around a company, day by day.

        Callers: its admins. Errors: COMPANY_NOT_FOUND, NOT_A_COMPANY_ADMIN. Reads only.
        """
        ...

def add_CompanyServiceServicer_to_server(
    servicer: CompanyServiceServicer, server: _typing.Any
) -> None: ...
