"""Search for open jobs."""

import hashlib
from dataclasses import astuple, dataclass

from mesh.clock import Clock
from mesh.data import Database, Page, Pager
from svc_jobs.domain.job import Job
from svc_jobs.domain.search import Facets, Filters
from svc_jobs.store.job_search import JobSearch


@dataclass(frozen=True)
class SearchJobs:
    """Reads from the replica where there is one: a job may be found a moment after it was posted.

    Counting reads every match, so it is done for the first page; the others carry the number in their token.
    """

    db: Database
    search: JobSearch
    pager: Pager
    clock: Clock

    async def __call__(self, filters: Filters, token: str, size: int) -> tuple[Page[Job], Facets]:
        """A page of the jobs that match all filters; the facets come with the first. Raises PageTokenInvalid."""
        replica, now = self.db.replica, self.clock.now()
        facets: Facets = {}

        async def count() -> int:
            nonlocal facets
            total, facets = await self.search.count(replica, filters, now)
            return total

        listing = self.search.matching(replica, filters, now)
        page = await self.pager.page(token, size, f"jobs/{_digest(filters)}", listing, total=count)
        return page, facets


def _digest(filters: Filters) -> str:
    return hashlib.blake2b(repr(astuple(filters)).encode(), digest_size=12).hexdigest()
