"""Publish, read, change, delete and share posts."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mesh.clock import Clock
from mesh.data import Database, Page, Pager, Transaction
from mesh.etags import check_etag
from svc_feed.domain.facts import PostDeleted, PostEdited
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.item import Item, Seen, size_of
from svc_feed.domain.mention import Mention, people_in
from svc_feed.domain.post import REVISED, Draft, Kind, NotTheAuthor, Post, UserNotFound
from svc_feed.domain.revision import Revision
from svc_feed.domain.safety.review import ContentKey
from svc_feed.domain.tally import PostKey
from svc_feed.peers.audience_lists import AudienceLists
from svc_feed.peers.companies import Companies
from svc_feed.peers.graph import Graph
from svc_feed.store.events import publish
from svc_feed.store.posts import PostRepository
from svc_feed.store.revisions import RevisionRepository
from svc_feed.usecases.content_safety import ContentSafety
from svc_feed.usecases.find_post import FindPost, Place
from svc_feed.usecases.index_post import IndexPost
from svc_feed.usecases.lay_out_article import LayOutArticle
from svc_feed.usecases.media_library import MediaLibrary
from svc_feed.usecases.mentioning import Mentioning
from svc_feed.usecases.publish_post import PublishPost
from svc_feed.usecases.show_posts import ShowPosts

_STREAMED = 200  # posts of one batch, as the contract bounds it


@dataclass(frozen=True)
class Posts:
    """A post, its place in the index and the event are stored together; what a caller may not see is not there."""

    db: Database
    posts: PostRepository
    find: FindPost
    graph: Graph
    lists: AudienceLists
    companies: Companies
    show: ShowPosts
    pager: Pager
    clock: Clock
    media: MediaLibrary
    index: IndexPost
    revisions: RevisionRepository
    articles: LayOutArticle
    publish: PublishPost
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
        by = await self._who_changes(place)
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
        if place.author != await self._who_changes(place):
            await self.find(me, post_id)
            raise NotTheAuthor(f"post {post_id} can be deleted only by its author")

        async def work(tx: Transaction) -> None:
            post = await self.posts.lock_kept(tx, place.author, post_id)
            if post is None:
                return
            check_etag(etag, post.etag)
            now = self.clock.now()
            counted = post.shared_post_id is not None and await self.posts.announced(tx, post)
            self.posts.delete(tx, post, now)
            self.revisions.forget(tx, post)
            self.articles.forget(tx, post)
            await self.media.hide(tx, post)
            await self.index(tx, post, None)
            if counted and post.shared_author_id and post.shared_post_id:
                self.posts.count(tx, "share_count", post.shared_author_id, post.shared_post_id, -1)
            publish(tx, PostDeleted(post, now), by=me)

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

    async def shares(self, me: UserId, post_id: PostId, *, size: int, token: str) -> Page[Item]:
        """What carries a post and the caller may see, newest first; `total` counts all of it. Raises PostNotFound."""
        (post, _), _ = await self.find(me, post_id)

        async def dress(found: Sequence[Seen]) -> list[Item | None]:
            verdicts = await self.graph.verdicts(me, {one.post.author_id for one in found})
            return await self.show.judged(me, found, verdicts)

        listing = self.posts.shares(self.db, post, me).dressed(dress)
        scope = f"shares/{me}/{post_id}"

        async def total() -> int:
            return post.share_count

        return await self.pager.page(token, size, scope, listing, weigh=size_of, total=total)

    async def _who_changes(self, place: Place) -> UserId:
        """Who changes a post: the caller, or its author through who acts for the company that says it.

        Raises PostNotFound, NotTheAuthor of what a company says for whom the caller does not act.
        """
        if place.company is None:
            return place.viewer
        if not await self.companies.acts_for(place.viewer, place.company):
            await self.find(place.viewer, place.post_id)
            raise NotTheAuthor(f"post {place.post_id} can be changed only by those who act for its company")
        return place.author

    def stream(self, cursor: str) -> AsyncIterator[Page[Post]]:
        """Every post behind a cursor, batch by batch; raises PageTokenInvalid."""
        return self.pager.batches(cursor, _STREAMED, "stream", self.posts.all(self.db))
