"""What feeds are made of: recent posts with their signals, affinities, topics, and authors who are not fanned out."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    func,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.sql.selectable import LateralFromClause

from mesh.data import Querier, Record, batch, by_column, constant, statement
from mesh.ids import timestamp_of
from svc_feed.domain.feed import MAX_ENTRIES
from svc_feed.domain.ids import UserId
from svc_feed.domain.scoring import Candidate, Signals
from svc_feed.domain.tally import PostKey
from svc_feed.domain.visibility import Visibility
from svc_feed.store.engagement import REACTION
from svc_feed.store.tables import ALIVE, engagement, post_topics, posts, topic_follows, wide_authors

_PER_AUTHOR = 100
"""Posts of one author that come into consideration: nobody's feed is one voice."""

_OF_TOPICS = 200
"""Posts of all followed topics together that come into consideration: what members follow most are people."""

_p, _e, _w, _t, _f = posts.c, engagement.c, wide_authors.c, post_topics.c, topic_follows.c
_SCORED = (_p.author_id, _p.id, _p.like_count, _p.comment_count, _p.share_count)
_authors = batch(author_id=Uuid(), connected=Boolean())
_recent = (
    select(*_SCORED)
    .where(
        _p.author_id == _authors.c.author_id,
        _p.id >= bindparam("newer_than"),
        _p.company_id.is_(None),
        or_(
            _p.visibility.not_in([constant(Visibility.PRIVATE.value), constant(Visibility.CONNECTIONS.value)]),
            and_(_p.visibility == constant(Visibility.CONNECTIONS.value), _authors.c.connected),
            _p.author_id == bindparam("viewer"),
        ),
        ALIVE,
    )
    .order_by(_p.id.desc())
    .limit(constant(_PER_AUTHOR))
    .lateral("recent")
)


def _affinity_to(author: ColumnElement[Any]) -> LateralFromClause:
    return (
        select(func.count().label("affinity"))
        .where(
            _e.post_author_id == author,
            _e.user_id == bindparam("viewer"),
            _e.post_id >= bindparam("affinity_since"),
            _e.type == REACTION,
        )
        .lateral("affinity")
    )


_affinity = _affinity_to(_authors.c.author_id)
_CANDIDATES = statement(
    select(_recent, _affinity.c.affinity)
    .select_from(_authors.join(_recent, true()).join(_affinity, true()))
    .order_by(_recent.c.id.desc())
    .limit(constant(MAX_ENTRIES)),
    name="SELECT posts for a feed",
)
_wanted = batch(author_id=Uuid(), post_id=Uuid())
_liked = _affinity_to(_wanted.c.author_id)
_BY_KEY = statement(
    select(*_SCORED, _liked.c.affinity)
    .select_from(
        _wanted.join(posts, and_(_p.author_id == _wanted.c.author_id, _p.id == _wanted.c.post_id)).join(_liked, true())
    )
    .where(ALIVE),
    name="SELECT posts for a feed by key",
)
_OF = statement(
    select(_t.author_id, _t.post_id)
    .where(_t.topic == any_(bindparam("topics", type_=ARRAY(Text))), _t.post_id >= bindparam("newer_than"))
    .distinct()
    .order_by(_t.post_id.desc())
    .limit(constant(_OF_TOPICS)),
    name="SELECT posts of topics for a feed",
)
_AFFINITIES = statement(
    select(_e.user_id, func.count())
    .where(
        _e.post_author_id == bindparam("author"),
        _e.user_id == any_(bindparam("readers", type_=ARRAY(Uuid))),
        _e.post_id >= bindparam("since"),
        _e.type == REACTION,
    )
    .group_by(_e.user_id)
)
_SETTING = statement(
    union_all(
        select(_w.author_id, null().cast(Text).label("topic")).where(
            _w.author_id == any_(bindparam("authors", type_=ARRAY(Uuid)))
        ),
        select(null().cast(Uuid), _f.topic).where(_f.user_id == bindparam("viewer")),
    ),
    name="SELECT wide authors and followed topics",
)


class Setting(NamedTuple):
    """Which authors are merged when a feed is read, and the topics that its reader follows."""

    wide: frozenset[UserId]
    topics: frozenset[str]


class RankingRepository:
    """Reads for building feeds; any of them may be a little behind."""

    async def candidates(
        self, q: Querier, viewer: UserId, authors: Mapping[UserId, bool], *, newer_than: UUID, affinity_since: UUID
    ) -> list[Candidate]:
        """The newest MAX_ENTRIES posts of `authors` with ids from `newer_than`.

        What is for connections is among them for authors who are connected with the viewer, what is private for none
        but the viewer.
        """
        rows = await q.fetch(
            _CANDIDATES,
            author_id=[*authors],
            connected=[*authors.values()],
            viewer=viewer,
            newer_than=newer_than,
            affinity_since=affinity_since,
        )
        return [*map(_candidate, rows)]

    async def candidates_among(
        self, q: Querier, viewer: UserId, keys: Iterable[PostKey], *, affinity_since: UUID
    ) -> list[Candidate]:
        """Those of some posts that there are, whoever may see them."""
        wanted = by_column(("author_id", "post_id"), keys)
        return [*map(_candidate, await q.fetch(_BY_KEY, **wanted, viewer=viewer, affinity_since=affinity_since))]

    async def of_topics(self, q: Querier, topics: Iterable[str], *, newer_than: UUID) -> list[PostKey]:
        """The newest posts that are listed under any of some topics, with ids from `newer_than`."""
        return [PostKey(*row) for row in await q.fetch(_OF, topics=[*topics], newer_than=newer_than)]

    async def affinities(
        self, q: Querier, author: UserId, readers: Sequence[UserId], *, since: UUID
    ) -> dict[UserId, int]:
        """How often each of `readers` reacted to the author's posts with ids from `since`, where they did."""
        rows = await q.fetch(_AFFINITIES, author=author, readers=list(readers), since=since)
        return {row[0]: row[1] for row in rows}

    async def setting(self, q: Querier, viewer: UserId, authors: Iterable[UserId]) -> Setting:
        """Which of `authors` are merged at read time, and the topics that the viewer follows."""
        rows = await q.fetch(_SETTING, authors=[*authors], viewer=viewer)
        return Setting(
            frozenset(author for author, _ in rows if author), frozenset(topic for _, topic in rows if topic)
        )


def _candidate(row: Record) -> Candidate:
    author_id, post_id, likes, comments, shares, affinity = row
    return Candidate(
        author_id,
        post_id,
        Signals(
            published_at=timestamp_of(post_id).timestamp(),
            likes=likes,
            comments=comments,
            shares=shares,
            affinity=affinity,
        ),
    )
