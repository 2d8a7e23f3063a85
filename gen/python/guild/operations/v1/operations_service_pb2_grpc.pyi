"""Typed stubs of the generated gRPC classes. Generated, do not edit."""

import collections.abc as _abc
import typing as _typing

import grpc.aio as _aio

from guild.operations.v1 import operations_service_pb2 as _guild_operations_v1_operations_service_pb2

class OperationsServiceStub:
    """Events that a consumer gave up on, and how far behind consumers are. What an event says is not told here: it may be
    about members.
    """
    def __init__(self, channel: _aio.Channel) -> None: ...
    ListDeadLetters: _aio.UnaryUnaryMultiCallable[_guild_operations_v1_operations_service_pb2.ListDeadLettersRequest, _guild_operations_v1_operations_service_pb2.ListDeadLettersResponse]
    ReplayDeadLetter: _aio.UnaryUnaryMultiCallable[_guild_operations_v1_operations_service_pb2.ReplayDeadLetterRequest, _guild_operations_v1_operations_service_pb2.ReplayDeadLetterResponse]
    DiscardDeadLetter: _aio.UnaryUnaryMultiCallable[_guild_operations_v1_operations_service_pb2.DiscardDeadLetterRequest, _guild_operations_v1_operations_service_pb2.DiscardDeadLetterResponse]
    GetConsumers: _aio.UnaryUnaryMultiCallable[_guild_operations_v1_operations_service_pb2.GetConsumersRequest, _guild_operations_v1_operations_service_pb2.GetConsumersResponse]

class OperationsServiceServicer:
    """Events that a consumer gave up on, and how far behind consumers are. What an event says is not told here: it may be
    about members.
    """
    async def ListDeadLetters(
        self, request: _guild_operations_v1_operations_service_pb2.ListDeadLettersRequest, context: _aio.ServicerContext[_guild_operations_v1_operations_service_pb2.ListDeadLettersRequest, _guild_operations_v1_operations_service_pb2.ListDeadLettersResponse]
    ) -> _guild_operations_v1_operations_service_pb2.ListDeadLettersResponse:
        """Lists dead letters, those given up first at the top. They are kept for 30 days.

        Operators only. Errors: INVALID_ARGUMENT (PAGE_TOKEN_INVALID), UNAVAILABLE (BUS_UNAVAILABLE). Reads only.
        """
        ...
    async def ReplayDeadLetter(
        self, request: _guild_operations_v1_operations_service_pb2.ReplayDeadLetterRequest, context: _aio.ServicerContext[_guild_operations_v1_operations_service_pb2.ReplayDeadLetterRequest, _guild_operations_v1_operations_service_pb2.ReplayDeadLetterResponse]
    ) -> _guild_operations_v1_operations_service_pb2.ReplayDeadLetterResponse:
        """Gives a dead letter back to the consumer that gave it up, and to no other, and forgets it. What consumers did with the
        event before they do not do again.

        Operators only. Errors: NOT_FOUND (DEAD_LETTER_NOT_FOUND), UNAVAILABLE (BUS_UNAVAILABLE). A repeat changes
        nothing: it finds nothing.
        """
        ...
    async def DiscardDeadLetter(
        self, request: _guild_operations_v1_operations_service_pb2.DiscardDeadLetterRequest, context: _aio.ServicerContext[_guild_operations_v1_operations_service_pb2.DiscardDeadLetterRequest, _guild_operations_v1_operations_service_pb2.DiscardDeadLetterResponse]
    ) -> _guild_operations_v1_operations_service_pb2.DiscardDeadLetterResponse:
        """Forgets a dead letter that no consumer needs.

        Operators only. Errors: NOT_FOUND (DEAD_LETTER_NOT_FOUND), UNAVAILABLE (BUS_UNAVAILABLE). A repeat changes
        nothing: it finds nothing.
        """
        ...
    async def GetConsumers(
        self, request: _guild_operations_v1_operations_service_pb2.GetConsumersRequest, context: _aio.ServicerContext[_guild_operations_v1_operations_service_pb2.GetConsumersRequest, _guild_operations_v1_operations_service_pb2.GetConsumersResponse]
    ) -> _guild_operations_v1_operations_service_pb2.GetConsumersResponse:
        """Tells of all consumers of events what each has before it.

        Operators only. Errors: UNAVAILABLE (BUS_UNAVAILABLE). Reads only.
        """
        ...

def add_OperationsServiceServicer_to_server(
    servicer: OperationsServiceServicer, server: _typing.Any
) -> None: ...
