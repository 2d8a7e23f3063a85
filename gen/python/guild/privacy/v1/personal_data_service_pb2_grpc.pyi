"""Typed stubs of the generated gRPC classes. Generated, do not edit."""

import collections.abc as _abc
import typing as _typing

import grpc.aio as _aio

from guild.privacy.v1 import personal_data_service_pb2 as _guild_privacy_v1_personal_data_service_pb2

class PersonalDataServiceStub:
    """What every service that stores something about members serves: each gives out and erases its own part, by the rules that
    it has for each of its tables.
    """
    def __init__(self, channel: _aio.Channel) -> None: ...
    ExportUser: _aio.UnaryStreamMultiCallable[_guild_privacy_v1_personal_data_service_pb2.ExportUserRequest, _guild_privacy_v1_personal_data_service_pb2.ExportUserResponse]
    EraseUser: _aio.UnaryUnaryMultiCallable[_guild_privacy_v1_personal_data_service_pb2.EraseUserRequest, _guild_privacy_v1_personal_data_service_pb2.EraseUserResponse]

class PersonalDataServiceServicer:
    """What every service that stores something about members serves: each gives out and erases its own part, by the rules that
    it has for each of its tables.
    """
    def ExportUser(
        self, request: _guild_privacy_v1_personal_data_service_pb2.ExportUserRequest, context: _aio.ServicerContext[_guild_privacy_v1_personal_data_service_pb2.ExportUserRequest, _guild_privacy_v1_personal_data_service_pb2.ExportUserResponse]
    ) -> _abc.AsyncIterator[_guild_privacy_v1_personal_data_service_pb2.ExportUserResponse] | _abc.Awaitable[None]:
        """Streams what the service holds about a member, section after section.

        Services only. No errors of its own; a member of whom nothing is held has an empty answer. Reads only.
        """
        ...
    async def EraseUser(
        self, request: _guild_privacy_v1_personal_data_service_pb2.EraseUserRequest, context: _aio.ServicerContext[_guild_privacy_v1_personal_data_service_pb2.EraseUserRequest, _guild_privacy_v1_personal_data_service_pb2.EraseUserResponse]
    ) -> _guild_privacy_v1_personal_data_service_pb2.EraseUserResponse:
        """Erases what the service holds about a member, as much as fits into one call, and says what is gone and what is kept.
        Whoever asks asks again until it is done; what was erased by earlier calls under the same id is counted in.

        Services only. No errors of its own. Idempotent: a repeat erases what came since, mostly nothing.
        """
        ...

def add_PersonalDataServiceServicer_to_server(
    servicer: PersonalDataServiceServicer, server: _typing.Any
) -> None: ...
