"""Posts of a feed's entries as they are now, each with the viewer's reaction: one statement for everybody of a tick."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Uuid, and_, select

from mesh.data import Loader, Querier, batch, statement
from svc_feed.domain.feed import Entry
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.post import Post
from svc_feed.domain.reaction import Reaction
from svc_feed.store.engagement import REACTION
from svc_feed.store.posts import ALIVE, FIELDS, post_of
from svc_feed.store.tables import engagement, posts

_p, _e = posts.c, engagement.c
_wanted = batch(viewer_id=Uuid(), author_id=Uuid(), post_id=Uuid())
_HYDRATE = statement(
    select(_wanted.c.viewer_id, *FIELDS, _e.reaction)
    .select_from(
        _wanted.join(posts, and_(_p.author_id == _wanted.c.author_id, _p.id == _wanted.c.post_id)).outerjoin(
            engagement,
            and_(
                _e.post_author_id == _wanted.c.author_id,
                _e.post_id == _wanted.c.post_id,
                _e.user_id == _wanted.c.viewer_id,
                _e.type == REACTION,
            ),
        )
    )
    .where(ALIVE),
    name="SELECT posts by entries",
)

_MAX_READS = 32  # reads that share a statement: more would make the first wait for the last


class Hydrated(NamedTuple):
    """A post with the viewer's reaction."""

    post: Post
    reaction: Reaction | None


class Read(NamedTuple):
    """What one viewer wants to see."""

    viewer: UserId
    entries: tuple[Entry, ...]


class Hydration:
    """Reads the primary: what was deleted or hidden a moment ago is not shown."""

    def __init__(self, q: Querier) -> None:
        self._q = q
        self._loader: Loader[Read, Mapping[PostId, Hydrated]] = Loader(self._fetch, max_batch=_MAX_READS)

    async def __call__(self, viewer: UserId, entries: Sequence[Entry]) -> Mapping[PostId, Hydrated]:
        """The posts that are still there, by id."""
        return await self._loader.load(Read(viewer, tuple(entries))) or {}

    async def _fetch(self, reads: Sequence[Read]) -> Mapping[Read, Mapping[PostId, Hydrated]]:
        wanted = {(read.viewer, entry.author_id, entry.post_id) for read in reads for entry in read.entries}
        viewers, authors, ids = zip(*wanted, strict=True) if wanted else ((), (), ())
        rows = await self._q.fetch(_HYDRATE, viewer_id=list(viewers), author_id=list(authors), post_id=list(ids))
        found: defaultdict[UserId, dict[PostId, Hydrated]] = defaultdict(dict)
        for row in rows:
            reaction = Reaction(row["reaction"]) if row["reaction"] else None
            found[row["viewer_id"]][row["id"]] = Hydrated(post_of(row), reaction)
        return {read: found[read.viewer] for read in reads}
