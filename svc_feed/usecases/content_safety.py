"""Look at what somebody wrote before others are shown it, and note what was found."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from mesh.clock import Clock
from mesh.data import Database, Transaction
from mesh.ids import uuid7
from mesh.telemetry import get_logger
from svc_feed.domain.ids import DecisionId, UserId
from svc_feed.domain.safety.assessment import (
    NEW,
    UNKNOWN,
    Assessment,
    Classifier,
    Finding,
    Outcome,
    Writing,
    assessed,
)
from svc_feed.domain.safety.review import ContentKey, Review
from svc_feed.domain.safety.simhash import fingerprint_of, repeats
from svc_feed.store.content_reviews import ReviewRepository
from svc_feed.store.fingerprints import FingerprintRepository

SECONDS = 0.25
"""How long a post may wait for its classifiers."""
_log = get_logger(__name__)


class Look(NamedTuple):
    """What was found in a text, and by which decision it is removed, where it is."""

    writing: Writing
    found: Assessment
    decision: DecisionId | None = None


@dataclass(frozen=True)
class ByRepetition:
    """The classifier that knows what was published lately."""

    db: Database
    fingerprints: FingerprintRepository
    clock: Clock

    async def __call__(self, writing: Writing) -> list[Finding]:
        """Whether much the same is there many times."""
        if writing.fingerprint is None:
            return []
        now = self.clock.now()
        lately = await self.fingerprints.lately(self.db, writing.fingerprint, now, but=writing.content_id)
        return [*repeats(writing.fingerprint, writing.author, lately)]


@dataclass(frozen=True)
class ContentSafety:
    """No failure of a classifier fails a post: what could not be looked at is allowed, and looked at again later."""

    classifiers: Sequence[Classifier]
    fingerprints: FingerprintRepository
    reviews: ReviewRepository
    clock: Clock

    async def look(self, author: UserId, *texts: str | None, content_id: UUID = NEW) -> Look:
        """What is found in the texts of new content, or of the one with an id; asked before a transaction begins."""
        text = "\n".join(filter(None, texts))
        writing = Writing(author, text, content_id, fingerprint_of(text))
        found = await self._assess(writing)
        return Look(writing, found, DecisionId(uuid7()) if found.outcome is Outcome.REMOVE else None)

    def note(self, tx: Transaction, content: ContentKey, look: Look, at: datetime) -> None:
        """Remember the text, and what was found in it, for operators and trust; with the commit."""
        if look.writing.fingerprint is not None:
            self.fingerprints.add(tx, content.author, content.id, look.writing.fingerprint, at)
        if look.found.reason is not None or not look.found.known:
            self.reviews.put(tx, Review.of(content, look.found, at, look.decision))

    async def _assess(self, writing: Writing) -> Assessment:
        try:
            async with asyncio.timeout(SECONDS):
                return assessed([found for classify in self.classifiers for found in await classify(writing)])
        except Exception as failure:  # noqa: BLE001 - whatever it is, the author is not to wait for it
            _log.warning("a text was not looked at", error=type(failure).__name__)
            return UNKNOWN
