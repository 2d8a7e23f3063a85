"""What the second pass of the ranking goes by for one reader: what they said, saw and passed over."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from mesh.clock import Clock
from svc_feed.domain.feed import Entry
from svc_feed.domain.history import History
from svc_feed.domain.ids import UserId
from svc_feed.domain.post import Kind
from svc_feed.domain.preference import Wishes
from svc_feed.domain.scoring import Scoring, Term
from svc_feed.store.hydration import Hydration
from svc_feed.usecases.ranked_feed import Ranked

_NOTHING_SEEN = frozenset[bytes]()
_NO_TERMS: Mapping[bytes, Sequence[Term]] = {}


@dataclass(frozen=True)
class SecondPass:
    """Nothing for who said and saw nothing, at no cost.

    Posts are read, and kinds of posts are, only for those who want less of a topic or a kind, or tire of a kind.
    """

    hydrate: Hydration
    clock: Clock
    scoring: Scoring

    def seen(self, read: Ranked) -> Collection[bytes]:
        """Which of the entries the reader has seen, but for those that are news since, by what names them."""
        return _seen(read.entries, read.history, self.scoring) if read.history.bits else _NOTHING_SEEN

    async def __call__(self, me: UserId, read: Ranked, entries: Sequence[Entry]) -> Mapping[bytes, Sequence[Term]]:
        """The terms of those entries that lose something, by what names them."""
        wishes, history = read.wishes, read.history
        if not (wishes.wants_less or (self.scoring.fatigue and (history.authors or history.kinds))):
            return _NO_TERMS
        found: defaultdict[bytes, list[Term]] = defaultdict(list)
        if wishes.wants_less:
            for member in await self._unwanted(me, wishes, entries):
                found[member].append(Term("see_less", 1.0, -self.scoring.see_less))
        if self.scoring.fatigue:
            for member, times in (await self._tired(me, read, entries)).items():
                found[member].append(Term("fatigue", times, -self.scoring.fatigue))
        return found

    async def _unwanted(self, me: UserId, wishes: Wishes, entries: Sequence[Entry]) -> list[bytes]:
        if not wishes.less_kinds and not wishes.less_topics:
            return [entry.member for entry in entries if entry.author_id in wishes.less_authors]
        posts = await self.hydrate(me, [entry.key for entry in entries])
        return [
            entry.member for entry, seen in zip(entries, posts, strict=True) if seen and wishes.want_less(seen.post)
        ]

    async def _tired(self, me: UserId, read: Ranked, entries: Sequence[Entry]) -> dict[bytes, float]:
        """By how many posts too many entries' authors or kinds were passed over; nobody tires of whom they answer."""
        now, history = self.clock.now().timestamp(), read.history
        authors = {author: history.tired_of_author(author, now) for author in history.authors}
        authors = {author: times for author, times in authors.items() if times and author not in read.often}
        found = {entry.member: authors[entry.author_id] for entry in entries if entry.author_id in authors}
        if kinds := history.tired_kinds(now):
            for entry, kind in zip(entries, await self._kinds(me, entries), strict=True):
                if kind is not None and kind in kinds:
                    found[entry.member] = max(found.get(entry.member, 0.0), kinds[kind])
        return found

    async def _kinds(self, me: UserId, entries: Sequence[Entry]) -> list[Kind | None]:
        return await self.hydrate.kinds(me, [entry.key for entry in entries])


@lru_cache(maxsize=1_024)  # who reads again what did not change has seen as much of it
def _seen(entries: tuple[Entry, ...], history: History, scoring: Scoring) -> frozenset[bytes]:
    stage, has_seen = scoring.stage, history.has_seen
    return frozenset(one.member for one in entries if has_seen(one, stage(one.score - one.published_at)))
