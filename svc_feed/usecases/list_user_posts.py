"""List the posts of one member, newest first."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from mesh.data import Database, PageTokens, page_size
from svc_feed.domain.ids import UserId
from svc_feed.domain.post import Kind, UserNotFound
from svc_feed.peers.graph import Graph
from svc_feed.store.posts import PostRepository
from svc_feed.usecases.show import Shown, ShowPosts

_LAST = UUID(int=(1 << 128) - 1)


@dataclass(frozen=True, slots=True)
class PostPage:
    """One page of posts."""

    items: list[Shown]
    next_page_token: str


@dataclass(frozen=True)
class ListUserPosts:
    """Those the viewer may see; ids grow with time, so a page goes on below the last id of the one before."""

    db: Database
    posts: PostRepository
    graph: Graph
    show: ShowPosts
    tokens: PageTokens

    async def __call__(
        self, me: UserId | None, author: UserId, *, kinds: Collection[Kind] = tuple(Kind), size: int, token: str
    ) -> PostPage:
        """A page of an author's posts; raises UserNotFound for an author the viewer may not know of."""
        scope, size = f"posts/{author}/{','.join(kinds)}", page_size(size)
        before = UUID(self.tokens.decode(token, scope)["id"]) if token else _LAST
        verdict = (await self.graph.verdicts(me, [author]))[author]
        if not verdict.shown:
            raise UserNotFound(author)
        rows = await self.posts.page(
            self.db, author, visibilities=verdict.shown, kinds=kinds, before=before, size=size + 1
        )
        following = self.tokens.encode({"id": str(rows[size - 1].id)}, scope) if len(rows) > size else ""
        return PostPage(await self.show(self.db, me, author, verdict, rows[:size]), following)
