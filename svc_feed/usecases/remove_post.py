"""Delete a post with all that hangs on it."""

from dataclasses import dataclass

from mesh.clock import Clock
from mesh.data import Transaction
from svc_feed.domain.facts import PostDeleted
from svc_feed.domain.ids import UserId
from svc_feed.domain.post import Post
from svc_feed.store.events import publish
from svc_feed.store.posts import PostRepository
from svc_feed.store.revisions import RevisionRepository
from svc_feed.usecases.index_post import IndexPost
from svc_feed.usecases.lay_out_article import LayOutArticle
from svc_feed.usecases.media_library import MediaLibrary


@dataclass(frozen=True)
class RemovePost:
    """What others hang on it (answers, bookmarks, votes) goes with the event."""

    posts: PostRepository
    revisions: RevisionRepository
    articles: LayOutArticle
    media: MediaLibrary
    index: IndexPost
    clock: Clock

    async def __call__(self, tx: Transaction, post: Post, *, by: UserId) -> None:
        """Delete a locked post."""
        now = self.clock.now()
        counted = post.shared_post_id is not None and await self.posts.announced(tx, post)
        self.posts.delete(tx, post, now)
        self.revisions.forget(tx, post)
        self.articles.forget(tx, post)
        await self.media.hide(tx, post)
        await self.index(tx, post, None)
        if counted and post.shared_author_id and post.shared_post_id:
            self.posts.count(tx, "share_count", post.shared_author_id, post.shared_post_id, -1)
        publish(tx, PostDeleted(post, now), by=by)
