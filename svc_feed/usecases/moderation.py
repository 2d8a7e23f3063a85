"""Take down what moderation decided against, and show it again when the decision is undone."""

from dataclasses import dataclass
from datetime import datetime

from mesh.data import Database
from svc_feed.domain.ids import CommentId, DecisionId, PostId
from svc_feed.domain.tally import PostKey
from svc_feed.store.posts import PostRepository
from svc_feed.usecases.apply_decision import ApplyDecision
from svc_feed.usecases.fan_out_post import FanOutPost


@dataclass(frozen=True)
class Moderation:
    """The latest decision about a piece of content holds, however late and often others arrive.

    It is read with the next answer to anybody. What was deleted meanwhile stays deleted.
    """

    db: Database
    posts: PostRepository
    apply: ApplyDecision
    fan_out: FanOutPost

    async def post(self, post_id: PostId, *, removed: bool, at: datetime, decision: DecisionId | None = None) -> None:
        """Take a post down, or show it again: it comes back into the feeds that dropped it meanwhile."""
        author = await self.posts.author_of(self.db, post_id)
        if author is None:
            return
        key = PostKey(author, post_id)
        told = await self.apply.told(self.db, key)
        await self.db.transact(lambda tx: self.apply.post(tx, key, told, removed=removed, at=at, decision=decision))
        if not removed:
            await self.fan_out(author, post_id)

    async def comment(
        self,
        post_id: PostId,
        comment_id: CommentId,
        *,
        removed: bool,
        at: datetime,
        decision: DecisionId | None = None,
    ) -> None:
        """Take a comment down, or show it again; counts follow."""
        author = await self.posts.author_of(self.db, post_id)
        if author is not None:
            key = PostKey(author, post_id)
            told = await self.apply.told(self.db, key, comment_id)
            await self.db.transact(
                lambda tx: self.apply.comment(tx, key, comment_id, told, removed=removed, at=at, decision=decision)
            )
