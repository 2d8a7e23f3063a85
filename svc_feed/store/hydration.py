"""Many posts as they are now, each with what its viewer did with it: one statement for everybody of a tick.

A post that is kept here does not travel again: the statement is told the revision that is kept, and gives the rest of
the row only where that is another one. Whether the post is there, its revision and its counts come from the database
every time, so nothing that is kept can be out of date.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import Integer, Uuid, and_, case, select

from mesh.cache import HotCache
from mesh.data import Loader, Querier, batch, statement
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.item import Own, Seen
from svc_feed.domain.post import Kind, Post
from svc_feed.domain.reaction import Reaction
from svc_feed.domain.tally import PostKey
from svc_feed.store.posts import FIELDS, OWN, post_of, with_own
from svc_feed.store.tables import ALIVE, posts

_KEPT_BYTES = 32 * 1024 * 1024
_KEPT_MENTIONS = 20_000  # posts: some 10 MB
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
    .select_from(with_own(_found, _wanted.c.viewer_id, _wanted.c.author_id, _wanted.c.post_id))
    .where(ALIVE),
    name="SELECT posts by entries",
)
_MOVED, _OWNED = slice(1, len(_MOVING) + 1), slice(len(_MOVING) + 1, len(_MOVING) + 1 + len(OWN))
_REACTION: dict[str | None, Reaction | None] = {None: None, **{one.value: one for one in Reaction}}


class _Read:
    """What one viewer wants to see; each read is one of its own."""

    __slots__ = ("keys", "viewer")

    def __init__(self, viewer: UserId, keys: Sequence[PostKey]) -> None:
        self.viewer = viewer
        self.keys = keys


_NO_MARKS = (None, False, None)


class _Kept(NamedTuple):
    """A post, as who did nothing with it sees it, with what moves of its row, the revision first."""

    untouched: Seen
    moving: tuple[Any, ...]


class Hydration:
    """Reads the primary: what was deleted or hidden a moment ago is not shown."""

    def __init__(self, q: Querier) -> None:
        self._q = q
        self._loader: Loader[_Read, list[Seen | None]] = Loader(self._fetch, max_batch=_MAX_READS)
        self._kept: HotCache[PostId, _Kept] = HotCache(
            _KEPT_BYTES, lambda kept: kept.untouched.post.size + _OBJECT_BYTES
        )
        self._mentioned: HotCache[PostId, frozenset[UserId]] = HotCache(_KEPT_MENTIONS)

    async def __call__(self, viewer: UserId, keys: Sequence[PostKey]) -> list[Seen | None]:
        """For each key the post, whoever may see it; None where there is none any more."""
        return await self.start(viewer, keys) or []

    async def kinds(self, viewer: UserId, keys: Sequence[PostKey]) -> list[Kind | None]:
        """The kinds of posts, which never change: only of those that are not kept here the posts are read."""
        held = [self._kept.get(post_id) for _, post_id in keys]
        unknown = [key for key, kept in zip(keys, held, strict=True) if kept is None]
        found = iter(await self(viewer, unknown) if unknown else ())
        posts = [kept.untouched if kept else next(found) for kept in held]
        return [seen.post.kind if seen else None for seen in posts]

    def start(self, viewer: UserId, keys: Sequence[PostKey]) -> "asyncio.Future[list[Seen | None] | None]":
        """Ask with the others of this tick; await what is returned, or `forget` it."""
        return self._loader.start(_Read(viewer, keys))

    def mentioned(self, keys: Sequence[PostKey]) -> set[UserId]:
        """Whom these posts mention, as far as they were read before: whoever shows them asks about both at once."""
        known = [self._mentioned.get(post_id) for _, post_id in keys] if self._mentioned else ()
        return {one for people in known if people for one in people}

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
            known=[kept.moving[0] if kept else 0 for kept in held],
        )
        found: list[Seen | None] = [None] * len(keys)
        for row in rows:
            at, moving, marks = row[0], row[_MOVED], row[_OWNED]
            kept = held[at]
            if kept is None or kept.moving[0] != moving[0]:
                seen = self._keep(post_of(row), moving)
            elif kept.moving != moving:
                seen = self._keep(_counted(kept.untouched.post, *moving[1:]), moving)
            else:
                seen = kept.untouched
            if marks != _NO_MARKS:
                reaction, bookmarked, chosen = marks
                seen = Seen(seen.post, Own(_REACTION[reaction], bookmarked, chosen))
            found[at] = seen
        each = iter(found)
        return {read: [*islice(each, len(read.keys))] for read in reads}

    def _keep(self, post: Post, moving: tuple[Any, ...]) -> Seen:
        seen = Seen(post)
        self._kept.put(post.id, _Kept(seen, moving))
        if post.mentions:
            self._mentioned.put(post.id, post.people)
        return seen


def _counted(post: Post, likes: int, comments: int, shares: int, kinds: list[int], answers: list[int] | None) -> Post:
    """A post of the same revision with other counts."""
    counts = {"like_count": likes, "comment_count": comments, "share_count": shares}
    return replace(post, **counts, reaction_counts=tuple(kinds), poll_votes=tuple(answers or ()))
