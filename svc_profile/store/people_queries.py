"""Searches for people: one statement for each set of filters, compiled when it is first asked for."""

from collections.abc import Sequence
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

from mesh.data import Keyset, Listing, Querier, Statement, constant, keyset, statement
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
_READINGS = ("exact", "named", "plain", "misspelt_name")
_FARTHEST = 3
"""Degrees are told up to here."""
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


class PeopleSearch:
    """Finds members whom a viewer may find: not blocked, not suspended, and connected unless they let all find them.

    `friends` are the viewer's connections and the viewer: they are found by what only connections see.
    """

    def hits(
        self, q: Querier, wanted: Wanted, viewer: UserId, friends: Sequence[UserId], now: datetime
    ) -> Listing[Found]:
        """Whom it finds, by how well words match and how near they are, then by id."""
        given = _parameters(wanted, viewer, friends, now)
        said = {name: _tsquery(getattr(wanted.asked, name)) for name in _READINGS} if wanted.asked else {}
        return _list(_shape(wanted)).of(q, lambda row: Found(row["user_id"], row["degree"]), **given, **said)

    async def count(
        self, q: Querier, wanted: Wanted, viewer: UserId, friends: Sequence[UserId], now: datetime
    ) -> tuple[int, list[tuple[int, int, UserId]]]:
        """How many it finds, and the commonest tags: how many have one, and one of them."""
        given = _parameters(wanted, viewer, friends, now)
        rows = await q.fetch(_counts(_shape(wanted)), **given)
        total = next(row["hits"] for row in rows if row["tag"] is None)
        return total, [(row["tag"], row["hits"], row["example"]) for row in rows if row["tag"] is not None]

    async def third(
        self, q: Querier, user_ids: Sequence[UserId], viewer: UserId, friends: Sequence[UserId], now: datetime
    ) -> set[UserId]:
        """Those of some members, known to be farther than 2, who are at 3."""
        given = {"user_ids": list(user_ids), "viewer": viewer, "friends": list(friends), "now": now}
        return {row[0] for row in await q.fetch(THIRD, **given)}

    async def values(self, q: Querier, user_ids: Sequence[UserId]) -> dict[int, str]:
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
        given["said"] = _tsquery(wanted.asked.widest)
    return given | {f"narrowed_{at}": sorted(tags) for at, tags in enumerate(wanted.narrowed)}


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


def _hits(asked: _Asked, who: FromClause, columns: Sequence[ColumnElement[Any]], *, ranked: bool) -> CTE:
    """Those of `who` that may be found; of a member who shows more to connections, those are shown that row.

    Whether somebody is there is asked member by member: few of all are hits, and a join would read all.
    """
    is_friend = FRIENDS.c.id.is_not(None)
    may_be_found = select(or_(_u.discoverable, is_friend)).where(_u.user_id == who.c.user_id, THERE).scalar_subquery()
    rows = who.outerjoin(FRIENDS, FRIENDS.c.id == who.c.user_id)
    if ranked or asked.degrees - {1}:
        rows = rows.outerjoin(SECOND, SECOND.c.id == who.c.user_id)
    near_enough = [or_(*(degrees(who)[degree] for degree in sorted(asked.degrees)))] if asked.degrees else []
    return (
        select(who.c.user_id, *columns)
        .select_from(rows)
        .where(who.c.near == and_(who.c.split, is_friend), who.c.user_id.not_in(BLOCKED), *near_enough, may_be_found)
        .limit(constant(MOST_HITS))
        .cte("hits")
        .prefix_with("MATERIALIZED")
    )


def _reading(asked: _Asked, name: str | None, worth: int) -> Select[*tuple[Any, ...]]:
    """Who matches one reading of the words, by the index alone."""
    said = [_p.words.op("@@")(cast(bindparam(name, type_=Text), TSQUERY))] if name and asked.said else []
    narrowed = [_p.tags.op("&&")(bindparam(f"narrowed_{at}", type_=ARRAY(BigInteger))) for at in range(asked.narrowed)]
    return (
        select(_p.user_id, _p.near, _p.split, _p.tags, constant(worth).label("match"))
        .where(*said, *narrowed)
        .limit(constant(_MOST_READ))
    )


@lru_cache(maxsize=512)
def _list(asked: _Asked) -> Keyset:
    readings = [_reading(asked, "said", 0)]
    if asked.said:
        readings += [_reading(asked, name, 2 * (len(_READINGS) - at)) for at, name in enumerate(_READINGS)]
    every = union_all(*readings).subquery("every")
    match = func.max(every.c.match).label("match")
    who = (
        select(every.c.user_id, every.c.near, every.c.split, match)
        .group_by(every.c.user_id, every.c.near, every.c.split)
        .order_by(match.desc(), every.c.user_id)
        .limit(constant(_MOST_READ))
        .subquery("who")
    )
    degree = degrees(who)
    nearness = case((degree[1], constant(_NEAREST)), (degree[2], constant(_NEAR)), else_=constant(0))
    third = [(degree[_FARTHEST], constant(_FARTHEST))] if _FARTHEST in asked.degrees else []  # it was looked for anyway
    told = case((degree[1], constant(1)), (degree[2], constant(2)), *third, else_=null())
    columns = [cast(who.c.match + nearness, Integer).label("rank"), cast(told, Integer).label("degree")]
    hits = _hits(asked, who, columns, ranked=True)
    listed = select(hits.c.user_id, hits.c.rank, hits.c.degree)
    return keyset(listed, hits.c.rank.desc(), hits.c.user_id, name="search people")


@lru_cache(maxsize=512)
def _counts(asked: _Asked) -> Statement:
    who = _reading(asked, "said", 0).subquery("who")
    hits = _hits(asked, who, [who.c.tags], ranked=False)
    each = select(func.unnest(hits.c.tags).label("tag"), hits.c.user_id).subquery("each")
    tally = (
        select(each.c.tag, func.count().label("hits"), func.any_value(each.c.user_id).label("example"))
        .group_by(each.c.tag)
        .subquery("tally")
    )
    of_filter = tally.c.tag.op("&")(constant(FILTER_BITS))
    place = func.row_number().over(partition_by=of_filter, order_by=(tally.c.hits.desc(), tally.c.tag))
    ranked = select(tally, place.label("place")).subquery("ranked")
    return statement(
        select(ranked.c.tag, ranked.c.hits, ranked.c.example)
        .where(ranked.c.place <= constant(MOST_VALUES))
        .union_all(select(cast(null(), BigInteger), func.count(), cast(null(), Uuid)).select_from(hits)),
        name="count people",
    )
