"""Find a post for a member who may see it: what every verb about a post begins with."""

from dataclasses import dataclass

from mesh.data import Database, Transaction
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.post import Post, PostNotFound
from svc_feed.domain.visibility import Access, visible_to
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
        access = await self.access(viewer, author)
        return seen(await self.posts.find(self.db, author, post_id), post_id, viewer, access)

    async def locked(
        self, tx: Transaction, viewer: UserId, author: UserId, post_id: PostId, access: Access | None
    ) -> Post:
        """The post, locked for the transaction; `access` was asked for before the transaction began."""
        return seen(await self.posts.lock(tx, author, post_id), post_id, viewer, access)

    async def author_of(self, post_id: PostId) -> UserId:
        """Who wrote a post, deleted or not."""
        author = await self.posts.author_of(self.db, post_id)
        if author is None:
            raise PostNotFound(post_id)
        return author

    async def access(self, viewer: UserId, author: UserId) -> Access | None:
        """How the viewer stands to the author; nobody has to ask about themself."""
        if viewer == author:
            return None
        return (await self.graph.access(viewer, [author])).get(author)


def seen(post: Post | None, post_id: PostId, viewer: UserId, access: Access | None) -> Post:
    """The post, if the viewer may see it; raises PostNotFound."""
    if post is None or post.visibility not in visible_to(viewer, post.author_id, access):
        raise PostNotFound(post_id)
    return post
