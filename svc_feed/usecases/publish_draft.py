"""Publish a draft: the post is there, and the draft says which one it is, or neither."""

from dataclasses import dataclass

from mesh.clock import Clock
from mesh.data import Transaction
from svc_feed.domain.post import Post
from svc_feed.domain.saved_draft import SavedDraft
from svc_feed.store.drafts import DraftRepository
from svc_feed.usecases.media_library import MediaLibrary
from svc_feed.usecases.publish_post import Prepared, PublishPost


@dataclass(frozen=True)
class PublishDraft:
    """What its author and the worker have in common, in the two steps of `PublishPost`."""

    drafts: DraftRepository
    media: MediaLibrary
    publish: PublishPost
    clock: Clock

    async def prepare(self, saved: SavedDraft) -> Prepared:
        """What the post will carry; raises as `PublishPost.prepare`."""
        return await self.publish.prepare(saved.author_id, saved.publishable, saved.shared_post_id)

    async def __call__(self, tx: Transaction, saved: SavedDraft, prepared: Prepared) -> Post:
        """Publish a locked one; raises as `PublishPost`."""
        post = await self.publish(tx, saved.author_id, saved.publishable, prepared)
        await self.media.let_go(tx, saved)
        self.drafts.save(tx, saved.published(post.id, post.created_at))
        return post
