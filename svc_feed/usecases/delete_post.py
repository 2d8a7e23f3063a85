"""Delete the own post."""

from dataclasses import dataclass

from mesh.clock import Clock
from mesh.data import Database, Transaction
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.post import NotTheAuthor
from svc_feed.store.posts import PostRepository
from svc_feed.usecases.events import post_deleted
from svc_feed.usecases.find_post import FindPost


@dataclass(frozen=True)
class DeletePost:
    """The text is gone at once and from every feed with the next read; comments and reactions follow the event."""

    db: Database
    posts: PostRepository
    find: FindPost
    clock: Clock

    async def __call__(self, me: UserId, post_id: PostId) -> None:
        """Delete it; a post the caller has deleted before stays deleted.

        Raises:
            PostNotFound: there is none that the caller may see.
            NotTheAuthor: it is somebody else's.
        """
        author = await self.find.author_of(post_id)
        if author != me:
            await self.find(me, post_id)
            raise NotTheAuthor(f"post {post_id} can be deleted only by its author")

        async def work(tx: Transaction) -> None:
            now = self.clock.now()
            if await self.posts.delete(tx, me, post_id, now):
                tx.emit(post_deleted(post_id, me, now), key=post_id, actor=me)

        await self.db.transact(work)
