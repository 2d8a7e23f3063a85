"""Many posts as they are now, each with the viewer's reaction: one statement for everybody of a tick."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Uuid, and_, select

from mesh.data import Loader, Querier, batch, statement
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.item import Seen
from svc_feed.store.posts import ALIVE, FIELDS, seen_of, with_reaction
from svc_feed.store.tables import engagement, posts

_wanted = batch(viewer_id=Uuid(), author_id=Uuid(), post_id=Uuid())
_found = _wanted.join(posts, and_(posts.c.author_id == _wanted.c.author_id, posts.c.id == _wanted.c.post_id))
_HYDRATE = statement(
    select(_wanted.c.viewer_id, *FIELDS, engagement.c.reaction)
    .select_from(with_reaction(_found, _wanted.c.viewer_id))
    .where(ALIVE),
    name="SELECT posts by entries",
)

_MAX_READS = 32  # reads that share a statement: more would make the first wait for the last


class _Read(NamedTuple):
    """What one viewer wants to see, as pairs of author and post."""

    viewer: UserId
    wanted: tuple[tuple[UserId, PostId], ...]


class Hydration:
    """Reads the primary: what was deleted or hidden a moment ago is not shown."""

    def __init__(self, q: Querier) -> None:
        self._q = q
        self._loader: Loader[_Read, Mapping[PostId, Seen]] = Loader(self._fetch, max_batch=_MAX_READS)

    async def __call__(self, viewer: UserId, wanted: Iterable[tuple[UserId, PostId]]) -> Mapping[PostId, Seen]:
        """The posts that are still there, by id; found by the pairs of author and post, whoever may see them."""
        return await self._loader.load(_Read(viewer, tuple(wanted))) or {}

    async def _fetch(self, reads: Sequence[_Read]) -> Mapping[_Read, Mapping[PostId, Seen]]:
        wanted = {(read.viewer, *pair) for read in reads for pair in read.wanted}
        viewers, authors, ids = zip(*wanted, strict=True) if wanted else ((), (), ())
        rows = await self._q.fetch(_HYDRATE, viewer_id=list(viewers), author_id=list(authors), post_id=list(ids))
        found: defaultdict[UserId, dict[PostId, Seen]] = defaultdict(dict)
        for row in rows:
            found[row["viewer_id"]][row["id"]] = seen_of(row)
        return {read: found[read.viewer] for read in reads}
