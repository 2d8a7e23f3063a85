"""What a member has seen of their feed, and whom they pass over, so that the next read is not the last one again.

What was seen is in a Bloom filter (B. Bloom, "Space/time trade-offs in hash coding with allowable errors", 1970), which
says of a few posts that they were seen though they were not: (1 - e^(-kn/m))^k of them for k hashes, n posts and m bits
(A. Broder, M. Mitzenmacher, "Network applications of Bloom filters", 2004). There are two of them for each member, into
both of which everything goes; the younger becomes the one that is asked after two weeks, or when it holds a thousand
posts (F. Chang, W. Feng, K. Li, "Approximate caches for packet classification", 2004: double buffering). So posts are
forgotten after two to four weeks, or behind a thousand to two thousand others; with those, 0.22 % are taken for seen.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from svc_feed.domain.feed import Entry
from svc_feed.domain.ids import UserId
from svc_feed.domain.post import Kind

BITS = 32_768
HASHES = 4
GENERATION = timedelta(days=14)
"""After so long the filter that is asked is the younger one."""
MOST_SEEN = 1_000
"""Or after so many posts."""

PATIENCE = 3
"""Posts of an author in a row that a member may pass over and still wants the next one; of a kind ten times as many."""
MOST_TIRED = 10
"""Posts beyond that count no further."""
HALF_LIFE = 7 * 86_400.0
"""Seconds after which half of what was passed over is forgotten."""

_KIND_PATIENCE = 10 * PATIENCE
_BYTES = BITS // 8
_STAGE_STEP = 0x9E37  # the fraction of the golden ratio: stages of one post are far apart
_tail = struct.Struct(">24xII").unpack  # of a post's UUIDv7 all bits but the variant's are random there


class Act(StrEnum):
    """What a client tells of a post that it shows."""

    SEEN = "seen"
    DWELL = "dwell"
    CLICK = "click"
    HIDE = "hide"


READ_FOR = timedelta(seconds=5)
"""Who stays so long with a post has not passed it over."""


def places(member: bytes, stage: int) -> tuple[int, ...]:
    """The bits of a post at one stage of its life.

    Two hashes make all of them (A. Kirsch, M. Mitzenmacher, "Less hashing, same performance", 2006); the random bits of
    its id are those two.
    """
    step, first = _tail(member)
    first, step = first + stage * _STAGE_STEP, step | 1
    return tuple((first + n * step) % BITS for n in range(HASHES))


class Passed(NamedTuple):
    """How often somebody was passed over in a row, at a moment, seconds since the epoch."""

    times: float
    at: float

    def now(self, now: float) -> float:
        """What of it is not forgotten."""
        return self.times * 2.0 ** (-max(now - self.at, 0.0) / HALF_LIFE)


@dataclass(frozen=True, eq=False, slots=True)
class History:
    """One member's, as it was when it was read; `authors` and `kinds` are those whom they pass over."""

    bits: bytes = b""
    authors: Mapping[UserId, Passed] = field(default_factory=dict[UserId, Passed])
    kinds: Mapping[Kind, Passed] = field(default_factory=dict[Kind, Passed])

    def has_seen(self, entry: Entry, stage: int) -> bool:
        """Whether a post was seen at this stage or at the one before: one that grew by two stages is news."""
        return self._has(entry.member, stage) or (stage > 0 and self._has(entry.member, stage - 1))

    def tired_of_author(self, author: UserId, now: float) -> float:
        """By how many posts more than PATIENCE an author was passed over, MOST_TIRED at most."""
        passed = self.authors.get(author)
        return min(max(passed.now(now) - PATIENCE, 0.0), MOST_TIRED) if passed else 0.0

    def tired_kinds(self, now: float) -> Mapping[Kind, float]:
        """The same of kinds; none where the member passes over all of them alike."""
        tired = {kind: min(passed.now(now) - _KIND_PATIENCE, MOST_TIRED) for kind, passed in self.kinds.items()}
        tired = {kind: beyond for kind, beyond in tired.items() if beyond > 0.0}
        return tired if len(tired) < len(Kind) else {}

    def _has(self, member: bytes, stage: int) -> bool:
        bits = self.bits
        return all(bits[place >> 3] & (0x80 >> (place & 7)) for place in places(member, stage))


def history_of(bits: bytes, authors: Mapping[UserId, Passed], kinds: Mapping[Kind, Passed]) -> History:
    """A history whose bits come from a server, which leaves out the zeros at the end."""
    return History(bits.ljust(_BYTES, b"\0") if bits else b"", authors, kinds)


NO_HISTORY: Final = History()
