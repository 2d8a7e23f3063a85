"""Change text, title, media or visibility of the own post."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mesh.clock import Clock
from mesh.data import Database, Transaction
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.post import Post
from svc_feed.store.posts import PostRepository
from svc_feed.usecases.events import post_updated
from svc_feed.usecases.find_post import FindPost


@dataclass(frozen=True)
class UpdatePost:
    """Replaces the named fields and leaves the others alone."""

    db: Database
    posts: PostRepository
    find: FindPost
    clock: Clock

    async def __call__(self, me: UserId, post_id: PostId, changes: Mapping[str, Any]) -> Post:
        """The post afterwards.

        Raises:
            PostNotFound: there is none that the caller may see.
            NotTheAuthor, FieldNotUpdatable, ContentMissing, ContentTooLong, MediaNotFound: see the domain.
        """
        author = await self.find.author_of(post_id)
        verdict = await self.find.verdict(me, author)

        async def work(tx: Transaction) -> Post:
            before = await self.find.locked(tx, author, post_id, verdict)
            after = before.edited(changes, by=me, at=self.clock.now())
            await self.posts.save(tx, after)
            tx.emit(post_updated(before, after), key=post_id, actor=me)
            return after

        return await self.db.transact(work)
