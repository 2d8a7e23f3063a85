"""The HTML of an article: made when it is read first, kept until it is edited."""

import asyncio
import contextvars
from dataclasses import dataclass, field

import structlog

from mesh.data import Database, Transaction
from svc_feed.domain.article import LAYOUT
from svc_feed.domain.ids import PostId
from svc_feed.domain.post import Kind, Post
from svc_feed.rendering.renderer import Renderer, RenderingFailed
from svc_feed.store.articles import ArticleRepository
from svc_feed.store.posts import PostRepository

_PATIENCE = 1.0  # seconds a reader waits: a layout takes a third of one, or two, and is there for the next reader
_MOST_WAITING = 100  # layouts under way in a process; further readers see the text without it

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class LayOutArticle:
    """In a process of its own, which is bounded: no text makes the calls of others wait. Readers of one share it."""

    db: Database
    posts: PostRepository
    articles: ArticleRepository
    renderer: Renderer
    running: dict[tuple[PostId, int], "asyncio.Task[str]"] = field(
        default_factory=dict[tuple[PostId, int], "asyncio.Task[str]"]
    )

    async def __call__(self, post: Post) -> str:
        """The HTML of an article as it is; empty for other posts, and while it is not made yet."""
        if post.kind is not Kind.ARTICLE:
            return ""
        html = await self.articles.find(self.db, post, LAYOUT)
        if html is not None:
            return html
        key = post.id, post.revision
        task = self.running.get(key)
        if task is None:
            if len(self.running) >= _MOST_WAITING:
                return ""
            make = self._make(post)
            # its reader may leave: it is made for all of them
            task = self.running[key] = asyncio.get_running_loop().create_task(make, context=contextvars.Context())
            task.add_done_callback(lambda _: self.running.pop(key))
        done, _ = await asyncio.wait({task}, timeout=_PATIENCE)
        return task.result() if done else ""

    def forget(self, tx: Transaction, post: Post) -> None:
        """Keep nothing of a post that is deleted; with the commit."""
        self.articles.forget(tx, post)

    async def _make(self, post: Post) -> str:
        try:
            html = await self.renderer.article(post.content)
        except RenderingFailed as failed:
            _log.warning("an article was not laid out", post_id=str(post.id), why=str(failed))
            return ""

        async def keep(tx: Transaction) -> None:
            if await self.posts.lock_kept(tx, post.author_id, post.id):  # it may be gone meanwhile
                self.articles.put(tx, post, LAYOUT, html)

        await self.db.transact(keep)
        return html
