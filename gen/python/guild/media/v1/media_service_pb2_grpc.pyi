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
    BatchGetMedia: _aio.UnaryUnaryMultiCallable[_guild_media_v1_media_service_pb2.BatchGetMediaRequest, _guild_media_v1_media_service_pb2.BatchGetMediaResponse]
    DeleteMedia: _aio.UnaryUnaryMultiCallable[_guild_media_v1_media_service_pb2.DeleteMediaRequest, _guild_media_v1_media_service_pb2.DeleteMediaResponse]
    ClaimPicture: _aio.UnaryUnaryMultiCallable[_guild_media_v1_media_service_pb2.ClaimPictureRequest, _guild_media_v1_media_service_pb2.ClaimPictureResponse]

class MediaServiceServicer:
    """Uploads and their results. The bytes go straight to the object store, by an address that works for one upload and a short time."""
    async def CreateUpload(
        self, request: _guild_media_v1_media_service_pb2.CreateUploadRequest, context: _aio.ServicerContext[_guild_media_v1_media_service_pb2.CreateUploadRequest, _guild_media_v1_media_service_pb2.CreateUploadResponse]
    ) -> _guild_media_v1_media_service_pb2.CreateUploadResponse:
        """Begins an upload: PUT the bytes to the address it answers, then call CompleteUpload. An upload that nobody completes is
        dropped after a day, and so is, after a week, a medium that nothing shows.

        Types: image/jpeg, image/png and image/webp up to 20 MiB, application/pdf up to 50 MiB, video/mp4 and video/webm up to 200 MiB.

        Callers: members. Errors: MEDIA_TYPE_NOT_ALLOWED, MEDIA_TOO_LARGE, ACCOUNT_RESTRICTED. Repeatable with an idempotency key.
        """
        ...
    async def CompleteUpload(
        self, request: _guild_media_v1_media_service_pb2.CompleteUploadRequest, context: _aio.ServicerContext[_guild_media_v1_media_service_pb2.CompleteUploadRequest, _guild_media_v1_media_service_pb2.CompleteUploadResponse]
    ) -> _guild_media_v1_media_service_pb2.CompleteUploadResponse:
        """Ends an upload: checks that as many bytes arrived as were announced, and that they begin as their type does. Refused, it can
        be uploaded again. Then the medium is PROCESSING: its bytes are compared with their hash, a picture is written anew in
        three sizes without what cameras note in it, the pages of a document are counted. After a moment it is READY and can be
        used, or FAILED and says why.

        Callers: the uploader. Errors: MEDIA_NOT_FOUND, UPLOAD_INCOMPLETE, UPLOAD_MISMATCH. A repeat changes nothing.
        """
        ...
    async def GetMedia(
        self, request: _guild_media_v1_media_service_pb2.GetMediaRequest, context: _aio.ServicerContext[_guild_media_v1_media_service_pb2.GetMediaRequest, _guild_media_v1_media_service_pb2.GetMediaResponse]
    ) -> _guild_media_v1_media_service_pb2.GetMediaResponse:
        """Reads what is known of a medium, with addresses to download it.

        Callers: the uploader; members who may see a post that shows it. Errors: MEDIA_NOT_FOUND. Reads only.
        """
        ...
    async def BatchGetMedia(
        self, request: _guild_media_v1_media_service_pb2.BatchGetMediaRequest, context: _aio.ServicerContext[_guild_media_v1_media_service_pb2.BatchGetMediaRequest, _guild_media_v1_media_service_pb2.BatchGetMediaResponse]
    ) -> _guild_media_v1_media_service_pb2.BatchGetMediaResponse:
        """Reads many media at once; those that the caller may not see are left out.

        Callers: members. Reads only.
        """
        ...
    async def DeleteMedia(
        self, request: _guild_media_v1_media_service_pb2.DeleteMediaRequest, context: _aio.ServicerContext[_guild_media_v1_media_service_pb2.DeleteMediaRequest, _guild_media_v1_media_service_pb2.DeleteMediaResponse]
    ) -> _guild_media_v1_media_service_pb2.DeleteMediaResponse:
        """Deletes a medium that nothing shows, with all that was made of it; its addresses lead nowhere a moment later.

        Callers: the uploader. Errors: MEDIA_NOT_FOUND, MEDIA_IN_USE. Repeatable with an idempotency key.
        """
        ...
    async def ClaimPicture(
        self, request: _guild_media_v1_media_service_pb2.ClaimPictureRequest, context: _aio.ServicerContext[_guild_media_v1_media_service_pb2.ClaimPictureRequest, _guild_media_v1_media_service_pb2.ClaimPictureResponse]
    ) -> _guild_media_v1_media_service_pb2.ClaimPictureResponse:
        """Shows a picture as that of its owner's profile: gives it an address that nobody guesses and that holds until another is
        shown, and keeps the medium until then. A repeat answers the same address.

        Callers: services, for the owner. Errors: MEDIA_NOT_FOUND, MEDIA_NOT_READY, MEDIA_NOT_A_PICTURE.
        """
        ...

def add_MediaServiceServicer_to_server(
    servicer: MediaServiceServicer, server: _typing.Any
) -> None: ...
