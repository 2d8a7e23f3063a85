"""A request of the ranked feed as it was answered: what there was to rank, and the order that was given.

It is enough to rank it again, today or by another configuration. Documents of it are JSON: the signals that are not
zero by their names, so that one that was recorded before a signal was invented is read as it was ranked.
"""

import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from svc_feed.domain.feed import MAX_ENTRIES, Entry
from svc_feed.domain.ids import PostId, RankingId, UserId
from svc_feed.domain.ranking import Given, Passed, ranked
from svc_feed.domain.scoring import Candidate, Scoring, Signals

MOST = 2 * MAX_ENTRIES
"""Candidates of a request: what is found by authors, and what is found by topics."""

_TIME_BYTES = 6  # of an id, the first ones
_NOTHING = Passed()
_ZERO = {field.name: field.default for field in fields(Signals) if field.default is not MISSING}


class UnreadableRecord(ValueError):  # noqa: N818 - what an operator reads and mends, not a defect
    """A document is no recorded ranking; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class RecordedRanking:
    """One request; `scoring` is the version that ranked it, `order` what the member was given, permission not asked.

    `passed` are for each candidate what the second pass knew of it.
    """

    id: RankingId
    viewer_id: UserId
    recorded_at: datetime
    scoring: str
    candidates: tuple[Candidate, ...]
    passed: tuple[Passed, ...]
    order: tuple[Entry, ...]

    @classmethod
    def of(cls, viewer: UserId, id_: RankingId, given: Given, scoring: str, at: datetime) -> Self:
        """A request that was answered by a list that was built for it."""
        passed = tuple(given.passed.get(_member(found), _NOTHING) for found in given.candidates)
        return cls(id_, viewer, at, scoring, tuple(given.candidates), passed, tuple(given.order))

    def again(self, scoring: Scoring) -> list[Entry]:
        """The order that a configuration gives to the same candidates; what was seen is what had been seen then."""
        told = {_member(found): one for found, one in zip(self.candidates, self.passed, strict=True) if any(one)}
        return ranked(self.candidates, told, scoring)

    def repeats(self, scoring: Scoring) -> bool:
        """Whether that is, byte for byte, what was given."""
        return packed(self.again(scoring)) == packed(self.order)

    def document(self) -> dict[str, Any]:
        """All of it as JSON."""
        places = {_member(found): at for at, found in enumerate(self.candidates)}
        return {
            "id": str(self.id),
            "viewer_id": str(self.viewer_id),
            "recorded_at": self.recorded_at.isoformat(),
            "scoring": self.scoring,
            "candidates": [
                [str(who), str(post), _said(signals), _told(passed)]
                for (who, post, signals), passed in zip(self.candidates, self.passed, strict=True)
            ],
            "given": [[places[entry.member], entry.score] for entry in self.order],
        }

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Self:
        """What a document says; raises UnreadableRecord."""
        try:
            listed = document["candidates"]
            if len(listed) > MOST:
                raise UnreadableRecord(f"it has {len(listed):,} candidates, and a request no more than {MOST:,}")
            candidates = tuple(
                Candidate(UserId(UUID(who)), PostId(UUID(post)), Signals(**signals)) for who, post, signals, _ in listed
            )
            passed = tuple(Passed(**told) for *_, told in listed)
            given = [(candidates[at], float(score)) for at, score in document["given"]]
            return cls(
                RankingId(UUID(document["id"])),
                UserId(UUID(document["viewer_id"])),
                datetime.fromisoformat(document["recorded_at"]),
                str(document["scoring"]),
                candidates,
                passed,
                tuple(Entry.of(found.author_id, found.post_id, score) for found, score in given),
            )
        except KeyError as error:
            raise UnreadableRecord(f"it has no {error}") from error
        except (IndexError, TypeError, ValueError, AttributeError) as error:
            raise UnreadableRecord(f"it is not what was recorded: {error}") from error


def packed(order: Iterable[Entry]) -> bytes:
    """An order as bytes: for each entry its score as IEEE 754 says, then author and post."""
    return b"".join(struct.pack(">d", score) + member for score, member in order)


def pseudonymised(found: Sequence[RecordedRanking], token: Callable[[int], bytes]) -> list[RecordedRanking]:
    """The same requests of nobody: all ids are others, so that no table leads from them to a member or a post.

    They are ranked as ever. Ids decide where scores are alike, so those that stand for them sort as they do; of a
    post's id the time stays, of which its score is made. `token` gives so many random bytes.
    """
    people = {one.viewer_id for one in found} | {who for one in found for who, _, _ in one.candidates}
    names = dict(zip(sorted(people), sorted(UserId(UUID(bytes=token(16))) for _ in people), strict=True))
    posts = sorted({post for one in found for _, post, _ in one.candidates})
    tails = sorted(token(16 - _TIME_BYTES) for _ in posts)
    titles = {
        post: PostId(UUID(bytes=post.bytes[:_TIME_BYTES] + tail)) for post, tail in zip(posts, tails, strict=True)
    }
    return [
        RecordedRanking(
            RankingId(UUID(bytes=token(16))),
            names[one.viewer_id],
            one.recorded_at,
            one.scoring,
            tuple(Candidate(names[who], titles[post], signals) for who, post, signals in one.candidates),
            one.passed,
            tuple(Entry.of(names[entry.author_id], titles[entry.post_id], entry.score) for entry in one.order),
        )
        for one in found
    ]


def _member(found: Candidate) -> bytes:
    return found.author_id.bytes + found.post_id.bytes


def _told(passed: Passed) -> dict[str, Any]:
    return {name: value for name, value in passed._asdict().items() if value}


def _said(signals: Signals) -> dict[str, Any]:
    said = {field.name: getattr(signals, field.name) for field in fields(Signals)}
    return {name: value for name, value in said.items() if name not in _ZERO or value != _ZERO[name]}
