"""Publish, read, change and delete posts."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mesh.clock import Clock
from mesh.data import Database, Page, Pager, Transaction
from mesh.etags import check_etag
from svc_feed.domain.facts import PostEdited
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.item import Item, Seen, size_of
from svc_feed.domain.mention import Mention, people_in
from svc_feed.domain.post import REVISED, Draft, Kind, Post, UserNotFound
from svc_feed.domain.revision import Revision
from svc_feed.domain.safety.review import ContentKey
from svc_feed.domain.tally import PostKey
from svc_feed.peers.audience_lists import AudienceLists
from svc_feed.peers.graph import Graph
from svc_feed.store.events import publish
from svc_feed.store.posts import PostRepository
from svc_feed.store.revisions import RevisionRepository
from svc_feed.usecases.content_safety import ContentSafety
from svc_feed.usecases.find_post import FindPost
from svc_feed.usecases.index_post import IndexPost
from svc_feed.usecases.lay_out_article import LayOutArticle
from svc_feed.usecases.media_library import MediaLibrary
from svc_feed.usecases.mentioning import Mentioning
from svc_feed.usecases.publish_post import PublishPost
from svc_feed.usecases.remove_post import RemovePost
from svc_feed.usecases.show_posts import ShowPosts
from svc_feed.usecases.who_changes import WhoChanges

_STREAMED = 200  # posts of one batch, as the contract bounds it


@dataclass(frozen=True)
class Posts:
    """A post, its place in the index and the event are stored together; what a caller may not see is not there."""

    db: Database
    posts: PostRepository
    find: FindPost
    graph: Graph
    lists: AudienceLists
    who: WhoChanges
    show: ShowPosts
    pager: Pager
    clock: Clock
    media: MediaLibrary
    index: IndexPost
    revisions: RevisionRepository
    articles: LayOutArticle
    publish: PublishPost
    remove: RemovePost
    mentioning: Mentioning
    safety: ContentSafety

    async def create(self, me: UserId, draft: Draft, sharing: PostId | None = None) -> Post:
        """Publish, it may be with another post in it; raises as `PublishPost`."""
        prepared = await self.publish.prepare(me, draft, sharing)
        return await self.db.transact(lambda tx: self.publish(tx, me, draft, prepared))

    async def get(self, me: UserId, post_id: PostId) -> tuple[Item, str]:
        """One post as the caller sees it, with the HTML of an article; raises PostNotFound."""
        seen, verdict = await self.find.to_read(me, post_id)
        (item,) = (await self.show(me, [seen], {seen.post.author_id: verdict})).items
        return item, await self.articles(item.post)

    async def update(self, me: UserId, post_id: PostId, changes: Mapping[str, Any], etag: str) -> Post:
        """Replace the named fields; what changes nothing has no effects.

        Raises PostNotFound, MediaNotFound, MediaNotReady, and what `Post.edited` does.
        """
        (now, _), _ = await self.find(me, post_id)
        place = await self.find.place(me, post_id)
        by = await self.who(place)
        if list_id := changes.get("list_id"):
            await self.lists.check(me, list_id)
        named: Sequence[Mention] = changes.get("mentions") or ()
        await self.mentioning.check(me, named, known=now.people)
        told = await self.mentioning.told(now.people | people_in(named), now.author_id)
        texts = changes.get("title", now.title), changes.get("content", now.content)
        look = await self.safety.look(now.author_id, *texts, content_id=post_id) if changes.keys() & REVISED else None

        async def work(tx: Transaction) -> Post:
            before, at = await self.find.locked(tx, place), self.clock.now()
            after = before.edited(changes, by=by, at=at, etag=etag)
            if after is before:
                return before
            await self.media.show(tx, after, before.media_ids)
            self.posts.save(tx, after)
            if revision := Revision.of(before, after):
                self.revisions.add(tx, after, revision)
            if look is not None:
                after = after.judged(look.found, look.decision)
                key = ContentKey(after.author_id, PostKey(after.author_id, post_id))
                self.safety.note(tx, key, look, at)
                if after.withheld or after.limited_for != before.limited_for:
                    self.posts.judge(tx, after, at, announced=True)
            await self.index(tx, before, None if after.withheld else after)
            publish(tx, PostEdited(before, after, [] if after.withheld else told.of_post(after)), by=me)
            return after

        return await self.db.transact(work)

    async def delete(self, me: UserId, post_id: PostId, etag: str) -> None:
        """Delete it: gone from every feed with the next read. A post the caller has deleted before stays deleted.

        Raises:
            PostNotFound: there is none that the caller may see.
            NotTheAuthor: it is somebody else's.
            EtagMismatch: it is not the revision that `etag` names.
        """
        place = await self.find.place(me, post_id)
        await self.who.check(place, "deleted")

        async def work(tx: Transaction) -> None:
            post = await self.posts.lock_kept(tx, place.author, post_id)
            if post is None:
                return
            check_etag(etag, post.etag)
            await self.remove(tx, post, by=me)

        await self.db.transact(work)

    async def of_member(
        self, viewer: UserId | None, author: UserId, *, kinds: Collection[Kind], size: int, token: str
    ) -> Page[Item]:
        """A member's posts that the viewer (None: nobody signed in) may see, newest first; raises UserNotFound."""
        verdicts = await self.graph.verdicts(viewer, [author])
        verdict = verdicts[author]
        if not verdict.may_see_profile:
            raise UserNotFound(author)

        async def dress(found: Sequence[Seen]) -> list[Item]:
            return (await self.show(viewer, found, verdicts)).items

        listing = self.posts.of_author(self.db, author, shown=verdict.shown, kinds=kinds, viewer=viewer)
        scope = f"posts/{author}/{','.join(sorted(kinds))}"
        return await self.pager.page(token, size, scope, listing.dressed(dress), weigh=size_of)

    def stream(self, cursor: str) -> AsyncIterator[Page[Post]]:
        """Every post behind a cursor, batch by batch; raises PageTokenInvalid."""
        return self.pager.batches(cursor, _STREAMED, "stream", self.posts.all(self.db))
