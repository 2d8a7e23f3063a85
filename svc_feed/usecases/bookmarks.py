"""Keep posts for later."""

from collections.abc import Sequence
from dataclasses import dataclass

from mesh.clock import Clock
from mesh.data import Database, Page, Pager, Transaction
from svc_feed.domain.bookmark import MOST_BOOKMARKS, TooManyBookmarks
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.item import Item, size_of
from svc_feed.domain.tally import PostKey
from svc_feed.store.bookmarks import BookmarkRepository
from svc_feed.store.posts import PostRepository
from svc_feed.usecases.find_post import FindPost
from svc_feed.usecases.show_posts import ShowPosts


@dataclass(frozen=True)
class Bookmarks:
    """The verbs; no event tells of them."""

    db: Database
    posts: PostRepository
    bookmarks: BookmarkRepository
    find: FindPost
    show: ShowPosts
    pager: Pager
    clock: Clock

    async def add(self, me: UserId, post_id: PostId) -> None:
        """Keep a post; raises PostNotFound, TooManyBookmarks."""
        (post, _), _ = await self.find(me, post_id)

        async def work(tx: Transaction) -> None:
            kept = await self.bookmarks.add(tx, PostKey(post.author_id, post_id), me, self.clock.now())
            if kept > MOST_BOOKMARKS:
                raise TooManyBookmarks

        await self.db.transact(work)

    async def remove(self, me: UserId, post_id: PostId) -> None:
        """Keep a post no longer, whether or not the caller may see it."""
        author = await self.posts.author_of(self.db, post_id)
        await self.bookmarks.remove(self.db, PostKey(author or me, post_id), me)

    async def list(self, me: UserId, *, size: int, token: str) -> Page[Item]:
        """The posts that the caller keeps and may see, those kept last first."""

        async def dress(keys: Sequence[PostKey]) -> list[Item | None]:
            return await self.show.named(me, keys)

        listing = self.bookmarks.of_member(self.db, me).dressed(dress)
        return await self.pager.page(token, size, f"bookmarks/{me}", listing, weigh=size_of)
