"""Between media of this service's domain and the contract's messages; pure."""

from datetime import UTC, datetime

from guild.media.v1 import media_service_pb2 as pb
from mesh.contract import timestamp
from mesh.objects import Upload
from svc_feed.domain.medium import Announced, Failed, Kind, Medium, State
from svc_feed.usecases.media_library import ShownMedium

_STATUS = {state: pb.MediaStatus.Value(f"MEDIA_STATUS_{state.name}") for state in State}
_KIND = {kind: pb.MediaKind.Value(f"MEDIA_KIND_{kind.name}") for kind in Kind}
_FAILURE = {why: pb.MediaFailure.Value(f"MEDIA_FAILURE_{why.name}") for why in Failed}


def announced(request: pb.CreateUploadRequest) -> Announced:
    """What a member says they will upload."""
    sha256 = request.sha256 if request.HasField("sha256") else None
    return Announced(request.content_type, request.size_bytes, sha256, request.alt_text)


def upload(value: Medium, where: Upload) -> pb.CreateUploadResponse:
    """A medium that waits for its bytes, and where they go."""
    return pb.CreateUploadResponse(
        media=medium(ShownMedium(value)),
        upload_url=where.url,
        upload_headers=where.headers,
        expires_at=timestamp(datetime.fromtimestamp(where.expires, UTC)),
    )


def medium(shown: ShownMedium) -> pb.Media:
    """A medium with its addresses."""
    value, urls = shown
    variants = [
        pb.MediaVariant(
            name=one.name,
            url=url,
            content_type=one.content_type,
            size_bytes=one.size_bytes,
            width=one.width,
            height=one.height,
        )
        for one, url in zip(value.variants, urls, strict=True)
    ]
    return pb.Media(
        id=str(value.id),
        owner_id=str(value.owner_id),
        content_type=value.content_type,
        size_bytes=value.size_bytes,
        status=_STATUS[value.state],
        alt_text=value.alt_text,
        url=urls[-1] if urls else "",
        created_at=timestamp(value.created_at),
        kind=_KIND[value.kind],
        variants=variants,
        page_count=value.page_count,
        failure=_FAILURE[value.failure] if value.failure else None,
    )
