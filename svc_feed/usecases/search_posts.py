"""Search for posts."""

import hashlib
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from mesh.data import Database, Page, Pager
from svc_feed.domain.ids import UserId
from svc_feed.domain.item import Item, size_of
from svc_feed.domain.post import Post
from svc_feed.domain.post_query import PostQuestion
from svc_feed.domain.tally import PostKey
from svc_feed.peers.graph import Graph
from svc_feed.store.post_search import PostSearch
from svc_feed.usecases.show_posts import ShowPosts

_MOST_NEAR = 5_000
"""Connections whose posts for connections are looked through; who has more finds what is public, and their own."""


@dataclass(frozen=True)
class SearchPosts:
    """Finds among what is public and what the caller's connections wrote; permission is asked for what is found."""

    db: Database
    search: PostSearch
    graph: Graph
    show: ShowPosts
    pager: Pager

    async def __call__(self, me: UserId, question: PostQuestion, *, size: int, token: str) -> Page[Item]:
        """A page of posts; raises PageTokenInvalid."""

        def by_asked(post: Post) -> bool:
            return not question.authors or post.company_id is None  # nobody learns who writes for a company

        async def dress(keys: Sequence[PostKey]) -> list[Item | None]:
            return await self.show.named(me, keys, by_asked)

        near = await self.graph.connections(me, at_most=_MOST_NEAR) or []
        hits = self.search.hits(self.db, question, me, near)
        if hits is None:
            return Page([], "")
        scope = f"search/{me}/{_digest(question)}"
        return await self.pager.page(token, size, scope, hits.dressed(dress), weigh=size_of)


def _digest(question: PostQuestion) -> str:
    return hashlib.blake2b(repr(astuple(question)).encode(), digest_size=12).hexdigest()
