"""Publish what an author wrote: the one way in which posts come to be."""

from dataclasses import dataclass
from typing import NamedTuple

from mesh.clock import Clock
from mesh.data import Transaction
from svc_feed.domain.ids import CompanyId, PostId, UserId
from svc_feed.domain.mention import people_in
from svc_feed.domain.post import Draft, Post
from svc_feed.domain.safety.review import ContentKey
from svc_feed.domain.tally import PostKey
from svc_feed.domain.visibility import Visibility
from svc_feed.peers.audience_lists import AudienceLists
from svc_feed.store.posts import PostRepository
from svc_feed.usecases.announce_post import AnnouncePost
from svc_feed.usecases.content_safety import ContentSafety, Look
from svc_feed.usecases.find_post import FindPost
from svc_feed.usecases.media_library import MediaLibrary
from svc_feed.usecases.mentioning import Mentioning, Told


class Prepared(NamedTuple):
    """What a new post carries: of a share, what that carries; who may be told of it, and what was found in it."""

    original: Post | None
    told: Told
    look: Look


@dataclass(frozen=True)
class PublishPost:
    """Two steps: what others are asked, and then, in a transaction, the post with all that hangs on it."""

    posts: PostRepository
    find: FindPost
    lists: AudienceLists
    media: MediaLibrary
    announce: AnnouncePost
    clock: Clock
    mentioning: Mentioning
    safety: ContentSafety

    async def prepare(self, me: UserId, draft: Draft, sharing: PostId | None = None) -> Prepared:
        """What others say about it, asked before a transaction begins.

        Raises PostNotFound, PostNotShareable, AnswersClosed, AudienceListNotFound, MentionInvalid.
        """
        original = await self._original(me, sharing) if sharing else None
        if draft.visibility is Visibility.LIST:
            await self.lists.check(me, draft.list_id)
        await self.mentioning.check(me, draft.mentions)
        told = await self.mentioning.told(people_in(draft.mentions), me)
        return Prepared(original, told, await self.safety.look(me, draft.title, draft.content))

    async def __call__(
        self, tx: Transaction, me: UserId, draft: Draft, prepared: Prepared, company: CompanyId | None = None
    ) -> Post:
        """Publish, it may be in a company's name; raises as `Post.published`, MediaNotFound, MediaNotReady."""
        now = self.clock.now()
        post = Post.published(draft, by=me, at=now, sharing=prepared.original, company=company)
        post = post.judged(prepared.look.found, prepared.look.decision)
        self.posts.add(tx, post)
        await self.media.show(tx, post)
        self.safety.note(tx, ContentKey(me, PostKey(me, post.id)), prepared.look, now)
        if prepared.look.found.reason is not None:
            self.posts.judge(tx, post, now, announced=not post.withheld)
        if not post.withheld:
            await self.announce(tx, post, prepared.told)
        return post

    async def _original(self, me: UserId, post_id: PostId) -> Post:
        (found, _), verdict = await self.find(me, post_id)
        if found.shared_post_id is not None:
            (found, _), verdict = await self.find(me, found.shared_post_id)
        found.check_share(verdict, me)
        return found
