"""Typed stubs of the generated gRPC classes. Generated, do not edit."""

import collections.abc as _abc
import typing as _typing

import grpc.aio as _aio

from guild.privacy.v1 import privacy_service_pb2 as _guild_privacy_v1_privacy_service_pb2

class PrivacyServiceStub:
    """The right to a copy of everything, and the right to be forgotten. An account is closed by
    guild.profile.v1.ProfileService.DeleteMyAccount; what follows is watched, or called off, here by a receipt.
    """
    def __init__(self, channel: _aio.Channel) -> None: ...
    StartExport: _aio.UnaryUnaryMultiCallable[_guild_privacy_v1_privacy_service_pb2.StartExportRequest, _guild_privacy_v1_privacy_service_pb2.StartExportResponse]
    GetExport: _aio.UnaryUnaryMultiCallable[_guild_privacy_v1_privacy_service_pb2.GetExportRequest, _guild_privacy_v1_privacy_service_pb2.GetExportResponse]
    DownloadExport: _aio.UnaryStreamMultiCallable[_guild_privacy_v1_privacy_service_pb2.DownloadExportRequest, _guild_privacy_v1_privacy_service_pb2.DownloadExportResponse]
    GetErasure: _aio.UnaryUnaryMultiCallable[_guild_privacy_v1_privacy_service_pb2.GetErasureRequest, _guild_privacy_v1_privacy_service_pb2.GetErasureResponse]
    CancelErasure: _aio.UnaryUnaryMultiCallable[_guild_privacy_v1_privacy_service_pb2.CancelErasureRequest, _guild_privacy_v1_privacy_service_pb2.CancelErasureResponse]
    StartMemberExport: _aio.UnaryUnaryMultiCallable[_guild_privacy_v1_privacy_service_pb2.StartMemberExportRequest, _guild_privacy_v1_privacy_service_pb2.StartMemberExportResponse]
    GetMemberExport: _aio.UnaryUnaryMultiCallable[_guild_privacy_v1_privacy_service_pb2.GetMemberExportRequest, _guild_privacy_v1_privacy_service_pb2.GetMemberExportResponse]
    DownloadMemberExport: _aio.UnaryStreamMultiCallable[_guild_privacy_v1_privacy_service_pb2.DownloadMemberExportRequest, _guild_privacy_v1_privacy_service_pb2.DownloadMemberExportResponse]

class PrivacyServiceServicer:
    """The right to a copy of everything, and the right to be forgotten. An account is closed by
    guild.profile.v1.ProfileService.DeleteMyAccount; what follows is watched, or called off, here by a receipt.
    """
    async def StartExport(
        self, request: _guild_privacy_v1_privacy_service_pb2.StartExportRequest, context: _aio.ServicerContext[_guild_privacy_v1_privacy_service_pb2.StartExportRequest, _guild_privacy_v1_privacy_service_pb2.StartExportResponse]
    ) -> _guild_privacy_v1_privacy_service_pb2.StartExportResponse:
        """Opens an export: a permission to fetch, for a week, an archive of everything the network holds about the caller. The
        archive is made while it is fetched; nothing is stored. While one is open it is answered again.

        A signed-in member may call it, a suspended one too. No errors of its own. Repeatable with an idempotency key.
        """
        ...
    async def GetExport(
        self, request: _guild_privacy_v1_privacy_service_pb2.GetExportRequest, context: _aio.ServicerContext[_guild_privacy_v1_privacy_service_pb2.GetExportRequest, _guild_privacy_v1_privacy_service_pb2.GetExportResponse]
    ) -> _guild_privacy_v1_privacy_service_pb2.GetExportResponse:
        """Gives an export of the caller.

        A signed-in member may call it, a suspended one too. Errors: NOT_FOUND (EXPORT_NOT_FOUND), also for those of others.
        Reads only.
        """
        ...
    def DownloadExport(
        self, request: _guild_privacy_v1_privacy_service_pb2.DownloadExportRequest, context: _aio.ServicerContext[_guild_privacy_v1_privacy_service_pb2.DownloadExportRequest, _guild_privacy_v1_privacy_service_pb2.DownloadExportResponse]
    ) -> _abc.AsyncIterator[_guild_privacy_v1_privacy_service_pb2.DownloadExportResponse] | _abc.Awaitable[None]:
        """Fetches the archive of an export, piece by piece: a ZIP file with one file of JSON lines for each kind of record, ahead
        of them a README, behind them an index. A stream that breaks off is begun again.

        The signed-in member who opened the export may call it, after AuthService.StepUp, a suspended one too. Errors: NOT_FOUND (EXPORT_NOT_FOUND), also
        for those of others and once it has expired. Reads only.
        """
        ...
    async def GetErasure(
        self, request: _guild_privacy_v1_privacy_service_pb2.GetErasureRequest, context: _aio.ServicerContext[_guild_privacy_v1_privacy_service_pb2.GetErasureRequest, _guild_privacy_v1_privacy_service_pb2.GetErasureResponse]
    ) -> _guild_privacy_v1_privacy_service_pb2.GetErasureResponse:
        """Tells how far the erasure of an account is, and what became of the data in each place.

        Anybody with the receipt, which was mailed when the account was closed, may call it, for a year after the end. Errors:
        NOT_FOUND (ERASURE_NOT_FOUND). Reads only.
        """
        ...
    async def CancelErasure(
        self, request: _guild_privacy_v1_privacy_service_pb2.CancelErasureRequest, context: _aio.ServicerContext[_guild_privacy_v1_privacy_service_pb2.CancelErasureRequest, _guild_privacy_v1_privacy_service_pb2.CancelErasureResponse]
    ) -> _guild_privacy_v1_privacy_service_pb2.CancelErasureResponse:
        """Calls an erasure off, as long as it has not begun: the account is as it was, and its sessions stay ended.

        Anybody with the receipt may call it. Errors: NOT_FOUND (ERASURE_NOT_FOUND), FAILED_PRECONDITION (ERASURE_UNDER_WAY).
        Idempotent. Repeatable with an idempotency key.
        """
        ...
    async def StartMemberExport(
        self, request: _guild_privacy_v1_privacy_service_pb2.StartMemberExportRequest, context: _aio.ServicerContext[_guild_privacy_v1_privacy_service_pb2.StartMemberExportRequest, _guild_privacy_v1_privacy_service_pb2.StartMemberExportResponse]
    ) -> _guild_privacy_v1_privacy_service_pb2.StartMemberExportResponse:
        """Opens an export of a member for an operator who answers a request that the law makes: a permission to fetch, for a day, what
        the member themselves would fetch. It is none of the member's exports, and the member is not told. The line of the audit log
        that says who asked and why has the same id.

        Operators only. Errors: NOT_FOUND (USER_NOT_FOUND), not for who left and is not erased yet. Repeatable with an idempotency key.
        """
        ...
    async def GetMemberExport(
        self, request: _guild_privacy_v1_privacy_service_pb2.GetMemberExportRequest, context: _aio.ServicerContext[_guild_privacy_v1_privacy_service_pb2.GetMemberExportRequest, _guild_privacy_v1_privacy_service_pb2.GetMemberExportResponse]
    ) -> _guild_privacy_v1_privacy_service_pb2.GetMemberExportResponse:
        """Gives an export of a member.

        The operator who opened it. Errors: NOT_FOUND (EXPORT_NOT_FOUND), also for those of other operators and once it has expired.
        Reads only.
        """
        ...
    def DownloadMemberExport(
        self, request: _guild_privacy_v1_privacy_service_pb2.DownloadMemberExportRequest, context: _aio.ServicerContext[_guild_privacy_v1_privacy_service_pb2.DownloadMemberExportRequest, _guild_privacy_v1_privacy_service_pb2.DownloadMemberExportResponse]
    ) -> _abc.AsyncIterator[_guild_privacy_v1_privacy_service_pb2.DownloadMemberExportResponse] | _abc.Awaitable[None]:
        """Fetches the archive of an export of a member, piece by piece, as DownloadExport gives it to the member. A stream that breaks
        off is begun again.

        The operator who opened it. Errors: NOT_FOUND (EXPORT_NOT_FOUND), also for those of other operators and once it has expired.
        Reads only.
        """
        ...

def add_PrivacyServiceServicer_to_server(
    servicer: PrivacyServiceServicer, server: _typing.Any
) -> None: ...
