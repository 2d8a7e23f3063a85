"""Publish a post or an article."""

from dataclasses import dataclass
from uuid import UUID

from mesh.clock import Clock
from mesh.data import Database, Transaction
from mesh.ids import uuid7
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.post import Kind, Post
from svc_feed.domain.visibility import Visibility
from svc_feed.store.posts import PostRepository
from svc_feed.usecases.events import post_created


@dataclass(frozen=True)
class Draft:
    """What an author wants to publish."""

    content: str
    visibility: Visibility = Visibility.CONNECTIONS
    kind: Kind = Kind.POST
    title: str | None = None
    media_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class CreatePost:
    """The post, its place in the index and the event are stored together."""

    db: Database
    posts: PostRepository
    clock: Clock

    async def __call__(self, me: UserId, draft: Draft) -> Post:
        """The published post.

        Raises:
            ContentMissing, ContentTooLong, MediaNotFound: it cannot be published like this.
        """

        async def work(tx: Transaction) -> Post:
            now = self.clock.now()
            post = Post(
                id=PostId(uuid7(now)),
                author_id=me,
                kind=draft.kind,
                title=draft.title,
                content=draft.content,
                media_ids=draft.media_ids,
                visibility=draft.visibility,
                created_at=now,
                updated_at=now,
            )
            post.check()
            await self.posts.add(tx, post)
            tx.emit(post_created(post), key=post.id, actor=me)
            return post

        return await self.db.transact(work)
