"""Take the own reaction to a post back."""

from dataclasses import dataclass

from mesh.clock import Clock
from mesh.data import Database, Transaction
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.reaction import Reacted
from svc_feed.store.engagement import EngagementRepository
from svc_feed.store.posts import PostRepository
from svc_feed.usecases.events import post_unreacted
from svc_feed.usecases.find_post import FindPost


@dataclass(frozen=True)
class Unreact:
    """Without a reaction nothing happens."""

    db: Database
    posts: PostRepository
    engagement: EngagementRepository
    find: FindPost
    clock: Clock

    async def __call__(self, me: UserId, post_id: PostId) -> Reacted:
        """The count afterwards; raises PostNotFound."""
        author = await self.find.author_of(post_id)
        verdict = await self.find.verdict(me, author)

        async def work(tx: Transaction) -> Reacted:
            post = await self.find.locked(tx, author, post_id, verdict)
            previous = await self.engagement.find(tx, post, me)
            if previous is None:
                return Reacted(post.like_count, already=False, reaction=None)
            await self.engagement.remove(tx, post, me)
            likes = await self.posts.count_likes(tx, post, -1)
            tx.emit(post_unreacted(post, me, previous, self.clock.now()), key=post_id, actor=me)
            return Reacted(likes, already=True, reaction=None)

        return await self.db.transact(work)
