"""Find a post for a member who may see it: what every verb about a post begins with."""

from dataclasses import dataclass

from mesh.data import Database, Transaction
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.post import Post, PostNotFound
from svc_feed.domain.visibility import Verdict
from svc_feed.peers.graph import Graph
from svc_feed.store.posts import PostRepository


@dataclass(frozen=True)
class FindPost:
    """Raises PostNotFound for what is not there and for what the viewer may not see, without a difference."""

    db: Database
    posts: PostRepository
    graph: Graph

    async def __call__(self, viewer: UserId, post_id: PostId) -> Post:
        """The post as it is now."""
        author = await self.author_of(post_id)
        verdict = await self.verdict(viewer, author)
        return seen(await self.posts.find(self.db, author, post_id), post_id, verdict)

    async def locked(self, tx: Transaction, author: UserId, post_id: PostId, verdict: Verdict) -> Post:
        """The post, locked for the transaction; the verdict was asked for before the transaction began."""
        return seen(await self.posts.lock(tx, author, post_id), post_id, verdict)

    async def author_of(self, post_id: PostId) -> UserId:
        """Who wrote a post, deleted or not."""
        author = await self.posts.author_of(self.db, post_id)
        if author is None:
            raise PostNotFound(post_id)
        return author

    async def verdict(self, viewer: UserId, author: UserId) -> Verdict:
        """What the viewer may see of the author's posts."""
        return (await self.graph.verdicts(viewer, [author]))[author]


def seen(post: Post | None, post_id: PostId, verdict: Verdict) -> Post:
    """The post, if the verdict shows it; raises PostNotFound."""
    if post is None or not verdict.shows(post.visibility):
        raise PostNotFound(post_id)
    return post
