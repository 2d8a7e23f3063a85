"""Posts as one viewer sees them."""

from collections.abc import Sequence
from dataclasses import dataclass

from mesh.data import Querier
from svc_feed.domain.author import Author
from svc_feed.domain.ids import UserId
from svc_feed.domain.post import Post
from svc_feed.domain.reaction import Reaction
from svc_feed.domain.visibility import Verdict
from svc_feed.peers.authors import Authors
from svc_feed.store.engagement import EngagementRepository


@dataclass(frozen=True, slots=True)
class Shown:
    """A post with its author, the viewer's reaction, and what the viewer may see of the author's posts."""

    post: Post
    author: Author
    verdict: Verdict
    reaction: Reaction | None


@dataclass(frozen=True)
class ShowPosts:
    """One author's posts for somebody who may see them."""

    engagement: EngagementRepository
    authors: Authors

    async def __call__(
        self, q: Querier, viewer: UserId | None, author: UserId, verdict: Verdict, posts: Sequence[Post]
    ) -> list[Shown]:
        """The posts in the order they came."""
        if not posts:
            return []
        shown = (await self.authors([author]))[author] if viewer else await self.authors.for_nobody(author)
        found = await self.engagement.of_viewer(q, author, posts, viewer) if viewer else {}
        return [Shown(post, shown, verdict, found.get(post.id)) for post in posts]
