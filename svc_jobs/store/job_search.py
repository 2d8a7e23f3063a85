"""Search for open jobs: one statement per combination of filters, compiled when it is first asked for."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Double,
    SmallInteger,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from mesh.data import Keyset, Listing, Querier, Statement, constant, keyset, statement
from mesh.lexemes import query
from mesh.texts import fold
from svc_jobs.domain.job import Job, Status
from svc_jobs.domain.search import Facets, Filters
from svc_jobs.store.jobs import COLUMNS, job_of
from svc_jobs.store.tables import jobs

_j = jobs.c
_QUERY = cast(bindparam("said", type_=Text), TSQUERY)
_A_YEAR = case(
    *((_j.salary_period == constant(period), constant(times)) for period, times in ((1, 2080), (2, 260), (3, 12))),
    else_=constant(1),
)
"""How many hours, days or months somebody is paid for in a year: 40 hours in each of 52 weeks."""
_CONDITIONS: Mapping[str, ColumnElement[bool]] = {
    "said": _j.words.op("@@")(_QUERY),
    "location": _j.place.like(any_(bindparam("location", type_=ARRAY(Text)))),
    "experience_level": _j.experience_level == any_(bindparam("experience_level", type_=ARRAY(SmallInteger))),
    "remote": _j.remote == bindparam("remote"),
    # an end that is not said is open; what says nothing of pay is not found by it
    "salary_min": or_(
        _j.salary_max * _A_YEAR >= bindparam("salary_min", type_=BigInteger),
        and_(_j.salary_max.is_(None), _j.salary_min.is_not(None)),
    ),
    "salary_currency": _j.salary_currency == bindparam("salary_currency"),
    "company_id": _j.company_id == any_(bindparam("company_id", type_=ARRAY(Uuid))),
    "employment_type": _j.employment_type == any_(bindparam("employment_type", type_=ARRAY(SmallInteger))),
    "skills": _j.skill_keys.op("@>")(bindparam("skills", type_=ARRAY(Text))),
    "posted_after": _j.created_at > bindparam("posted_after"),
}
_FACETS = (_j.experience_level, _j.employment_type, _j.remote)
_CHUNK = 50  # jobs of one statement: a description may have 20,000 characters


class JobSearch:
    """Finds open jobs; with words the best match first, otherwise the newest."""

    def matching(self, q: Querier, filters: Filters, now: datetime) -> Listing[Job]:
        """The jobs that match all filters."""
        given = _parameters(filters)
        return _list(frozenset(given)).of(q, lambda row: job_of(row).as_of(now), **given, now=now)

    async def count(self, q: Querier, filters: Filters, now: datetime) -> tuple[int, Facets]:
        """How many jobs match in all, and how many of them for each value of each facet."""
        given = _parameters(filters)
        rows = await q.fetch(_counts(frozenset(given)), **given, now=now)
        facets: dict[str, dict[str, int]] = {column.name: {} for column in _FACETS}
        total = 0
        for row in rows:
            column = _FACETS[row["facet"]].name if row["facet"] < len(_FACETS) else None
            if column is None:
                total = row["jobs"]
            else:
                facets[column][str(row[column])] = row["jobs"]
        return total, facets


def _parameters(filters: Filters) -> dict[str, Any]:
    """The parameters of the filters that ask for something, folded as what they are compared with."""
    asked: dict[str, Any] = {
        "said": query(filters.q) if filters.q else None,
        "location": [f"%{_escaped(fold(place))}%" for place in filters.location],
        "experience_level": list(filters.experience_level),
        "remote": filters.remote,
        "salary_min": filters.salary_min or None,
        "salary_currency": filters.salary_currency,
        "company_id": list(filters.company_id),
        "employment_type": list(filters.employment_type),
        "skills": [fold(skill) for skill in filters.skills],
        "posted_after": filters.posted_after,
    }
    return {name: value for name, value in asked.items() if value not in (None, [])}


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _matching(asked: frozenset[str]) -> list[ColumnElement[bool]]:
    open_now = [_j.status == constant(Status.OPEN.value), _j.expires_at > bindparam("now"), ~_j.removed]
    return open_now + [condition for name, condition in _CONDITIONS.items() if name in asked]


@lru_cache(maxsize=1024)
def _list(asked: frozenset[str]) -> Keyset:
    newest = (_j.created_at.desc(), _j.job_id.desc())
    if "said" not in asked:
        return keyset(select(*COLUMNS).where(*_matching(asked)), *newest, chunk=_CHUNK, name="search jobs")
    rank = cast(func.ts_rank(_j.words, _QUERY), Double).label("rank")
    best = select(*COLUMNS, rank).where(*_matching(asked))
    return keyset(best, rank.desc(), *newest, chunk=_CHUNK, name="search jobs")


@lru_cache(maxsize=1024)
def _counts(asked: frozenset[str]) -> Statement:
    """All facets and the total in one pass; `facet` is the index of the grouped column, their number for the total."""
    grouping = literal_column(
        "CASE WHEN GROUPING(jobs.experience_level) = 0 THEN 0 WHEN GROUPING(jobs.employment_type) = 0 THEN 1"
        " WHEN GROUPING(jobs.remote) = 0 THEN 2 ELSE 3 END"
    )
    sets = func.grouping_sets(*(tuple_(column) for column in _FACETS), literal_column("()"))
    query = select(*_FACETS, grouping.label("facet"), func.count().label("jobs"))
    return statement(query.where(*_matching(asked)).group_by(sets), name="count jobs")
