"""The history of a post: what its edits changed."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from mesh.cache import HotCache
from mesh.data import Database, Page, Pager
from svc_feed.domain.differences import Part, differences
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.revision import Edit, Rewritten, ShownEdit
from svc_feed.store.revisions import RevisionRepository
from svc_feed.usecases.find_post import FindPost

_KEPT_BYTES = 8 * 1024 * 1024
_AT_ONCE = 2  # pages compared at a time, each in a thread: the calls of others go on meanwhile


@dataclass(frozen=True)
class PostRevisions:
    """Compared when somebody reads, as most edits are read by nobody; kept in the process, as an edit never changes."""

    db: Database
    revisions: RevisionRepository
    find: FindPost
    pager: Pager
    kept: HotCache[tuple[PostId, int], ShownEdit] = field(
        default_factory=lambda: HotCache[tuple[PostId, int], ShownEdit](_KEPT_BYTES, lambda one: one.size)
    )
    slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))

    async def list(self, me: UserId, post_id: PostId, *, size: int, token: str) -> Page[ShownEdit]:
        """The edits of a post that the caller may see, newest first; raises PostNotFound, PageTokenInvalid."""
        (post, _), _ = await self.find.to_read(me, post_id)

        async def compare(found: Sequence[Edit]) -> list[ShownEdit | None]:
            known = {one.revision: kept for one in found if (kept := self.kept.get((post_id, one.revision)))}
            if new := [one for one in found if one.revision not in known]:
                async with self.slots:
                    compared = await asyncio.to_thread(_compared, new)
                for one in compared:
                    self.kept.put((post_id, one.edit.revision), one)
                    known[one.edit.revision] = one
            return [known[one.revision] for one in found]

        listing = self.revisions.of_post(self.db, post).dressed(compare)
        scope = f"revisions/{post_id}"
        return await self.pager.page(token, size, scope, listing, weigh=lambda one: one.size, default=10, maximum=20)


def _compared(edits: Sequence[Edit]) -> list[ShownEdit]:
    return [ShownEdit(one, _parts(one.title), _parts(one.content)) for one in edits]


def _parts(text: Rewritten | None) -> tuple[Part, ...]:
    return differences(text.before, text.after) if text else ()
