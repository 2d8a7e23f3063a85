"""A member's feed as a ranked list of entries, and which part of it a page is."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple, Self

from mesh.errors import InvalidArgument
from mesh.uuids import uuid_of
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.scoring import Candidate
from svc_feed.domain.tally import PostKey

MAX_ENTRIES = 1_000
"""Posts a feed holds; older ones are found on their authors' pages."""

SNAPSHOT_SECONDS = 3_600.0
"""How long a page token is good for."""

_ID_BYTES = 16
_MILLISECONDS = slice(_ID_BYTES, _ID_BYTES + 6)  # the first 48 bits of the post's UUIDv7


class Order(StrEnum):
    """How a feed is read."""

    RANKED = "ranked"
    RECENT = "recent"


class PageTokenExpired(InvalidArgument):
    """The snapshot a page token stands for is too old to go on with."""

    reason = "PAGE_TOKEN_EXPIRED"


class Entry(NamedTuple):
    """A post in a feed. Entries compare as they rank: by score, then by the bytes of author and post."""

    score: float
    member: bytes

    @classmethod
    def of(cls, author_id: UserId, post_id: PostId, score: float) -> Self:
        """The entry of a post."""
        return cls(score, author_id.bytes + post_id.bytes)

    @property
    def key(self) -> PostKey:
        """Who wrote the post, and which it is: together they find it on one shard."""
        return _of(self.member).key

    @property
    def author_id(self) -> UserId:
        """Who wrote it."""
        return _of(self.member).key.author

    @property
    def post_id(self) -> PostId:
        """The post."""
        return _of(self.member).key.post_id

    @property
    def published_at(self) -> float:
        """Seconds since the epoch, to the millisecond, as the post's id tells."""
        return _of(self.member).published_at


class _Told(NamedTuple):
    """What the bytes of author and post tell."""

    key: PostKey
    published_at: float


@lru_cache(maxsize=65_536)  # popular posts are in thousands of feeds
def _of(member: bytes) -> _Told:
    key = PostKey(UserId(uuid_of(member[:_ID_BYTES])), PostId(uuid_of(member[_ID_BYTES:])))
    return _Told(key, int.from_bytes(member[_MILLISECONDS]) / 1000)


def by_time(members: Iterable[bytes]) -> tuple[Entry, ...]:
    """Entries that score the time of their posts, the newest first."""
    return tuple(sorted([Entry(int.from_bytes(one[_MILLISECONDS]) / 1000, one) for one in members], reverse=True))


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a list: `count` entries from `offset`, or those behind `after` in the build it was read from.

    Entries of Order.RECENT score the time of their posts.
    """

    count: int
    offset: int = 0
    after: Entry | None = None
    build: str = ""
    order: Order = Order.RANKED

    def whole(self) -> "Window":
        """All entries from where it begins."""
        return replace(self, count=MAX_ENTRIES)

    def behind(self, after: Entry, build: str) -> "Window":
        """As many entries further on, in one build."""
        return Window(self.count, 0, after, build, self.order)


@dataclass(frozen=True, slots=True)
class Feed:
    """A ranked list, best first.

    `build` names it; `wide` are the authors whose later posts are merged when it is read, with the reader's affinity;
    `often` are authors whom the reader often answers, `topics` those that the reader follows; `candidates` are what
    it was made of, where it was made just now, and `missing` what that had to do without.
    """

    build: str
    built_at: float
    took: float
    entries: tuple[Entry, ...]
    wide: Mapping[UserId, int] = field(default_factory=dict[UserId, int])
    often: frozenset[UserId] = frozenset()
    topics: frozenset[str] = frozenset()
    candidates: tuple[Candidate, ...] = ()
    missing: frozenset[str] = frozenset()
    wishes: bytes | None = None
    """What the cache said in the same trip of the reader's wishes."""
    history: Any = None
    """And of what the reader has seen: a version, or all of it."""

    def part(self, window: Window) -> tuple[Entry, ...]:
        """The entries of a window."""
        entries, after = self.entries, window.after
        if window.order is Order.RECENT:
            entries = by_time(entry.member for entry in entries)
        if after is None:
            return entries[window.offset : window.offset + window.count]
        return tuple(entry for entry in entries if entry < after)[: window.count]


def is_due(feed: Feed, *, now: float, ttl: float, chance: float) -> bool:
    """Whether to build a feed anew; `chance` is a random number of [0, 1).

    XFetch (Vattani, Chierichetti, Lowenstein: "Optimal Probabilistic Cache Stampede Prevention", VLDB 2015): the dearer
    the build, the earlier somebody, and on average only one, begins it.
    """
    return now - feed.took * math.log(1.0 - chance) >= feed.built_at + ttl
