"""Keep posts that are not published yet, and publish them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mesh.clock import Clock
from mesh.data import Database, Page, Pager, Transaction
from mesh.etags import check_etag
from svc_feed.domain.ids import DraftId, PostId, UserId
from svc_feed.domain.post import Draft, Post
from svc_feed.domain.saved_draft import (
    MOST_DRAFTS,
    MOST_SCHEDULED,
    DraftNotFound,
    SavedDraft,
    TooManyDrafts,
    TooManyScheduledDrafts,
)
from svc_feed.peers.audience_lists import AudienceLists
from svc_feed.store.drafts import DraftKey, DraftRepository
from svc_feed.usecases.find_post import FindPost
from svc_feed.usecases.media_library import MediaLibrary
from svc_feed.usecases.publish_draft import PublishDraft


@dataclass(frozen=True)
class Drafts:
    """A draft is its author's alone. What it names has to be theirs when it is saved; what it lacks may come later.

    Others are asked before a transaction begins, about the draft as it is then: where it changed meanwhile the caller
    is told so (EtagMismatch), and nothing is changed.
    """

    db: Database
    drafts: DraftRepository
    find: FindPost
    lists: AudienceLists
    media: MediaLibrary
    publish_draft: PublishDraft
    pager: Pager
    clock: Clock

    async def create(self, me: UserId, draft: Draft, sharing: PostId | None) -> SavedDraft:
        """Keep a new one; raises TooManyDrafts, MediaNotFound, MediaNotReady, AudienceListNotFound."""
        if draft.list_id:
            await self.lists.check(me, draft.list_id)
        begun = SavedDraft.begun(draft, sharing, by=me, at=self.clock.now())

        async def work(tx: Transaction) -> SavedDraft:
            self.drafts.add(tx, begun)
            await self.media.keep(tx, begun)
            if (await self.drafts.count(tx, me)).kept > MOST_DRAFTS:
                raise TooManyDrafts
            return begun

        return await self.db.transact(work)

    async def get(self, me: UserId, draft_id: DraftId) -> SavedDraft:
        """One of the caller's; raises DraftNotFound."""
        found = await self.drafts.find(self.db, DraftKey(me, draft_id))
        if found is None:
            raise DraftNotFound(draft_id)
        return found

    async def list(self, me: UserId, *, scheduled: bool | None, size: int, token: str) -> Page[SavedDraft]:
        """The caller's that are not published, those begun last first."""
        listing = self.drafts.of_author(self.db, me, scheduled=scheduled)
        return await self.pager.page(token, size, f"drafts/{me}/{scheduled}", listing, weigh=lambda one: one.size)

    async def update(self, me: UserId, draft_id: DraftId, changes: Mapping[str, Any], etag: str) -> SavedDraft:
        """Replace the named fields; what changes nothing has no effects.

        Raises DraftNotFound, MediaNotFound, MediaNotReady, AudienceListNotFound, what `SavedDraft.edited` does, and of
        a scheduled one as `schedule`.
        """
        before = await self.get(me, draft_id)
        after = before.edited(changes, at=self.clock.now(), etag=etag)
        if list_id := changes.get("list_id"):
            await self.lists.check(me, list_id)
        return await self._replace(before, after)

    async def schedule(self, me: UserId, draft_id: DraftId, publish_at: datetime, etag: str) -> SavedDraft:
        """Publish it then, if it could be published then as far as is known now.

        Raises DraftNotFound, TooManyScheduledDrafts, what `SavedDraft.scheduled` does, and as `publish`.
        """
        before = await self.get(me, draft_id)
        return await self._replace(before, before.scheduled(publish_at, at=self.clock.now(), etag=etag))

    async def unschedule(self, me: UserId, draft_id: DraftId) -> SavedDraft:
        """Publish it when its author says so; raises DraftNotFound, DraftPublished."""

        async def work(tx: Transaction) -> SavedDraft:
            before = await self._lock(tx, me, draft_id)
            after = before.unscheduled(self.clock.now())
            if after is not before:
                self.drafts.save(tx, after)
            return after

        return await self.db.transact(work)

    async def delete(self, me: UserId, draft_id: DraftId, etag: str) -> None:
        """Forget it, if it is there; raises DraftPublished, EtagMismatch."""

        async def work(tx: Transaction) -> None:
            draft = await self.drafts.lock(tx, DraftKey(me, draft_id))
            if draft is not None:
                draft.check_kept(etag)
                await self.media.let_go(tx, draft)
                self.drafts.drop(tx, draft)

        await self.db.transact(work)

    async def publish(self, me: UserId, draft_id: DraftId, etag: str) -> Post:
        """Publish it; of one that is published, the post.

        Raises DraftNotFound, EtagMismatch, PostNotFound when the post was deleted, and as `PublishPost`.
        """
        draft = await self.get(me, draft_id)
        if draft.post_id is not None:
            return await self._became(me, draft.post_id)
        check_etag(etag, draft.etag)
        prepared = await self.publish_draft.prepare(draft)

        async def work(tx: Transaction) -> Post | PostId:
            here = await self._lock(tx, me, draft_id)
            if here.post_id is not None:
                return here.post_id
            check_etag(draft.etag, here.etag)
            return await self.publish_draft(tx, here, prepared)

        post = await self.db.transact(work)
        return post if isinstance(post, Post) else await self._became(me, post)

    async def _became(self, me: UserId, post_id: PostId) -> Post:
        (post, _), _ = await self.find(me, post_id)
        return post

    async def _replace(self, before: SavedDraft, after: SavedDraft) -> SavedDraft:
        """Store what becomes of one; what is scheduled has to be publishable then."""
        if after is before:
            return after
        if after.publish_at is not None:
            prepared = await self.publish_draft.prepare(after)
            Post.published(after.publishable, by=after.author_id, at=after.publish_at, sharing=prepared.original)

        async def work(tx: Transaction) -> SavedDraft:
            here = await self._lock(tx, before.author_id, before.id)
            check_etag(before.etag, here.etag)
            await self.media.keep(tx, after, here.draft.media_ids)
            self.drafts.save(tx, after)
            if after.publish_at is not None:
                await self.media.check(tx, after)
                if (await self.drafts.count(tx, after.author_id)).scheduled > MOST_SCHEDULED:
                    raise TooManyScheduledDrafts
            return after

        return await self.db.transact(work)

    async def _lock(self, tx: Transaction, me: UserId, draft_id: DraftId) -> SavedDraft:
        draft = await self.drafts.lock(tx, DraftKey(me, draft_id))
        if draft is None:
            raise DraftNotFound(draft_id)
        return draft
