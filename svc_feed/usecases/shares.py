"""Who shares a post, and its author's way out of a share."""

from collections.abc import Sequence
from dataclasses import dataclass

from mesh.clock import Clock
from mesh.data import Database, Page, Pager, Transaction
from svc_feed.domain.facts import PostEdited, ShareDetached
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.item import Item, Seen, size_of
from svc_feed.domain.post import PostNotFound
from svc_feed.peers.graph import Graph
from svc_feed.store.events import publish
from svc_feed.store.posts import PostRepository
from svc_feed.usecases.find_post import FindPost
from svc_feed.usecases.remove_post import RemovePost
from svc_feed.usecases.show_posts import ShowPosts
from svc_feed.usecases.who_changes import WhoChanges


@dataclass(frozen=True)
class Shares:
    """A share lies with who shared; its post's author may look at those they may see, and take the post out of any."""

    db: Database
    posts: PostRepository
    find: FindPost
    graph: Graph
    show: ShowPosts
    who: WhoChanges
    remove: RemovePost
    pager: Pager
    clock: Clock

    async def list(self, me: UserId, post_id: PostId, *, size: int, token: str) -> Page[Item]:
        """What carries a post and the caller may see, newest first; `total` counts all of it. Raises PostNotFound."""
        (post, _), _ = await self.find(me, post_id)

        async def dress(found: Sequence[Seen]) -> list[Item | None]:
            verdicts = await self.graph.verdicts(me, {one.post.author_id for one in found})
            return await self.show.judged(me, found, verdicts)

        listing = self.posts.shares(self.db, post, me).dressed(dress)
        scope = f"shares/{me}/{post_id}"

        async def total() -> int:
            return await self.posts.count_shares(self.db, post)

        return await self.pager.page(token, size, scope, listing, weigh=size_of, total=total)

    async def detach(self, me: UserId, post_id: PostId, share_id: PostId) -> None:
        """Take the caller's post out of a share: of one without words nothing is left.

        Raises:
            PostNotFound: there is no such post that the caller may see, or no such share of it.
            NotTheAuthor: the post is somebody else's.
        """
        place = await self.find.place(me, post_id)
        await self.who.check(place, "taken out of shares")
        sharer = await self.posts.author_of(self.db, share_id) or UserId(share_id)  # nobody's id finds nothing

        async def work(tx: Transaction) -> None:
            share = await self.posts.lock_kept(tx, sharer, share_id)
            carried, counted = await self.posts.carries(tx, sharer, share_id)
            if carried != post_id:
                raise PostNotFound(share_id)
            if share is None or share.shared_post_id is None:
                return
            now = self.clock.now()
            publish(tx, ShareDetached(share, now), by=me)
            alone = share.detached(now)
            if alone is None:
                await self.remove(tx, share, by=me)
                return
            self.posts.detach(tx, alone)
            if counted:
                self.posts.count(tx, "share_count", place.author, post_id, -1)
            publish(tx, PostEdited(share, alone), by=me)

        await self.db.transact(work)
