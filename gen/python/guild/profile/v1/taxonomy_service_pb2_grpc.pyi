"""Typed stubs of the generated gRPC classes. Generated, do not edit."""

import collections.abc as _abc
import typing as _typing

import grpc.aio as _aio

from guild.profile.v1 import taxonomy_service_pb2 as _guild_profile_v1_taxonomy_service_pb2

class TaxonomyServiceStub:
    """The skills and occupations that the network knows by name, for profiles, jobs and searches to mean the same."""
    def __init__(self, channel: _aio.Channel) -> None: ...
    SearchSkills: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_taxonomy_service_pb2.SearchSkillsRequest, _guild_profile_v1_taxonomy_service_pb2.SearchSkillsResponse]
    SearchOccupations: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_taxonomy_service_pb2.SearchOccupationsRequest, _guild_profile_v1_taxonomy_service_pb2.SearchOccupationsResponse]
    BatchGetSkills: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_taxonomy_service_pb2.BatchGetSkillsRequest, _guild_profile_v1_taxonomy_service_pb2.BatchGetSkillsResponse]
    BatchGetOccupations: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_taxonomy_service_pb2.BatchGetOccupationsRequest, _guild_profile_v1_taxonomy_service_pb2.BatchGetOccupationsResponse]

class TaxonomyServiceServicer:
    """The skills and occupations that the network knows by name, for profiles, jobs and searches to mean the same."""
    async def SearchSkills(
        self, request: _guild_profile_v1_taxonomy_service_pb2.SearchSkillsRequest, context: _aio.ServicerContext[_guild_profile_v1_taxonomy_service_pb2.SearchSkillsRequest, _guild_profile_v1_taxonomy_service_pb2.SearchSkillsResponse]
    ) -> _guild_profile_v1_taxonomy_service_pb2.SearchSkillsResponse:
        """Searches skills by name and alias; names match as prefixes and with a small mistake in a word.

        Anybody may call it. Errors: NOT_FOUND (CONCEPT_NOT_FOUND) for an unknown occupation, INVALID_ARGUMENT
        (PAGE_TOKEN_INVALID). Reads only.
        """
        ...
    async def SearchOccupations(
        self, request: _guild_profile_v1_taxonomy_service_pb2.SearchOccupationsRequest, context: _aio.ServicerContext[_guild_profile_v1_taxonomy_service_pb2.SearchOccupationsRequest, _guild_profile_v1_taxonomy_service_pb2.SearchOccupationsResponse]
    ) -> _guild_profile_v1_taxonomy_service_pb2.SearchOccupationsResponse:
        """Searches occupations as SearchSkills does skills.

        Anybody may call it. Errors: NOT_FOUND (CONCEPT_NOT_FOUND) for an unknown skill, INVALID_ARGUMENT (PAGE_TOKEN_INVALID).
        Reads only.
        """
        ...
    async def BatchGetSkills(
        self, request: _guild_profile_v1_taxonomy_service_pb2.BatchGetSkillsRequest, context: _aio.ServicerContext[_guild_profile_v1_taxonomy_service_pb2.BatchGetSkillsRequest, _guild_profile_v1_taxonomy_service_pb2.BatchGetSkillsResponse]
    ) -> _guild_profile_v1_taxonomy_service_pb2.BatchGetSkillsResponse:
        """Gives skills by their ids; those that do not exist are left out.

        Anybody may call it. No errors of its own. Reads only.
        """
        ...
    async def BatchGetOccupations(
        self, request: _guild_profile_v1_taxonomy_service_pb2.BatchGetOccupationsRequest, context: _aio.ServicerContext[_guild_profile_v1_taxonomy_service_pb2.BatchGetOccupationsRequest, _guild_profile_v1_taxonomy_service_pb2.BatchGetOccupationsResponse]
    ) -> _guild_profile_v1_taxonomy_service_pb2.BatchGetOccupationsResponse:
        """Gives occupations by their ids; those that do not exist are left out.

        Anybody may call it. No errors of its own. Reads only.
        """
        ...

def add_TaxonomyServiceServicer_to_server(
    servicer: TaxonomyServiceServicer, server: _typing.Any
) -> None: ...
