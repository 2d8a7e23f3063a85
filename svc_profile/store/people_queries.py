"""Searches for people: one statement for each set of filters, compiled when it is first asked for."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    CTE,
    BigInteger,
    Column,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    cast,
    func,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from mesh.data import Keyset, Listing, Querier, Record, Statement, constant, keyset, statement
from mesh.lexemes import quoted
from svc_profile.domain.findable import FILTER_BITS, Asked, Filter, Term, places, tag
from svc_profile.domain.ids import UserId
from svc_profile.store.people_degrees import BLOCKED, FRIENDS, SECOND, THERE, THIRD, degrees
from svc_profile.store.tables import education, people_search, positions, skills, users

_p, _u = people_search.c, users.c
MOST_HITS = 10_000
"""Of one search: more are neither counted nor shown."""
_MOST_READ = 2 * MOST_HITS
"""Of one reading of the words: some of them may not be found."""
MOST_VALUES = 10
"""Of one facet, the commonest."""
_WIDEST = "widest"
_READINGS = ("exact", "named", "plain", "misspelt_name")
"""Stricter ones, the strictest first."""
_FARTHEST = 3
"""Degrees are told up to here."""
_LISTED = {1: FRIENDS, 2: SECOND}
"""Degrees of which all members are known before any is asked about."""
_NEAREST, _NEAR = 3, 1
"""What a connection, and one of a connection, are ahead; a step of the match is worth 2."""


class Found(NamedTuple):
    """A member whom a search found; `degree` is None beyond 2."""

    user_id: UserId
    degree: int | None


class Wanted(NamedTuple):
    """What is searched for: words, tags of which each group has to have one, degrees."""

    asked: Asked | None
    narrowed: tuple[frozenset[int], ...]
    degrees: frozenset[int]


class First(NamedTuple):
    """What begins an answer: the list, its first rows read already; how many it has; and the commonest tags.

    Of each tag: how many have it, and one of them.
    """

    hits: Listing[Found]
    total: int
    tags: list[tuple[int, int, UserId]]


class PeopleSearch:
    """Finds members whom a viewer may find: not blocked, not suspended, and connected unless they let all find them.

    `friends` are the viewer's connections and the viewer: they are found by what only connections see.
    """

    def hits(
        self, q: Querier, wanted: Wanted, viewer: UserId, friends: Sequence[UserId], now: datetime
    ) -> Listing[Found]:
        """Whom it finds, by how well words match and how near they are, then by id."""
        return _list(_shape(wanted)).of(q, _found, **_parameters(wanted, viewer, friends, now))

    async def first(
        self, q: Querier, wanted: Wanted, viewer: UserId, friends: Sequence[UserId], now: datetime, size: int
    ) -> First:
        """The same with everything counted, in one statement; `size` rows of it are read."""
        rows = await q.fetch(_first(_shape(wanted)), **_parameters(wanted, viewer, friends, now), size=size)
        found = sorted((row for row in rows if row["rank"] is not None), key=_place)  # a union has no order
        tags = [(row["tag"], row["hits"], row["user_id"]) for row in rows if row["tag"] is not None]
        total = next(row["hits"] for row in rows if row["user_id"] is None)
        return First(self.hits(q, wanted, viewer, friends, now).begun(found), total, tags)

    async def third(
        self, q: Querier, user_ids: Sequence[UserId], viewer: UserId, friends: Sequence[UserId], now: datetime
    ) -> set[UserId]:
        """Those of some members, known to be farther than 2, who are at 3."""
        if not user_ids:
            return set()
        given = {"user_ids": list(user_ids), "viewer": viewer, "friends": list(friends), "now": now}
        return {row[0] for row in await q.fetch(THIRD, **given)}

    async def values(self, q: Querier, user_ids: Collection[UserId]) -> dict[int, str]:
        """What some members have on their profiles to narrow by, as they write it, by the tag of it."""
        told: dict[int, str] = {}
        for number, value in await q.fetch(_VALUES, user_ids=list(user_ids)):
            filter_ = Filter(number)
            for each in places(value) if filter_ is Filter.LOCATION else [value]:
                told.setdefault(tag(filter_, each), each)
        return told


def _shape(wanted: Wanted) -> "_Asked":
    return _Asked(wanted.asked is not None, len(wanted.narrowed), wanted.degrees)


def _parameters(wanted: Wanted, viewer: UserId, friends: Sequence[UserId], now: datetime) -> dict[str, Any]:
    given: dict[str, Any] = {"viewer": viewer, "friends": list(friends), "now": now}
    if wanted.asked:
        given |= {name: _tsquery(getattr(wanted.asked, name)) for name in (_WIDEST, *_READINGS)}
    return given | {f"narrowed_{at}": sorted(tags) for at, tags in enumerate(wanted.narrowed)}


def _place(row: Record) -> tuple[int, UserId]:
    return -row["rank"], row["user_id"]


def _found(row: Record) -> Found:
    return Found(row["user_id"], row["degree"])


def _tsquery(groups: Sequence[Sequence[Term]]) -> str:
    return " & ".join(
        f"({' | '.join(quoted(term.word) + (':*' if term.begins else '') for term in group)})" for group in groups
    )


def _value(filter_: Filter, column: Column[str]) -> Select[*tuple[Any, ...]]:
    whose = column.table.c.user_id == any_(bindparam("user_ids", type_=ARRAY(Uuid)))
    return select(constant(filter_.value).label("filter"), column.label("value")).where(whose)


_VALUES = statement(
    union_all(
        _value(Filter.COMPANY, positions.c.company_name),
        _value(Filter.SCHOOL, education.c.school),
        _value(Filter.SKILLS, skills.c.name),
        _value(Filter.INDUSTRY, _u.industry),
        _value(Filter.LOCATION, _u.location),
    ),
    name="SELECT values of facets",
)


class _Asked(NamedTuple):
    """What a statement is made for."""

    said: bool
    narrowed: int
    degrees: frozenset[int]


def _said(name: str) -> ColumnElement[bool]:
    return _p.words.op("@@", is_comparison=True)(cast(bindparam(name, type_=Text), TSQUERY))


def _worth(name: str) -> ColumnElement[int]:
    return constant(2 * (len(_READINGS) - _READINGS.index(name)))


def _reading(asked: _Asked, match: ColumnElement[int], *said: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Who matches one reading of the words, by the index alone, of those who are near enough where that is told."""
    narrowed = [_p.tags.op("&&")(bindparam(f"narrowed_{at}", type_=ARRAY(BigInteger))) for at in range(asked.narrowed)]
    lists = [_LISTED.get(degree) for degree in sorted(asked.degrees)]
    listed = [_p.user_id.in_(select(one.c.id)) for one in lists if one is not None]
    near = [or_(*listed)] if lists and len(listed) == len(lists) else []
    return (
        select(_p.user_id, _p.near, _p.split, _p.tags, match.label("match"))
        .where(*said, *narrowed, *near)
        .limit(constant(_MOST_READ))
    )


def _candidates(asked: _Asked) -> FromClause:
    """Who may be found, each row once, with the strictest reading by which it matches.

    One scan of the index answers the widest reading; the others are tried on what it finds. Where it finds more than is
    read, the others are asked for by themselves, and those who are near, so that the best are among what is read.
    """
    whole = constant(0)
    match = case(*((_said(name), _worth(name)) for name in _READINGS), else_=whole) if asked.said else whole
    said = [_said(_WIDEST)] if asked.said else []
    widest = _reading(asked, match, *said).cte("widest").prefix_with("MATERIALIZED")
    overflown = select(func.count()).select_from(widest).scalar_subquery() >= constant(_MOST_READ)
    near = _p.user_id == any_(bindparam("friends", type_=ARRAY(Uuid)))
    further = [_reading(asked, match, *said, near, overflown)]
    if asked.said:
        further += [_reading(asked, _worth(name), _said(name), overflown) for name in _READINGS]
    every = union_all(select(widest), *further).subquery("every")
    best = func.max(every.c.match).label("match")
    return (
        select(every.c.user_id, every.c.near, every.c.split, func.any_value(every.c.tags).label("tags"), best)
        .group_by(every.c.user_id, every.c.near, every.c.split)
        .subquery("who")
    )


def _hits(asked: _Asked) -> CTE:
    """Those who may be found; of a member who shows more to connections, those are shown that row.

    Whether somebody is there is asked member by member: few of all are hits, and a join would read all.
    """
    who = _candidates(asked)
    is_friend = FRIENDS.c.id.is_not(None)
    may_be_found = select(or_(_u.discoverable, is_friend)).where(_u.user_id == who.c.user_id, THERE).scalar_subquery()
    degree = degrees(who)
    nearness = case((degree[1], constant(_NEAREST)), (degree[2], constant(_NEAR)), else_=constant(0))
    third = [(degree[_FARTHEST], constant(_FARTHEST))] if _FARTHEST in asked.degrees else []  # it was looked for anyway
    told = case((degree[1], constant(1)), (degree[2], constant(2)), *third, else_=null())
    near_enough = [or_(*(degree[one] for one in sorted(asked.degrees)))] if asked.degrees else []
    rank = cast(who.c.match + nearness, Integer).label("rank")
    return (
        select(who.c.user_id, who.c.tags, rank, cast(told, Integer).label("degree"))
        .select_from(
            who.outerjoin(FRIENDS, FRIENDS.c.id == who.c.user_id).outerjoin(SECOND, SECOND.c.id == who.c.user_id)
        )
        .where(who.c.near == and_(who.c.split, is_friend), who.c.user_id.not_in(BLOCKED), *near_enough, may_be_found)
        .order_by(rank.desc(), who.c.user_id)
        .limit(constant(MOST_HITS))
        .cte("hits")
        .prefix_with("MATERIALIZED")
    )


@lru_cache(maxsize=512)
def _list(asked: _Asked) -> Keyset:
    hits = _hits(asked)
    listed = select(hits.c.user_id, hits.c.rank, hits.c.degree)
    return keyset(listed, hits.c.rank.desc(), hits.c.user_id, name="search people")


@lru_cache(maxsize=512)
def _first(asked: _Asked) -> Statement:
    hits = _hits(asked)
    none, no_tag, nobody = cast(null(), Integer), cast(null(), BigInteger), cast(null(), Uuid)
    page = (
        select(hits.c.user_id, hits.c.rank, hits.c.degree, no_tag.label("tag"), no_tag.label("hits"))
        .order_by(hits.c.rank.desc(), hits.c.user_id)
        .limit(bindparam("size"))
        .subquery("page")
    )
    each = select(func.unnest(hits.c.tags).label("tag"), hits.c.user_id).subquery("each")
    tally = (
        select(each.c.tag, func.count().label("hits"), func.any_value(each.c.user_id).label("example"))
        .group_by(each.c.tag)
        .subquery("tally")
    )
    of_filter = tally.c.tag.op("&")(constant(FILTER_BITS))
    place = func.row_number().over(partition_by=of_filter, order_by=(tally.c.hits.desc(), tally.c.tag))
    ranked = select(tally, place.label("place")).subquery("ranked")
    commonest = select(ranked.c.example, none, none, ranked.c.tag, ranked.c.hits).where(
        ranked.c.place <= constant(MOST_VALUES)
    )
    total = select(nobody, none, none, no_tag, func.count()).select_from(hits)
    return statement(union_all(select(page), commonest, total), name="search people, first page")
