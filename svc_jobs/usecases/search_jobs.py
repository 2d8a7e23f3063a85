"""Search for open jobs."""

import hashlib
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from mesh.clock import Clock
from mesh.data import Database, PageTokens, page_size
from svc_jobs.domain.job import Job
from svc_jobs.domain.search import Cursor, Facets, Filters
from svc_jobs.store.job_search import JobSearch


@dataclass(frozen=True, slots=True)
class JobsFound:
    """One page of jobs with the number of all; how they spread over the facets comes with the first page only."""

    jobs: list[Job]
    total: int
    facets: Facets
    next_page_token: str


@dataclass(frozen=True)
class SearchJobs:
    """Reads from the replica where there is one: a job may be found a moment after it was posted.

    Counting reads every match, so it is done for the first page; the others carry the number in their token.
    """

    db: Database
    search: JobSearch
    tokens: PageTokens
    clock: Clock

    async def __call__(self, filters: Filters, *, size: int, token: str) -> JobsFound:
        """A page of the jobs that match all filters.

        Raises:
            PageTokenInvalid: the token is of another search.
        """
        scope = f"jobs/{_digest(filters)}"
        size, now = page_size(size), self.clock.now()
        place = self.tokens.decode(token, scope) if token else None
        after = _cursor(place) if place else None
        replica = self.db.replica
        found = await self.search.page(replica, filters, now, size=size + 1, after=after)
        total, facets = (place["total"], {}) if place else await self.search.count(replica, filters, now)
        page = found.jobs[:size]
        following = self.tokens.encode(_place(page[-1][1], total), scope) if len(found.jobs) > size else ""
        return JobsFound([job for job, _ in page], total, facets, following)


def _digest(filters: Filters) -> str:
    return hashlib.blake2b(repr(astuple(filters)).encode(), digest_size=12).hexdigest()


def _place(cursor: Cursor, total: int) -> Mapping[str, Any]:
    return {"rank": cursor.rank, "at": cursor.created_at.isoformat(), "id": str(cursor.job_id), "total": total}


def _cursor(place: Mapping[str, Any]) -> Cursor:
    return Cursor(place["rank"], datetime.fromisoformat(place["at"]), UUID(place["id"]))
