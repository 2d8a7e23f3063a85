"""Take down jobs that moderation decided against, and show them again when the decision is undone."""

from dataclasses import dataclass
from datetime import datetime

from mesh.data import Database
from svc_jobs.domain.ids import JobId
from svc_jobs.store.jobs import JobRepository


@dataclass(frozen=True)
class Moderation:
    """The latest decision about a job holds, however late and often others arrive."""

    db: Database
    jobs: JobRepository

    async def __call__(self, job_id: JobId, *, removed: bool, at: datetime) -> None:
        """Take a job down, or show it again as what it was."""
        await self.jobs.moderate(self.db, job_id, removed=removed, at=at)
