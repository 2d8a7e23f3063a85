"""Read media, show them with posts, delete them."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from mesh.cache import HotCache
from mesh.clock import Clock
from mesh.data import Database, Transaction
from mesh.objects import Objects
from svc_feed.domain.facts import MediumDeleted
from svc_feed.domain.ids import MediaId, UserId
from svc_feed.domain.medium import USED_WITHIN, MediaInUse, MediaNotFound, Medium
from svc_feed.domain.post import Post
from svc_feed.domain.saved_draft import SavedDraft
from svc_feed.peers.graph import Graph
from svc_feed.store.events import publish
from svc_feed.store.media import DRAFT, POST, Key, MediaRepository, Use
from svc_feed.store.media_keys import key_of

_KEPT = 100_000  # keys of what posts show: some 30 MB


class ShownMedium(NamedTuple):
    """A medium with the addresses of its variants."""

    medium: Medium
    urls: tuple[str, ...] = ()


@dataclass(frozen=True)
class MediaLibrary:
    """Whoever may see a medium is told addresses that everybody else may use too, for an hour at the most."""

    db: Database
    media: MediaRepository
    graph: Graph
    objects: Objects
    clock: Clock
    keys: HotCache[MediaId, str] = field(default_factory=lambda: HotCache[MediaId, str](_KEPT))

    async def get(self, me: UserId, media_id: MediaId) -> ShownMedium:
        """One medium that the caller may see; raises MediaNotFound."""
        found = await self.batch(me, [media_id])
        if not found:
            raise MediaNotFound(media_id)
        return found[0]

    async def batch(self, me: UserId, ids: Sequence[MediaId]) -> list[ShownMedium]:
        """Those of the media that the caller may see: own ones, and what a post shows them.

        What is not there is looked for as if it were somebody's, with the same reads.
        """
        owners = await self.media.owners(self.db, ids)
        keys = [Key(owners.get(one) or UserId(one), one) for one in ids]
        verdicts = await self.graph.verdicts(me, {key.owner for key in keys})
        seen = await self.media.seen(self.db, me, keys, verdicts)
        return await self.dressed([seen[at] for at in range(len(keys)) if at in seen])

    async def dressed(self, found: Sequence[Medium]) -> list[ShownMedium]:
        """Media with their addresses."""
        keys = [[key_of(medium, variant) for variant in medium.variants] for medium in found]
        urls = await self.objects.addresses(key for each in keys for key in each)
        return [ShownMedium(medium, tuple(urls[key] for key in each)) for medium, each in zip(found, keys, strict=True)]

    async def urls(self, posts: Iterable[Post]) -> dict[MediaId, str]:
        """The addresses of what posts show, whoever may see them: pictures in their largest form.

        At most one statement for all of them; none for what is known here. Raises ObjectsUnavailable.
        """
        wanted = {one: post.author_id for post in posts for one in post.media_ids}
        if not wanted:
            return {}
        known = {one: key for one in wanted if (key := self.keys.get(one))}
        if missing := [Key(owner, one) for one, owner in wanted.items() if one not in known]:
            for medium in await self.media.ready(self.db, missing):
                known[medium.id] = key_of(medium, medium.variants[-1])
                self.keys.put(medium.id, known[medium.id])
        urls = await self.objects.addresses(known.values())
        return {one: urls[key] for one, key in known.items()}

    async def delete(self, me: UserId, media_id: MediaId) -> None:
        """Delete one that nothing shows; raises MediaNotFound, MediaInUse."""

        async def work(tx: Transaction) -> None:
            if media_id not in await self.media.lock(tx, me, [media_id]):
                raise MediaNotFound(media_id)
            if await self.media.is_used(tx, Key(me, media_id)):
                raise MediaInUse(media_id, "is shown somewhere: take it away there first")
            drop(self.media, tx, Key(me, media_id), self.clock)

        await self.db.transact(work)

    async def show(self, tx: Transaction, post: Post, before: Collection[MediaId] = ()) -> None:
        """Let a post show its media, and no more what it showed `before`; raises MediaNotFound, MediaNotReady."""
        use = Use(POST, post.id)
        await self._use(tx, post.author_id, use, before, post.media_ids, check=Medium.check_usable)

    async def hide(self, tx: Transaction, post: Post) -> None:
        """Let a post that is deleted show nothing."""
        await self.show(tx, replace(post, media_ids=()), post.media_ids)

    async def keep(self, tx: Transaction, draft: SavedDraft, before: Collection[MediaId] = ()) -> None:
        """Keep what a draft names, and no more what it named `before`; raises MediaNotFound, MediaNotReady.

        Media that are looked at still are taken too.
        """
        use = Use(DRAFT, draft.id)
        await self._use(tx, draft.author_id, use, before, draft.draft.media_ids, check=Medium.check_completed)

    async def let_go(self, tx: Transaction, draft: SavedDraft) -> None:
        """Keep nothing for a draft any more."""
        use = Use(DRAFT, draft.id)
        await self._use(tx, draft.author_id, use, draft.draft.media_ids, (), check=Medium.check_completed)

    async def check(self, tx: Transaction, draft: SavedDraft) -> None:
        """Refuse media of a draft that a post could not show now; raises MediaNotReady."""
        if draft.draft.media_ids:
            for medium in (await self.media.lock(tx, draft.author_id, draft.draft.media_ids)).values():
                medium.check_usable()

    async def _use(
        self,
        tx: Transaction,
        owner: UserId,
        use: Use,
        before: Collection[MediaId],
        after: Collection[MediaId],
        *,
        check: Callable[[Medium], None],
    ) -> None:
        added = [one for one in after if one not in before]
        removed = [one for one in before if one not in after]
        if not added and not removed:
            return
        found = await self.media.lock(tx, owner, [*added, *removed])
        for one in added:
            if one not in found:
                raise MediaNotFound(one)
            check(found[one])
        if added:
            self.media.use(tx, owner, use, added, self.clock.now())
        if removed:
            self.media.release(tx, owner, use, removed, self.clock.now() + USED_WITHIN)


def drop(media: MediaRepository, tx: Transaction, key: Key, clock: Clock) -> None:
    """Forget a locked medium; what was made of its bytes goes with the event."""
    media.drop(tx, key)
    publish(tx, MediumDeleted(key.owner, key.medium, clock.now()), by=key.owner)
