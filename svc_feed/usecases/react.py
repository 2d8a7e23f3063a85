"""React to a post."""

from dataclasses import dataclass

from mesh.clock import Clock
from mesh.data import Database, Transaction
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.reaction import Reacted, Reaction
from svc_feed.store.engagement import EngagementRepository
from svc_feed.store.posts import PostRepository
from svc_feed.usecases.events import post_reacted
from svc_feed.usecases.find_post import FindPost


@dataclass(frozen=True)
class React:
    """Row and count change together under the post's lock, so the count is exact; the same again changes nothing."""

    db: Database
    posts: PostRepository
    engagement: EngagementRepository
    find: FindPost
    clock: Clock

    async def __call__(self, me: UserId, post_id: PostId, reaction: Reaction) -> Reacted:
        """The count and the caller's reaction afterwards; raises PostNotFound."""
        author = await self.find.author_of(post_id)
        verdict = await self.find.verdict(me, author)

        async def work(tx: Transaction) -> Reacted:
            post = await self.find.locked(tx, author, post_id, verdict)
            previous = await self.engagement.find(tx, post, me)
            if previous is reaction:
                return Reacted(post.like_count, already=True, reaction=reaction)
            now = self.clock.now()
            await self.engagement.put(tx, post, me, reaction, now)
            likes = post.like_count if previous else await self.posts.count_likes(tx, post, 1)
            tx.emit(post_reacted(post, me, reaction, previous, now), key=post_id, actor=me)
            return Reacted(likes, already=previous is not None, reaction=reaction)

        return await self.db.transact(work)
