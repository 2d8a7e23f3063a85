"""What feeds are made of: recent posts with their signals, affinities, and authors who are not fanned out."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, func, or_, select, true
from sqlalchemy.dialects.postgresql import insert

from mesh.data import Querier, batch, constant, statement
from mesh.ids import timestamp_of
from svc_feed.domain.feed import MAX_ENTRIES
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.scoring import Signals
from svc_feed.domain.visibility import Visibility
from svc_feed.store.engagement import REACTION
from svc_feed.store.tables import ALIVE, engagement, posts, wide_authors

_PER_AUTHOR = 100
"""Posts of one author that come into consideration: nobody's feed is one voice."""

_p, _e, _w = posts.c, engagement.c, wide_authors.c
_authors = batch(author_id=Uuid())
_recent = (
    select(_p.author_id, _p.id, _p.like_count, _p.comment_count, _p.share_count)
    .where(
        _p.author_id == _authors.c.author_id,
        _p.id >= bindparam("newer_than"),
        or_(_p.visibility != constant(Visibility.PRIVATE.value), _p.author_id == bindparam("viewer")),
        ALIVE,
    )
    .order_by(_p.id.desc())
    .limit(constant(_PER_AUTHOR))
    .lateral("recent")
)
_affinity = (
    select(func.count().label("affinity"))
    .where(
        _e.post_author_id == _authors.c.author_id,
        _e.user_id == bindparam("viewer"),
        _e.post_id >= bindparam("affinity_since"),
        _e.type == REACTION,
    )
    .lateral("affinity")
)
_CANDIDATES = statement(
    select(_recent, _affinity.c.affinity)
    .select_from(_authors.join(_recent, true()).join(_affinity, true()))
    .order_by(_recent.c.id.desc())
    .limit(constant(MAX_ENTRIES)),
    name="SELECT posts for a feed",
)
_AFFINITIES = statement(
    select(_e.user_id, func.count())
    .where(_e.post_author_id == bindparam("author"), _e.post_id >= bindparam("since"), _e.type == REACTION)
    .group_by(_e.user_id)
)
_WIDE = statement(select(_w.author_id).where(_w.author_id == any_(bindparam("authors", type_=ARRAY(Uuid)))))
_MARK_WIDE = statement(
    insert(wide_authors)
    .values(author_id=bindparam("author"), since=bindparam("at"))
    .on_conflict_do_update(index_elements=[_w.author_id], set_={"since": _w.since})
    .returning(_w.since)
)


class Candidate(NamedTuple):
    """A post that may enter a feed, with what its score is made of."""

    author_id: UserId
    post_id: PostId
    signals: Signals


class RankingRepository:
    """Reads for building feeds; any of them may be a little behind."""

    async def candidates(
        self, q: Querier, viewer: UserId, authors: Sequence[UserId], *, newer_than: UUID, affinity_since: UUID
    ) -> list[Candidate]:
        """The newest MAX_ENTRIES posts of `authors` with ids from `newer_than`, without others' private ones."""
        rows = await q.fetch(
            _CANDIDATES, author_id=list(authors), viewer=viewer, newer_than=newer_than, affinity_since=affinity_since
        )
        return [
            Candidate(
                row["author_id"],
                row["id"],
                Signals(
                    published_at=timestamp_of(row["id"]).timestamp(),
                    likes=row["like_count"],
                    comments=row["comment_count"],
                    shares=row["share_count"],
                    affinity=row["affinity"],
                ),
            )
            for row in rows
        ]

    async def affinities(self, q: Querier, author: UserId, *, since: UUID) -> dict[UserId, int]:
        """How often each member reacted to the author's posts with ids from `since`."""
        return {row[0]: row[1] for row in await q.fetch(_AFFINITIES, author=author, since=since)}

    async def wide_among(self, q: Querier, authors: Sequence[UserId]) -> set[UserId]:
        """Which of `authors` are merged at read time."""
        return {row[0] for row in await q.fetch(_WIDE, authors=list(authors))}

    async def mark_wide(self, q: Querier, author: UserId, at: datetime) -> datetime:
        """Let an author's posts be merged at read time; returns since when they are."""
        return await q.fetch_value(_MARK_WIDE, author=author, at=at)
