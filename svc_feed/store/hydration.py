"""Many posts as they are now, each with what its viewer did with it: one statement for everybody of a tick.

A post that is kept here does not travel again: the statement is told the revision that is kept, and gives the rest of
the row only where that is another one. Whether the post is there, its revision and its counts come from the database
every time, so nothing that is kept can be out of date.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from sqlalchemy import Integer, Uuid, and_, case, select

from mesh.cache import HotCache
from mesh.data import Loader, Querier, batch, statement
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.item import Own, Seen
from svc_feed.domain.post import Post
from svc_feed.domain.reaction import Reaction
from svc_feed.domain.tally import PostKey
from svc_feed.store.posts import FIELDS, OWN, post_of, with_own
from svc_feed.store.tables import ALIVE, posts

_KEPT_BYTES = 32 * 1024 * 1024
_OBJECT_BYTES = 1_000  # what a post takes besides its texts
_MAX_READS = 32  # reads that share a statement: more would make the first wait for the last

_p = posts.c
_MOVING = (_p.revision, _p.like_count, _p.comment_count, _p.share_count, _p.reaction_counts, _p.poll_votes)
_wanted = batch(at=Integer(), viewer_id=Uuid(), author_id=Uuid(), post_id=Uuid(), known=Integer())
_found = _wanted.join(posts, and_(_p.author_id == _wanted.c.author_id, _p.id == _wanted.c.post_id))
_names = {column.name for column in _MOVING}
_HYDRATE = statement(
    select(
        _wanted.c.at,
        *_MOVING,
        *OWN,
        *(case((_p.revision != _wanted.c.known, one)).label(one.name) for one in FIELDS if one.name not in _names),
    )
    .select_from(with_own(_found, _wanted.c.viewer_id))
    .where(ALIVE),
    name="SELECT posts by entries",
)
_ALWAYS = slice(len(_MOVING) + len(OWN) + 1)
_REACTION: dict[str | None, Reaction | None] = {None: None, **{one.value: one for one in Reaction}}


class _Read:
    """What one viewer wants to see; each read is one of its own."""

    __slots__ = ("keys", "viewer")

    def __init__(self, viewer: UserId, keys: Sequence[PostKey]) -> None:
        self.viewer = viewer
        self.keys = keys


class Hydration:
    """Reads the primary: what was deleted or hidden a moment ago is not shown."""

    def __init__(self, q: Querier) -> None:
        self._q = q
        self._loader: Loader[_Read, list[Seen | None]] = Loader(self._fetch, max_batch=_MAX_READS)
        self._kept: HotCache[PostId, Post] = HotCache(_KEPT_BYTES, lambda post: post.size + _OBJECT_BYTES)

    async def __call__(self, viewer: UserId, keys: Sequence[PostKey]) -> list[Seen | None]:
        """For each key the post, whoever may see it; None where there is none any more."""
        return await self.start(viewer, keys) or []

    def start(self, viewer: UserId, keys: Sequence[PostKey]) -> "asyncio.Future[list[Seen | None] | None]":
        """Ask with the others of this tick; await what is returned, or `forget` it."""
        return self._loader.start(_Read(viewer, keys))

    def forget(self, found: "asyncio.Future[list[Seen | None] | None]") -> None:
        """Do without posts that were asked for."""
        self._loader.forget(found)

    async def _fetch(self, reads: Sequence[_Read]) -> dict[_Read, list[Seen | None]]:
        keys = [key for read in reads for key in read.keys]
        held = [self._kept.get(post_id) for _, post_id in keys]
        rows = await self._q.fetch(
            _HYDRATE,
            at=list(range(len(keys))),
            viewer_id=[read.viewer for read in reads for _ in read.keys],
            author_id=[author_id for author_id, _ in keys],
            post_id=[post_id for _, post_id in keys],
            known=[post.revision if post else 0 for post in held],
        )
        found: list[Seen | None] = [None] * len(keys)
        for row in rows:
            at, revision, *counts, reaction, bookmarked, chosen = row[_ALWAYS]
            post = held[at]
            if post is None or post.revision != revision:
                post = self._keep(post_of(row))
            else:
                post = self._counted(post, *counts)
            found[at] = Seen(post, Own(_REACTION[reaction], bookmarked, chosen))
        each = iter(found)
        return {read: [*islice(each, len(read.keys))] for read in reads}

    def _counted(
        self, post: Post, likes: int, comments: int, shares: int, kinds: list[int], answers: list[int] | None
    ) -> Post:
        by_kind, votes = tuple(kinds), tuple(answers or ())
        if (
            post.like_count == likes
            and post.comment_count == comments
            and post.share_count == shares
            and post.reaction_counts == by_kind
            and post.poll_votes == votes
        ):
            return post
        counts = {"like_count": likes, "comment_count": comments, "share_count": shares}
        moved = replace(post, **counts, reaction_counts=by_kind, poll_votes=votes)
        return self._keep(moved)

    def _keep(self, post: Post) -> Post:
        self._kept.put(post.id, post)
        return post
