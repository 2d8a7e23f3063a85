"""Find a post for a member who may see it: what every verb about a post begins with."""

from dataclasses import dataclass, field
from typing import NamedTuple

from cachetools import LRUCache

from mesh.data import Database, Transaction
from svc_feed.domain.ids import CompanyId, PostId, UserId
from svc_feed.domain.item import Seen
from svc_feed.domain.post import Post, PostNotFound
from svc_feed.domain.visibility import OF_COMPANY, Verdict
from svc_feed.peers.graph import Graph
from svc_feed.store.posts import By, PostRepository

_KNOWN = 100_000  # viewers with a post they have seen: some 30 MB


class Place(NamedTuple):
    """Where a viewer looks for a post: with its author, under a verdict about the two."""

    viewer: UserId
    post_id: PostId
    author: UserId
    verdict: Verdict
    company: CompanyId | None = None
    """The company in whose name it is written, which the verdict is about then."""


@dataclass(frozen=True)
class FindPost:
    """Raises PostNotFound for what is not there and for what the viewer may not see, without a difference.

    Not in time either: a post that does not exist is looked for as if it were somebody's, with the same reads. Who
    wrote a post is remembered only for those who have seen it.
    """

    db: Database
    posts: PostRepository
    graph: Graph
    known: LRUCache[tuple[UserId, PostId], By] = field(default_factory=lambda: LRUCache(_KNOWN))

    async def __call__(self, viewer: UserId, post_id: PostId) -> tuple[Seen, Verdict]:
        """The post as it is now with the viewer's reaction, and the verdict that shows it."""
        return await self._at(await self.place(viewer, post_id), kept_back=False)

    async def to_read(self, viewer: UserId, post_id: PostId) -> tuple[Seen, Verdict]:
        """The same; an author finds what moderation keeps from others as well, to which nobody may answer."""
        place = await self.place(viewer, post_id)
        return await self._at(place, kept_back=place.author == viewer)

    async def place(self, viewer: UserId, post_id: PostId) -> Place:
        """Where to look; asked for before a transaction begins."""
        by = self.known.get((viewer, post_id)) or await self.posts.by(self.db, post_id)
        owner, company = by or By(UserId(post_id))  # nobody's id: all that follows finds nothing
        if company is not None:
            return Place(viewer, post_id, owner, OF_COMPANY, company)
        return Place(viewer, post_id, owner, (await self.graph.verdicts(viewer, [owner]))[owner])

    async def locked(self, tx: Transaction, place: Place) -> Post:
        """The post, locked for the transaction."""
        post = await self.posts.lock(tx, place.author, place.post_id, shown=place.verdict.shown)
        if post is None:
            raise PostNotFound(place.post_id)
        self.remember(place)
        return post

    async def _at(self, place: Place, *, kept_back: bool) -> tuple[Seen, Verdict]:
        viewer, post_id, author, verdict, _ = place
        seen = await self.posts.find(self.db, author, post_id, shown=verdict.shown, viewer=viewer, kept_back=kept_back)
        if seen is None:
            raise PostNotFound(post_id)
        self.remember(place)
        return seen, verdict

    def remember(self, place: Place) -> None:
        """Note that the viewer may see the post."""
        self.known[place.viewer, place.post_id] = By(place.author, place.company)
