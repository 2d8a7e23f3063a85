"""What companies say, by the members who act for them."""

from collections.abc import Sequence
from dataclasses import dataclass

from mesh.data import Database, Page, Pager
from svc_feed.domain.author import AccountRestricted
from svc_feed.domain.ids import CompanyId, UserId
from svc_feed.domain.item import Item, Seen, size_of
from svc_feed.domain.post import Draft, Post
from svc_feed.domain.visibility import NOTHING
from svc_feed.peers.graph import Graph
from svc_feed.store.posts import PostRepository
from svc_feed.usecases.publish_post import PublishPost
from svc_feed.usecases.show_posts import ShowPosts


@dataclass(frozen=True)
class CompanyPosts:
    """Everybody sees them, whatever lies between them and who wrote it: that is told to those alone who change it."""

    db: Database
    posts: PostRepository
    graph: Graph
    publish: PublishPost
    show: ShowPosts
    pager: Pager

    async def create(self, author: UserId, company: CompanyId, draft: Draft) -> Post:
        """Publish in a company's name; whether the author acts for it was checked by who calls.

        What members say whom nobody hears is not said by a company either. Raises AccountRestricted, MediaNotFound,
        MediaNotReady.
        """
        if not (await self.graph.verdicts(None, [author]))[author].may_see_public:
            raise AccountRestricted(f"member {author} may not publish now")
        prepared = await self.publish.prepare(author, draft)
        return await self.db.transact(lambda tx: self.publish(tx, author, draft, prepared, company))

    async def list(self, me: UserId, company: CompanyId, *, size: int, token: str) -> Page[Item]:
        """What a company says, newest first; nothing of one that there is not."""

        async def dress(found: Sequence[Seen]) -> list[Item]:
            return (await self.show(me, found, {one.post.author_id: NOTHING for one in found})).items

        listing = self.posts.of_company(self.db, company, me).dressed(dress)
        return await self.pager.page(token, size, f"company/{company}", listing, weigh=size_of)
