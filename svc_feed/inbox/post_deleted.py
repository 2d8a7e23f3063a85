"""A post was deleted: nobody sees it and its answers any more, so what hangs on it may go a little later, and again."""

from dataclasses import dataclass
from uuid import UUID

from guild.events.v1.posts_pb2 import PostDeleted
from mesh.contract import moment
from mesh.data import Database
from mesh.events import Event
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.tally import PostKey
from svc_feed.store.bookmarks import BookmarkRepository
from svc_feed.store.comment_reactions import CommentReactionRepository
from svc_feed.store.comments import CommentRepository
from svc_feed.store.engagement import EngagementRepository
from svc_feed.store.polls import PollRepository
from svc_feed.usecases.end_campaigns import EndCampaigns
from svc_feed.usecases.tell_revised import TellRevised


@dataclass(frozen=True)
class OnPostDeleted:
    """Erases them, the reactions to the comments, who kept it and who voted; and ends its campaigns."""

    db: Database
    comments: CommentRepository
    engagement: EngagementRepository
    comment_reactions: CommentReactionRepository
    bookmarks: BookmarkRepository
    polls: PollRepository
    campaigns: EndCampaigns
    tell: TellRevised

    async def __call__(self, event: Event[PostDeleted]) -> None:
        """Erase the answers to the post."""
        author, post_id = UserId(UUID(event.message.author_id)), PostId(UUID(event.message.post_id))
        await self.tell.deleted(event.id, PostKey(author, post_id), moment(event.message.deleted_at))
        await self.comments.remove_all(self.db, author, post_id)
        await self.engagement.remove_all(self.db, author, post_id)
        await self.comment_reactions.forget_all(self.db, author, post_id)
        await self.bookmarks.remove_all(self.db, author, post_id)
        await self.polls.remove_all(self.db, author, post_id)
        await self.campaigns.of_deleted(author, post_id)
