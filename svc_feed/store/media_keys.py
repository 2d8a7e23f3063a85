"""The keys under which the bytes of media are: all of a member's below the member's id, so that it ends with it."""

from uuid import UUID

from mesh.objects import ENDINGS, PUBLIC_PREFIX
from svc_feed.domain.ids import MediaId, UserId
from svc_feed.domain.medium import Medium, Variant

_PICTURES = f"{PUBLIC_PREFIX}pictures"
UPLOADS = "uploads"
"""Below it is what members PUT and nobody has looked at."""


def upload_of(owner: UserId, medium: MediaId) -> str:
    """Where the bytes of a medium are uploaded to."""
    return f"{UPLOADS}/{owner}/{medium}"


def folder_of(owner: UserId, medium: MediaId) -> str:
    """Below it is all that a medium is shown by."""
    return f"media/{owner}/{medium}"


def key_of(medium: Medium, variant: Variant) -> str:
    """Where one form of a medium is."""
    return f"{folder_of(medium.owner_id, medium.id)}/{variant.name}.{ENDINGS[variant.content_type]}"


def picture_of(owner: UserId, token: UUID) -> str:
    """Where everybody finds what a member's profile shows, who is told the token: 122 random bits."""
    return f"{_PICTURES}/{owner}/{token}.{ENDINGS['image/webp']}"


def everything_of(owner: UserId) -> tuple[str, ...]:
    """The folders of all that a member ever uploaded."""
    return (f"{UPLOADS}/{owner}", f"media/{owner}", f"{_PICTURES}/{owner}")
