"""Let others know of a post: when it is published, or when what held it back is over."""

from dataclasses import dataclass

from mesh.data import Transaction
from svc_feed.domain.facts import PostPublished, PostShared
from svc_feed.domain.post import Post
from svc_feed.store.events import publish
from svc_feed.store.posts import PostRepository
from svc_feed.usecases.index_post import IndexPost
from svc_feed.usecases.mentioning import Told


@dataclass(frozen=True)
class AnnouncePost:
    """What is found, counted and heard of it: once for each post."""

    posts: PostRepository
    index: IndexPost

    async def __call__(self, tx: Transaction, post: Post, told: Told) -> None:
        """In the transaction in which it comes to be shown."""
        await self.index(tx, None, post)
        publish(tx, PostPublished(post, told.of_post(post)), by=post.author_id)
        if post.shared_author_id and post.shared_post_id:
            self.posts.count(tx, "share_count", post.shared_author_id, post.shared_post_id, 1)
            publish(tx, PostShared(post), by=post.author_id)
