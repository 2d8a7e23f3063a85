"""The identifiers of this service: UUIDv7 under names that types can tell apart."""

from datetime import UTC, datetime, timedelta
from typing import NewType
from uuid import UUID

from mesh.ids import UserId

__all__ = [
    "CampaignId",
    "CommentId",
    "CompanyId",
    "DecisionId",
    "DraftId",
    "ImpressionId",
    "ListId",
    "MediaId",
    "PostId",
    "RankingId",
    "UserId",
    "first_id_at",
]

PostId = NewType("PostId", UUID)
CommentId = NewType("CommentId", UUID)
CompanyId = NewType("CompanyId", UUID)
DraftId = NewType("DraftId", UUID)
MediaId = NewType("MediaId", UUID)
ListId = NewType("ListId", UUID)
CampaignId = NewType("CampaignId", UUID)
ImpressionId = NewType("ImpressionId", UUID)
DecisionId = NewType("DecisionId", UUID)
RankingId = NewType("RankingId", UUID)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def first_id_at(at: datetime) -> UUID:
    """The lower bound of the UUIDv7s made at `at` or later: ids sort by time, so ranges of time are ranges of ids."""
    return UUID(int=max((at - _EPOCH) // timedelta(milliseconds=1), 0) << 80)
