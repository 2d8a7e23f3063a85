"""The ranking from end to end: by what a request was answered, and by what a recorded one is answered again."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple, Self

from svc_feed.domain.feed import MAX_ENTRIES, Entry
from svc_feed.domain.full_pass import chosen, planned
from svc_feed.domain.scoring import Candidate, Scoring, Term


class Passed(NamedTuple):
    """What the second pass knew of an entry for its reader: whether they saw it, and the values of its terms."""

    seen: bool = False
    see_less: float = 0.0
    fatigue: float = 0.0

    @classmethod
    def by(cls, seen: Collection[bytes], terms: Mapping[bytes, Sequence[Term]]) -> "dict[bytes, Self]":
        """For each entry of which there is something to tell, by what names it."""
        return {
            member: cls(member in seen, **{term.name: term.value for term in terms.get(member, ())})
            for member in {*seen, *terms}
        }

    def terms(self, scoring: Scoring) -> list[Term]:
        """What a configuration takes for it."""
        values = (("see_less", self.see_less, scoring.see_less), ("fatigue", self.fatigue, scoring.fatigue))
        return [Term(name, value, -weight) for name, value, weight in values if value]


class Given(NamedTuple):
    """What a member was given who began to read, permission not asked, and what it was made of."""

    candidates: Sequence[Candidate]
    passed: Mapping[bytes, Passed]
    order: Sequence[Entry]


def first_pass(candidates: Iterable[Candidate], scoring: Scoring) -> tuple[Entry, ...]:
    """Candidates as entries of a feed, best first, each by its own score; no more than a feed holds."""
    score = scoring.score
    entries = (Entry.of(found.author_id, found.post_id, score(found.signals)) for found in candidates)
    return tuple(sorted(entries, reverse=True)[:MAX_ENTRIES])


def ranked(candidates: Iterable[Candidate], passed: Mapping[bytes, Passed], scoring: Scoring) -> list[Entry]:
    """Both passes: the order in which a member is given the candidates."""
    entries = first_pass(candidates, scoring)
    seen = {member for member, one in passed.items() if one.seen}
    terms = {member: terms for member, one in passed.items() if (terms := one.terms(scoring))}
    plan = planned(entries, chosen(entries, seen), terms)
    return [*plan.first, *plan.rest]
