"""Erase the comments on a deleted post and the reactions to it."""

from dataclasses import dataclass

from mesh.data import Database
from svc_feed.domain.ids import PostId, UserId
from svc_feed.store.comments import CommentRepository
from svc_feed.store.engagement import EngagementRepository


@dataclass(frozen=True)
class EraseAnswers:
    """Nobody can see them any more, so it may come a little later, and again."""

    db: Database
    comments: CommentRepository
    engagement: EngagementRepository

    async def __call__(self, author: UserId, post_id: PostId) -> None:
        """Erase both."""
        await self.comments.remove_all(self.db, author, post_id)
        await self.engagement.remove_all(self.db, author, post_id)
