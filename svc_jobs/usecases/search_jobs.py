"""Search for open jobs."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mesh.clock import Clock
from mesh.data import Database, PageTokens, page_size
from svc_jobs.domain.job import Job
from svc_jobs.domain.search import Cursor, Facets, Filters
from svc_jobs.store.job_search import JobSearch

_SCOPE = "jobs"


@dataclass(frozen=True, slots=True)
class JobsFound:
    """One page of jobs with the number of all, and how they spread over the facets."""

    jobs: list[Job]
    total: int
    facets: Facets
    next_page_token: str


@dataclass(frozen=True)
class SearchJobs:
    """Reads from the replica where there is one: a job may be found a moment after it was posted."""

    db: Database
    search: JobSearch
    tokens: PageTokens
    clock: Clock

    async def __call__(self, filters: Filters, *, size: int, token: str) -> JobsFound:
        """A page of the jobs that match all filters."""
        size, now = page_size(size), self.clock.now()
        replica = self.db.replica
        found = await self.search.page(replica, filters, now, size=size + 1, after=self._cursor(token))
        total, facets = await self.search.count(replica, filters, now)
        page = found.jobs[:size]
        following = self._token(page[-1][1]) if len(found.jobs) > size else ""
        return JobsFound([job for job, _ in page], total, facets, following)

    def _token(self, cursor: Cursor) -> str:
        place = {"rank": cursor.rank, "at": cursor.created_at.isoformat(), "id": str(cursor.job_id)}
        return self.tokens.encode(place, _SCOPE)

    def _cursor(self, token: str) -> Cursor | None:
        if not token:
            return None
        place = self.tokens.decode(token, _SCOPE)
        return Cursor(place["rank"], datetime.fromisoformat(place["at"]), UUID(place["id"]))
