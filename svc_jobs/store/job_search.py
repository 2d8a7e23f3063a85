"""Search for open jobs: one statement per combination of filters, compiled when it is first asked for."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    DateTime,
    Double,
    SmallInteger,
    Text,
    Uuid,
    any_,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    tuple_,
)

from mesh.data import Querier, Statement, constant, statement
from svc_jobs.domain.job import Status
from svc_jobs.domain.search import Cursor, Facets, Filters, Found
from svc_jobs.store.jobs import COLUMNS, job_of
from svc_jobs.store.tables import jobs

_j = jobs.c
_ENGLISH = literal_column("'english'::regconfig")
_QUERY = func.websearch_to_tsquery(_ENGLISH, bindparam("q", type_=Text))
_TOP = func.coalesce(_j.salary_max, _j.salary_min)
_CONDITIONS: Mapping[str, ColumnElement[bool]] = {
    "q": _j.words.op("@@")(_QUERY),
    "location": func.lower(_j.location).like(any_(bindparam("location", type_=ARRAY(Text)))),
    "experience_level": _j.experience_level == any_(bindparam("experience_level", type_=ARRAY(SmallInteger))),
    "remote": _j.remote == bindparam("remote"),
    "salary_min": bindparam("salary_min", type_=BigInteger) <= _TOP,
    "salary_currency": _j.salary_currency == bindparam("salary_currency"),
    "company_id": _j.company_id == any_(bindparam("company_id", type_=ARRAY(Uuid))),
    "employment_type": _j.employment_type == any_(bindparam("employment_type", type_=ARRAY(SmallInteger))),
    "skills": _j.skills.op("@>")(bindparam("skills", type_=ARRAY(Text))),
    "posted_after": _j.created_at > bindparam("posted_after"),
}
_FACETS = (_j.experience_level, _j.employment_type, _j.remote)
_NO_RANK = literal_column("0::float8", Double)


class JobSearch:
    """Finds open jobs; with words the best match first, otherwise the newest."""

    async def page(self, q: Querier, filters: Filters, now: datetime, *, size: int, after: Cursor | None) -> Found:
        """The next `size` jobs behind `after`."""
        given = _parameters(filters)
        asked = frozenset(given)
        if after is not None:
            given |= {"after_at": after.created_at, "after_id": after.job_id}
            given |= {"after_rank": after.rank} if filters.q else {}
        rows = await q.fetch(_page(asked, behind=after is not None), **given, now=now, size=size)
        return Found([(job_of(row), Cursor(row["rank"], row["created_at"], row["job_id"])) for row in rows])

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
    """The parameters of the filters that ask for something."""
    given = {name: getattr(filters, name) for name in _CONDITIONS}
    asked: dict[str, Any] = {name: value for name, value in given.items() if value not in (None, "", ())}
    if "location" in asked:
        asked["location"] = tuple(f"%{_escaped(place.lower())}%" for place in filters.location)
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asked.items()}


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _matching(asked: frozenset[str]) -> list[ColumnElement[bool]]:
    open_now = [_j.status == constant(Status.OPEN.value), _j.expires_at > bindparam("now")]
    return open_now + [condition for name, condition in _CONDITIONS.items() if name in asked]


@lru_cache(maxsize=1024)
def _page(asked: frozenset[str], *, behind: bool) -> Statement:
    rank = cast(func.ts_rank(_j.words, _QUERY), Double) if "q" in asked else _NO_RANK
    order = (rank, _j.created_at, _j.job_id)
    skip = 0 if "q" in asked else 1  # without words nothing is ranked
    query = select(*COLUMNS, rank.label("rank")).where(*_matching(asked))
    if behind:
        place: tuple[ColumnElement[Any], ...] = (
            bindparam("after_rank", type_=Double),
            bindparam("after_at", type_=DateTime(timezone=True)),
            bindparam("after_id", type_=Uuid),
        )
        query = query.where(tuple_(*order[skip:]) < tuple_(*place[skip:]))
    falling = [column.desc() for column in order[skip:]]
    return statement(query.order_by(*falling).limit(bindparam("size")), name="search jobs")


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
