"""The ranking from end to end: by what a request was answered, and by what a recorded one is answered again."""

from collections.abc import Iterable

from svc_feed.domain.feed import MAX_ENTRIES, Entry
from svc_feed.domain.full_pass import in_reading_order
from svc_feed.domain.scoring import Candidate, Scoring


def first_pass(candidates: Iterable[Candidate], scoring: Scoring) -> tuple[Entry, ...]:
    """Candidates as entries of a feed, best first, each by its own score; no more than a feed holds."""
    score = scoring.score
    entries = (Entry.of(found.author_id, found.post_id, score(found.signals)) for found in candidates)
    return tuple(sorted(entries, reverse=True)[:MAX_ENTRIES])


def ranked(candidates: Iterable[Candidate], scoring: Scoring) -> list[Entry]:
    """Both passes: the order in which a member is given the candidates."""
    return in_reading_order(first_pass(candidates, scoring))
