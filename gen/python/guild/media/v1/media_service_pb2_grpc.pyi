"""Typed stubs of the generated gRPC classes. Generated, do not edit."""

import collections.abc as _abc
import typing as _typing

import grpc.aio as _aio

from guild.media.v1 import media_service_pb2 as _guild_media_v1_media_service_pb2

class MediaServiceStub:
    """Uploads and their results. The bytes go straight to the object store, by an address that works for one upload and a short time."""
    def __init__(self, channel: _aio.Channel) -> None: ...
    CreateUpload: _aio.UnaryUnaryMultiCallable[_guild_media_v1_media_service_pb2.CreateUploadRequest, _guild_media_v1_media_service_pb2.CreateUploadResponse]
    CompleteUpload: _aio.UnaryUnaryMultiCallable[_guild_media_v1_media_service_pb2.CompleteUploadRequest, _guild_media_v1_media_service_pb2.CompleteUploadResponse]
    GetMedia: _aio.UnaryUnaryMultiCallable[_guild_media_v1_media_service_pb2.GetMediaRequest, _guild_media_v1_media_service_pb2.GetMediaResponse]

class MediaServiceServicer:
    """Uploads and their results. The bytes go straight to the object store, by an address that works for one upload and a short time."""
    async def CreateUpload(
        self, request: _guild_media_v1_media_service_pb2.CreateUploadRequest, context: _aio.ServicerContext[_guild_media_v1_media_service_pb2.CreateUploadRequest, _guild_media_v1_media_service_pb2.CreateUploadResponse]
    ) -> _guild_media_v1_media_service_pb2.CreateUploadResponse:
        """Begins an upload.

        Callers: members. Errors: MEDIA_TYPE_NOT_ALLOWED, MEDIA_TOO_LARGE, ACCOUNT_RESTRICTED. Repeatable with an idempotency key.
        """
        ...
    async def CompleteUpload(
        self, request: _guild_media_v1_media_service_pb2.CompleteUploadRequest, context: _aio.ServicerContext[_guild_media_v1_media_service_pb2.CompleteUploadRequest, _guild_media_v1_media_service_pb2.CompleteUploadResponse]
    ) -> _guild_media_v1_media_service_pb2.CompleteUploadResponse:
        """Ends an upload: checks that the bytes arrived and are what was announced. After it the media can be used.

        Callers: the uploader. Errors: MEDIA_NOT_FOUND, UPLOAD_INCOMPLETE, UPLOAD_MISMATCH. A repeat changes nothing.
        """
        ...
    async def GetMedia(
        self, request: _guild_media_v1_media_service_pb2.GetMediaRequest, context: _aio.ServicerContext[_guild_media_v1_media_service_pb2.GetMediaRequest, _guild_media_v1_media_service_pb2.GetMediaResponse]
    ) -> _guild_media_v1_media_service_pb2.GetMediaResponse:
        """Reads what is known of a medium, with an address to download it.

        Callers: the uploader; members who may see a post that shows it. Errors: MEDIA_NOT_FOUND. Reads only.
        """
        ...

def add_MediaServiceServicer_to_server(
    servicer: MediaServiceServicer, server: _typing.Any
) -> None: ...
